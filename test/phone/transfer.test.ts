import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CallDetail, RecordingSummary as Stored } from '../../src/calls/schemas.ts';
import { TestSystem } from '../helpers/system.ts';
import { Carrier } from './carrier.ts';
import type { DeskPhone } from './desk-phone.ts';
import { deskPhonesOf, talk } from './desk-phones.ts';
import { hearEachOther, hears } from './hearing.ts';
import { LogAndWire } from './log-and-wire.ts';
import { RtpPhone } from './rtp-phone.ts';
import { level } from './sound-file.ts';

const own = '+553432221000';
let system: TestSystem;
let legs: LogAndWire;
let carrier: Carrier;
let outside: RtpPhone;
let one: DeskPhone;
let other: DeskPhone;
let third: DeskPhone;
const closing: { close(): void }[] = [];

beforeAll(async () => {
  system = await TestSystem.start();
  const open = deskPhonesOf(system);
  one = await open('2001');
  other = await open('1001');
  third = await open('1002');
  carrier = await Carrier.open('127.0.0.2', system.phonePorts + 30);
  outside = await RtpPhone.open(system.phonePorts + 40);
  closing.push(one, other, third, carrier, outside);
  await system.api('/api/trunks', 'POST', { name: 'A', host: carrier.host, port: carrier.port, ownNumbers: [own] });
  await system.api(`/api/inbound-numbers/${encodeURIComponent(own)}`, 'PUT', { target: '1001', flow: null });
  legs = new LogAndWire(system, [one, other, third, carrier]);
});
afterEach(() => legs.agree());
afterAll(async () => {
  for (const one of closing) one.close();
  await system.stop();
});

/** The row of a call, once it has ended. */
async function ended(dialled: string): Promise<CallDetail> {
  await expect.poll(async () => (await system.endedCall()).dialled, { timeout: 15_000 }).toBe(dialled);
  return system.endedCall();
}

test('who was called sends the caller to another extension, and is out of the call', async () => {
  const [caller, called] = await talk(one, '1001', other);
  expect(await called.refer('1002')).toBe(202);
  const target = await third.rings();
  expect(target.shown).toBe('2001');
  await hears(caller.ear, 'ringing');
  await called.ended;
  expect(called.progress.at(-1)).toContain('200');
  target.answer();
  await hearEachOther(caller.ear, target.ear);
  await caller.hangUp();
  await target.ended;
  const row = await ended('1001');
  expect(row).toMatchObject({ answeredBy: '1002', endReason: 'caller_hung_up' });
  expect(row.legs.map((leg) => leg.number)).toEqual(['2001', '1001', '1002']);
});

test('who called sends the called to another extension, and the call is still one row', async () => {
  const [caller, called] = await talk(one, '1001', other);
  expect(await caller.refer('1002')).toBe(202);
  const target = await third.answers();
  expect(target.shown).toBe('1001');
  await caller.ended;
  await hearEachOther(called.ear, target.ear);
  await target.hangUp();
  await called.ended;
  const row = await ended('1001');
  expect(row).toMatchObject({ callerNumber: '2001', answeredBy: '1002' });
  expect(row.legs.map((leg) => leg.number)).toEqual(['2001', '1001', '1002']);
});

test('a caller from a trunk is sent to another extension, and comes back when that is busy', async () => {
  const calling = carrier.call(system.sipPort, own, '34988887777', outside.port);
  const called = await other.answers();
  const { mediaPort, hangUp } = await calling;
  outside.sendTo(`${mediaPort}`);
  await called.refer('1002');
  (await third.rings()).refuse(486);
  const back = await other.answers();
  expect(back.shown).toBe('34988887777');
  await hearEachOther(outside, back.ear);
  await back.refer('1002');
  const target = await third.answers();
  await hearEachOther(outside, target.ear);
  hangUp();
  await target.ended;
  expect(await ended(own)).toMatchObject({ answeredBy: '1002' });
});

test('a call of a trunk that is recorded is recorded with whoever it is sent to', async () => {
  const { trunks } = (await (await system.api('/api/trunks')).json()) as { trunks: { id: number }[] };
  const rule = `/api/recording-rules/trunk/${trunks.at(-1)?.id}`;
  expect((await system.api(rule, 'PUT')).status).toBe(204);
  const calling = carrier.call(system.sipPort, own, '34988887777', outside.port);
  const called = await other.answers();
  const { mediaPort, hangUp } = await calling;
  outside.sendTo(`${mediaPort}`);
  await hears(outside, 'nothing');
  await called.refer('1002');
  const target = await third.answers();
  const { calls } = (await (await system.api('/api/calls?limit=1')).json()) as { calls: { id: string }[] };
  const recording = `/api/calls/${calls[0]?.id}/recording`;
  // Its name is known while it goes on, and it can be paused.
  for (const act of ['pause', 'resume']) {
    const named = async () => (await (await system.api(recording, 'POST', { act })).json()) as { name?: string };
    await expect.poll(named).toEqual({ name: expect.stringMatching(/\/34988887777-E-1002-[\d.]+$/) as string });
  }
  await hearEachOther(outside, target.ear);
  hangUp();
  await target.ended;
  const stored = async () =>
    ((await (await system.api(`${recording}s`)).json()) as { recordings: Stored[] }).recordings;
  await expect
    .poll(async () => (await stored()).map(({ state }) => state), { timeout: 10_000 })
    .toEqual(['stored', 'stored']);
  const [first, second] = await stored();
  expect(first?.name).toMatch(/\/34988887777-E-1001-[\d.]+$/);
  const file = join(system.home, 'recordings', '1', `${second?.name}.wav`);
  for (const side of [1, 2] as const) expect(await level(file, side, 0, 10)).toBeGreaterThan(0.01);
  expect((await system.api(rule, 'DELETE')).status).toBe(204);
});

test('a call is sent to a number outside, if who sends it may call there; otherwise the talk goes on', async () => {
  const [caller, called] = await talk(one, '1001', other);
  await called.refer('00493012345678');
  await expect.poll(() => called.progress.at(-1)).toContain('603');
  await hearEachOther(caller.ear, called.ear);
  carrier.way = { answer: outside.port };
  const carried = carrier.carries();
  await called.refer('991234567');
  outside.sendTo(`${(await carried).mediaPort}`);
  await hearEachOther(caller.ear, outside);
  await caller.hangUp();
  expect((await ended('1001')).legs).toHaveLength(3);
});

test('a control plane that is killed takes up a call that was being transferred, and one that was', async () => {
  const [caller, called] = await talk(one, '1001', other);
  await caller.refer('1002');
  const lost = await third.rings();
  await hears(called.ear, 'ringing');
  await system.killControlPlane();
  await system.startControlPlane();
  expect(await lost.ended).toBe(487);
  const target = await third.answers();
  await hearEachOther(called.ear, target.ear);
  await system.killControlPlane();
  await hearEachOther(called.ear, target.ear);
  await system.startControlPlane();
  await called.hangUp();
  await target.ended;
  const row = await ended('1001');
  expect(row).toMatchObject({ callerNumber: '2001', answeredBy: '1002', endReason: 'caller_hung_up' });
});
