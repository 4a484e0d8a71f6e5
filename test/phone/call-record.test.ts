import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallDetail } from '../../src/calls/schemas.ts';
import { TestSystem } from '../helpers/system.ts';
import type { DeskPhone } from './desk-phone.ts';
import { deskPhonesOf, talk } from './desk-phones.ts';
import { hearEachOther } from './hearing.ts';
import { LogAndWire } from './log-and-wire.ts';
import { type MediaDescription, Scenario } from './scenario.ts';
import { type PhoneRun, runSipp, startSipp } from './sipp.ts';
import { traceTo, type WireCall, wireCalls, wireMessages } from './wire.ts';

/** Every time in the log is the wire's, give or take. */
const closeMs = 50;

let system: TestSystem;
const traces = mkdtempSync(join(tmpdir(), 'uira-wire-'));
beforeAll(async () => {
  system = await TestSystem.start();
});
afterAll(() => system.stop());

interface Phone {
  readonly run: PhoneRun;
  /** What it saw of calls, once it is over. */
  calls(): Promise<WireCall[]>;
}

const lines: Record<string, number> = { 2001: 0, 1001: 1, 1002: 2 };
let traced = 0;

function mediaOf(number: string): MediaDescription {
  return { port: system.phonePorts + 50 + 2 * (lines[number] ?? 0) };
}

async function phone(number: string, scenario: Scenario, calls = 1): Promise<Phone> {
  const file = join(traces, `${number}-${++traced}.txt`);
  const port = system.phonePorts + (lines[number] ?? 0);
  const run = await startSipp({
    scenario,
    target: `127.0.0.1:${system.sipPort}`,
    port,
    calls,
    args: traceTo(file),
  });
  return {
    run,
    async calls() {
      await run.finished;
      return wireCalls(wireMessages(file));
    },
  };
}

async function register(number: string): Promise<void> {
  const port = system.phonePorts + (lines[number] ?? 0);
  const scenario = new Scenario().register(system.account(number));
  await runSipp({ scenario, target: `127.0.0.1:${system.sipPort}`, port });
}

function caller(dialled: string, then: (scenario: Scenario) => Scenario): Promise<Phone> {
  const account = system.account('2001');
  return phone('2001', then(new Scenario().call(account, dialled, mediaOf('2001'))));
}

let last = '';

/** The call after the last one that this gave: its row is written within milliseconds of the wire, not before it. */
async function nextEndedCall(): Promise<CallDetail> {
  for (const tooLate = Date.now() + 5_000; Date.now() < tooLate; await sleep(20)) {
    const call = await system.endedCall().catch(() => undefined);
    if (call === undefined || call.id === last) continue;
    last = call.id;
    return call;
  }
  throw new Error('There is no newer call in the log.');
}

/** What the log has of a leg is what the wire had. */
function expectLeg(leg: CallDetail['legs'][number] | undefined, wire: WireCall | undefined): void {
  const ms = (at: string | null | undefined) => (at === null || at === undefined ? undefined : Date.parse(at));
  const pairs = [
    [ms(leg?.startedAt), wire?.invitedMs],
    [ms(leg?.answeredAt), wire?.answeredMs],
    [ms(leg?.endedAt), wire?.endedMs],
    ...(leg?.role === 'placed' ? [[ms(leg.ringingAt), wire?.ringingMs]] : []),
  ];
  for (const [logged, seen] of pairs) {
    expect(logged === undefined).toBe(seen === undefined);
    expect(Math.abs((logged ?? 0) - (seen ?? 0))).toBeLessThan(closeMs);
  }
}

test('every INVITE has one row, with the times of the wire: a group rings, one answers, is on hold, the caller hangs up', async () => {
  await register('1001');
  await register('1002');
  const silent = await phone('1001', new Scenario().ring().untilCancelled(10_000));
  const held = new Scenario()
    .ring()
    .answerAfter(700, mediaOf('1002'))
    .pause(400)
    .reinvite('sendonly', mediaOf('1002'))
    .pause(500)
    .reinvite('sendrecv', mediaOf('1002'))
    .untilHungUp(10_000);
  const agent = await phone('1002', held);
  const group = { number: '500', name: 'Suporte', members: ['1001', '1002'] };
  expect((await system.api('/api/groups', 'POST', group)).status).toBe(201);
  const dialling = await caller('500', (call) => call.pause(2_000).hangUp(system.account('2001'), '500'));
  const [[asked], [rung], [talked]] = await Promise.all([dialling.calls(), silent.calls(), agent.calls()]);
  const call = await nextEndedCall();
  expect(call).toMatchObject({
    direction: 'internal',
    answeredBy: '1002',
    endReason: 'caller_hung_up',
    hangUpCause: 16,
  });
  expect(call.legs).toHaveLength(3);
  const leg = (number: string) => call.legs.find((one) => one.number === number);
  expectLeg(leg('2001'), asked);
  expectLeg(leg('1001'), rung);
  expectLeg(leg('1002'), talked);
  expect([leg('1001')?.cause, leg('1002')?.cause]).toEqual([26, 16]);
  expect(call.holdMs).toBeGreaterThan(450);
  expect(call.holdMs).toBeLessThan(600);
  const talkMs = (talked?.endedMs ?? 0) - (talked?.answeredMs ?? 0);
  expect(Math.abs((call.talkMs ?? 0) - talkMs)).toBeLessThan(closeMs);
  const waitMs = (asked?.answeredMs ?? 0) - (asked?.invitedMs ?? 0);
  expect(Math.abs((call.waitMs ?? 0) - waitMs)).toBeLessThan(closeMs);
});

test('a phone that is busy has a row with the reason, and one that hangs up is the one who did', async () => {
  await register('1001');
  const busy = await phone('1001', new Scenario().ring().refuse('486 Busy Here'));
  const account = system.account('2001');
  const refused = await phone('2001', new Scenario().callInVain(account, '1001', mediaOf('2001'), 603));
  const [[rung], [asked]] = await Promise.all([busy.calls(), refused.calls()]);
  const first = await nextEndedCall();
  expect(first).toMatchObject({ endReason: 'not_answered', talkMs: 0 });
  expectLeg(first.legs[1], rung);
  expectLeg(first.legs[0], asked);
  expect(first.legs[1]?.cause).toBe(17);

  const agent = await phone(
    '1001',
    new Scenario().ring().answerAfter(200, mediaOf('1001')).pause(500).hangUpAnswered(),
  );
  const dialling = await caller('1001', (call) => call.untilHungUp(10_000));
  const [[talked], [called]] = await Promise.all([agent.calls(), dialling.calls()]);
  const second = await nextEndedCall();
  expect(second).toMatchObject({ endReason: 'agent_hung_up', answeredBy: '1001' });
  expectLeg(second.legs[1], talked);
  expectLeg(second.legs[0], called);
});

test('a control plane that is killed in a talk finds it again, and its rows end with the wire', async () => {
  await register('1001');
  const agent = await phone('1001', new Scenario().ring().answerAfter(200, mediaOf('1001')).untilHungUp(60_000));
  const dialling = await caller('1001', (call) =>
    call.untilHungUp(60_000, (late) => late.hangUp(system.account('2001'), '1001')),
  );
  await dialling.run.when('answered');
  await sleep(300);
  await system.killControlPlane();
  await system.startControlPlane();
  await sleep(300);
  await dialling.run.hangUp();
  const [[talked], [asked]] = await Promise.all([agent.calls(), dialling.calls()]);
  const call = await nextEndedCall();
  expect(call).toMatchObject({ answeredBy: '1001', endReason: 'caller_hung_up' });
  expectLeg(call.legs[0], asked);
  expectLeg(call.legs[1], talked);
});

test('calls that end while the control plane is dead end in the log when they did, by whoever hung up first', async () => {
  const plugIn = deskPhonesOf(system);
  const newPhone = async (number: string): Promise<DeskPhone> => {
    const made = await system.api('/api/extensions', 'POST', { number });
    return plugIn({ user: number, password: ((await made.json()) as { password: string }).password });
  };
  const phones = [await plugIn('2001'), await newPhone('1008'), await newPhone('1009')] as const;
  const [one, other, third] = phones;
  const legs = new LogAndWire(system, phones);
  const [leaves] = await talk(one, '1008', other);
  const [left, leavesFirst] = await talk(one, '1009', third);
  const [goesOn, endsIt] = await talk(other, '1009', third);
  await hearEachOther(goesOn.ear, endsIt.ear);
  await system.killControlPlane();
  await leaves.hangUp();
  await leavesFirst.hangUp();
  await left.hangUp();
  await sleep(1_000);
  await system.startControlPlane();
  await endsIt.hangUp();
  await goesOn.ended;
  await legs.agree();
  const { calls } = (await (await system.api('/api/calls?limit=3')).json()) as { calls: CallDetail[] };
  expect(calls.map(({ callerNumber, dialled, endReason }) => [callerNumber, dialled, endReason])).toEqual([
    ['1008', '1009', 'agent_hung_up'],
    ['2001', '1009', 'agent_hung_up'],
    ['2001', '1008', 'caller_hung_up'],
  ]);
  for (const phone of phones) phone.close();
});
