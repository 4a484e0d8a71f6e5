import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { windowClosed, windowOpened } from '../../src/screen-pop/schemas.ts';
import type { Database } from '../../src/storage/database.ts';
import { hearEachOther } from '../faults/agent.ts';
import { LiveClient } from '../helpers/live-client.ts';
import { TestSystem } from '../helpers/system.ts';
import { Caller, pathOf } from './caller.ts';
import { inARow } from './ear.ts';
import { callAs, documentsInLogs, protocolHeard, toMainMenu, way, wayOf } from './menu-ways.ts';
import { RtpPhone } from './rtp-phone.ts';
import { type MediaDescription, Scenario } from './scenario.ts';
import { type PhoneRun, runSipp, startSipp } from './sipp.ts';

let system: TestSystem;
let db: Database;
let cleanUps: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  system = await TestSystem.start();
  ({ db } = await system.database());
});
afterAll(() => system.stop());
afterEach(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp();
  cleanUps = [];
});

/** Who answers a phone. */
interface Agent {
  readonly phone: RtpPhone;
  readonly run: PhoneRun;
}

/** Registers extension 1001 or 1002 until the end of the test; it rings at the next call, and does what it is told. */
async function agent(
  extension: '1001' | '1002',
  then: (scenario: Scenario, media: MediaDescription) => Scenario,
): Promise<Agent> {
  const line = Number(extension) - 1000;
  const [target, port, account] = [`127.0.0.1:${system.sipPort}`, system.phonePorts + line, system.account(extension)];
  const media = { port: system.phonePorts + 50 + 2 * line };
  await runSipp({ scenario: new Scenario().register(account), target, port });
  cleanUps.push(() => runSipp({ scenario: new Scenario().register(account, 0), target, port }));
  const phone = await RtpPhone.open(media.port);
  const run = await startSipp({ scenario: then(new Scenario().ring(), media), target, port });
  cleanUps.push(async () => {
    phone.close();
    await run.vanish();
  });
  return { phone, run };
}

/** An agent's program, which listens to an extension until the end of the test. */
async function screenOf(extension: string): Promise<LiveClient> {
  const url = `ws://127.0.0.1:${system.httpPort}/api/live?extension=${extension}`;
  const screen = await LiveClient.open(url, { token: system.demo.api.token });
  cleanUps.push(async () => screen.lose());
  return screen;
}

/** What was heard of music, or whatever is none of our prompts, since an instant: milliseconds. */
function musicMs(caller: Caller, sinceMs = 0): number {
  const music = caller.sounds.filter((sound) => sound.names.size === 0 && sound.fromMs >= sinceMs);
  return music.reduce((sum, sound) => sum + sound.untilMs - sound.fromMs, 0);
}

async function callbackOf(caller: Caller) {
  const { id } = await caller.record();
  return db.selectFrom('callback_request').select(['number', 'protocol']).where('call_id', '=', id).execute();
}

/** The protocol that the caller was told is the one of the request. */
async function expectRequested(caller: Caller, number: string): Promise<void> {
  const [request, ...others] = await callbackOf(caller);
  expect(others).toEqual([]);
  expect(request?.number).toBe(number);
  const recordings = ['callback_registered', 'protocol-1', ...protocolHeard(request?.protocol ?? '')];
  expect(inARow(caller.sounds, recordings)).toEqual(recordings);
}

describe('a person', () => {
  test('group 033 rings together, the first who answers talks, and the caller gives a note', async () => {
    const first = await agent('1001', (ring, media) =>
      ring.answerAfter(1_500, media).untilHungUp(4_000, (late) => late.hangUpAnswered()),
    );
    const second = await agent('1002', (ring) => ring.untilCancelled(20_000));
    const screens = [await screenOf('1001'), await screenOf('1002')];
    const caller = await callAs(system, 'active', 0, '3');
    const held = await caller.hears('please_hold');
    first.phone.sendTo(await first.run.when('answered'));
    expect(musicMs(caller, held.fromMs)).toBeGreaterThan(1_000);
    await second.run.when('cancelled');
    await hearEachOther(caller.phone, first.phone);
    await first.run.when('hung up');
    await caller.answers('survey_ask', '9#');
    await caller.hears('survey_thanks');
    await caller.hungUp();

    const call = await caller.record();
    expect(call).toMatchObject({ answeredBy: '1001', endReason: 'agent_hung_up' });
    expect(pathOf(call)).toEqual([
      ...toMainMenu,
      'pessoa/hours',
      'pessoa/calling',
      'pessoa/ring',
      'pessoa/survey',
      'pessoa/thanks',
    ]);
    expect(call.steps.find((step) => step.node === 'survey')).toMatchObject({ exit: 'answered', digits: '9#' });
    for (const screen of screens) await screen.until((heard) => heard.length === 3);
    const ends = screens.map(({ heard }) => windowClosed.parse(heard[2]?.data).reason);
    expect(ends).toEqual(['call_ended', 'lost']);
    const shown = screens.map(({ heard }) => windowOpened.parse(heard[1]?.data).window);
    const about = { callId: call.id, caller: { contractId: call.contractId, connection: { state: 'online' } } };
    expect(shown).toMatchObject([about, about]);
  });

  test('a note above ten is asked for again', async () => {
    await agent('1002', (ring, media) => ring.answerAfter(50, media).pause(300).hangUpAnswered());
    const caller = await Caller.dial(system);
    await caller.press('0#');
    await caller.answers('survey_ask', '11#');
    await caller.answers('invalid_entry', '10#');
    await caller.hears('survey_thanks');
    await caller.hungUp();
    const call = await caller.record();
    expect(call.steps.find((step) => step.node === 'survey')).toMatchObject({ exit: 'answered', digits: '11#10#' });
    expect(call.answeredBy).toBe('1002');
  });

  test('who hangs up while phones ring stops them', async () => {
    const phone = await agent('1001', (ring) => ring.untilCancelled(20_000));
    const caller = await Caller.dial(system);
    await caller.press('0#');
    await phone.run.when('ringing', 20_000);
    expect((await wayOf(caller)).slice(-3)).toEqual(['pessoa/hours', 'pessoa/calling', 'pessoa/ring']);
    await phone.run.when('cancelled');
  });

  test('who hangs up in the talk frees the phone', async () => {
    const { phone, run } = await agent('1001', (ring, media) => ring.answerAfter(50, media).untilHungUp(20_000));
    const caller = await Caller.dial(system);
    await caller.press('0#');
    phone.sendTo(await run.when('answered', 20_000));
    await hearEachOther(caller.phone, phone);
    expect((await wayOf(caller)).at(-1)).toBe('pessoa/ring');
    await run.when('other side hung up');
    expect(await caller.record()).toMatchObject({ answeredBy: '1001' });
  });

  test('all are busy: a callback is offered', async () => {
    await agent('1001', (ring) => ring.refuse('486 Busy Here'));
    const caller = await callAs(system, 'active', 1, '3');
    await caller.hears('nobody_free', 30_000);
    await caller.hears('callback_offer');
    expect(await wayOf(caller)).toEqual([...toMainMenu, ...way.toNobody]);
  });

  test('nobody answers for 40 s: music without a gap until then, and then a callback is offered', async () => {
    const { run } = await agent('1001', (ring) => ring.untilCancelled(60_000));
    const caller = await Caller.dial(system);
    await caller.press('0#');
    await run.when('ringing', 20_000);
    const begun = performance.now();
    const offered = await caller.hears('nobody_free', 60_000);
    await run.when('cancelled');
    expect(offered.fromMs - begun).toBeGreaterThan(38_000);
    // Loud packets all the time: a pause in the music is shorter than the three seconds that a caller would wonder at.
    const loud = caller.phone.since(begun).filter((packet) => packet.loudness > 0.005);
    const gaps = loud.map((packet, i) => packet.atMs - (loud[i - 1]?.atMs ?? begun));
    expect(Math.max(...gaps)).toBeLessThan(3_000);
    expect(musicMs(caller, begun)).toBeGreaterThan(25_000);
    await caller.hangUp();
  });
});

describe('between numbers', () => {
  test('an extension calls another, and they hear each other', async () => {
    const { phone, run } = await agent('1002', (ring, media) => ring.answerAfter(300, media).untilHungUp(20_000));
    const caller = await Caller.call(system, '1002');
    phone.sendTo(await run.when('answered'));
    await hearEachOther(caller.phone, phone);
    await caller.hangUp();
    await run.when('other side hung up');
    expect(await caller.record()).toMatchObject({ dialled: '1002', answeredBy: '1002', endReason: 'caller_hung_up' });
  });

  test('a number that does not exist is said not to', async () => {
    const caller = await Caller.call(system, '5555');
    await caller.hears('number_unknown');
    await caller.hungUp();
    const call = await caller.record();
    expect(call).toMatchObject({ dialled: '5555', endReason: 'flow_ended' });
    expect(pathOf(call)).toEqual(['numero-inexistente/unknown']);
  });
});

describe('outside hours', () => {
  beforeAll(async () => {
    const { tenant_id } = await db.selectFrom('extension').select('tenant_id').limit(1).executeTakeFirstOrThrow();
    const schedule = JSON.stringify({ weekly: {}, holidays: [] });
    await db.insertInto('opening_hours').values({ tenant_id, name: 'atendimento', schedule }).execute();
    await system.killControlPlane();
    await system.startControlPlane();
  });

  const toOffer = ['pessoa/hours', 'pessoa/closed', 'pessoa/offer'];

  describe.concurrent('a callback is offered', () => {
    test('and made to the number that the call comes from', async () => {
      const caller = await Caller.dial(system);
      await caller.press('0#');
      await caller.hears('outside_hours');
      await caller.answers('callback_offer', '1');
      await caller.answers('callback_number_confirm', '1');
      await caller.hungUp();
      expect((await wayOf(caller, 'flow_ended')).slice(way.toDocument.length)).toEqual([
        ...toOffer,
        'pessoa/from_where',
        'pessoa/confirm_number',
        'pessoa/register',
        'pessoa/registered',
      ]);
      await expectRequested(caller, caller.number);
      expect(caller.said.at(-1)).toBe('goodbye');
    });

    test('or to another one, which must be a telephone’s', async () => {
      const caller = await callAs(system, 'active', 0, '3');
      await caller.hears('outside_hours');
      await caller.answers('callback_offer', '1');
      await caller.answers('callback_number_confirm', '2');
      await caller.answers('callback_ask_number', '0000000000#');
      await caller.hears('callback_number_invalid');
      await caller.answers('callback_ask_number', '37999887766#');
      await caller.hears('callback_registered');
      expect((await wayOf(caller)).slice(toMainMenu.length)).toEqual([
        ...toOffer,
        'pessoa/from_where',
        'pessoa/confirm_number',
        'pessoa/ask_number',
        'pessoa/register_other',
        'pessoa/wrong_number',
        'pessoa/ask_number',
        'pessoa/register_other',
        'pessoa/registered',
      ]);
      expect(await callbackOf(caller)).toMatchObject([{ number: '+5537999887766' }]);
    });

    test('and made for one who presses nothing', async () => {
      const caller = await Caller.dial(system);
      await caller.press('0#');
      await caller.hears('outside_hours');
      await caller.hears('callback_registered', 60_000);
      expect((await wayOf(caller)).slice(-3)).toEqual(['pessoa/offer', 'pessoa/register', 'pessoa/registered']);
      expect(await callbackOf(caller)).toMatchObject([{ number: caller.number }]);
    });

    test('to one whose number is withheld: it is asked for', async () => {
      const caller = await Caller.dial(system, 'anonymous');
      await caller.press('0#');
      await caller.hears('outside_hours');
      await caller.answers('callback_offer', '1');
      await caller.answers('callback_ask_number', '3732221100#');
      await caller.hears('callback_registered');
      expect((await wayOf(caller)).slice(-5)).toEqual([
        'pessoa/offer',
        'pessoa/from_where',
        'pessoa/ask_number',
        'pessoa/register_other',
        'pessoa/registered',
      ]);
      expect(await callbackOf(caller)).toMatchObject([{ number: '+553732221100' }]);
    });
  });
});

test('nobody’s document stands in any log', async () => {
  expect(await documentsInLogs(system)).toEqual([]);
});
