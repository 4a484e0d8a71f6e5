import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CallDetail, CallSummary } from '../../src/calls/schemas.ts';
import { TestSystem } from '../helpers/system.ts';
import { Carrier } from './carrier.ts';
import type { DeskPhone, PhoneCall } from './desk-phone.ts';
import { deskPhonesOf } from './desk-phones.ts';
import { hearEachOther } from './hearing.ts';
import { LogAndWire } from './log-and-wire.ts';
import { RtpPhone } from './rtp-phone.ts';

const own = '+553432221000';
let system: TestSystem;
let legs: LogAndWire;
let carrier: Carrier;
let outside: RtpPhone;
let caller: DeskPhone;
let rung: DeskPhone;
let picker: DeskPhone;
let rival: DeskPhone;
const closing: { close(): void }[] = [];

beforeAll(async () => {
  system = await TestSystem.start();
  const open = deskPhonesOf(system);
  for (const number of ['1001', '1002']) {
    await system.api(`/api/extensions/${number}`, 'PATCH', { pickupGroup: 'vendas' });
  }
  const made = await system.api('/api/extensions', 'POST', { number: '1008', pickupGroup: 'vendas' });
  const { password } = (await made.json()) as { password: string };
  caller = await open('2001');
  rung = await open('1001');
  picker = await open('1002');
  rival = await open({ user: '1008', password });
  carrier = await Carrier.open('127.0.0.2', system.phonePorts + 30);
  outside = await RtpPhone.open(system.phonePorts + 40);
  closing.push(caller, rung, picker, rival, carrier, outside);
  await system.api('/api/groups', 'POST', { number: '500', name: 'Vendas', members: ['1001'] });
  await system.api('/api/trunks', 'POST', { name: 'A', host: carrier.host, port: carrier.port, ownNumbers: [own] });
  await system.api(`/api/inbound-numbers/${encodeURIComponent(own)}`, 'PUT', { target: '500', flow: null });
  await system.api('/api/recording-rules/1002', 'PUT');
  legs = new LogAndWire(system, [caller, rung, picker, rival, carrier]);
});
afterEach(() => legs.agree());
afterAll(async () => {
  for (const one of closing) one.close();
  await system.stop();
});

/** A call of 2001 that rings at 1001. */
async function rings(): Promise<{ calling: PhoneCall; ringing: PhoneCall }> {
  const calling = await caller.dial('1001');
  return { calling, ringing: await rung.rings() };
}

/** The newest call from a number, once it has ended. */
function ended(from: string): Promise<CallDetail> {
  return system.endedCall(15_000, from);
}

test('*8 takes a call that rings in the group, which stops ringing there; the log says who took it', async () => {
  const { calling, ringing } = await rings();
  const taken = await picker.call('*8');
  await calling.answered;
  expect(await ringing.ended).toBe(487);
  await hearEachOther(calling.ear, taken.ear);
  await system.killControlPlane();
  await hearEachOther(calling.ear, taken.ear);
  await system.startControlPlane();
  await taken.hangUp();
  await calling.ended;
  const row = await ended('2001');
  expect(row).toMatchObject({ dialled: '1001', answeredBy: '1002', endReason: 'agent_hung_up' });
  expect(row.legs.map((leg) => [leg.number, leg.answeredAt !== null])).toEqual([
    ['2001', true],
    ['1001', false],
    ['1002', true],
  ]);
  expect(await ended('1002')).toMatchObject({ dialled: '*8', endReason: 'picked_up' });
});

test('*8 and an extension takes what rings there because a group was called from a trunk, recorded if its talks are', async () => {
  const calling = carrier.call(system.sipPort, own, '34988887777', outside.port);
  const ringing = await rung.rings();
  const taken = await picker.call('*81001');
  expect(await ringing.ended).toBe(487);
  const { mediaPort, hangUp } = await calling;
  outside.sendTo(`${mediaPort}`);
  await hearEachOther(outside, taken.ear);
  hangUp();
  await taken.ended;
  const row = await ended('34988887777');
  expect(row).toMatchObject({ answeredBy: '1002', endReason: 'caller_hung_up' });
  const { recordings } = (await (await system.api(`/api/calls/${row.id}/recordings`)).json()) as {
    recordings: unknown[];
  };
  expect(recordings).toHaveLength(1);
});

test('who waits in a queue is taken from the phones that ring for it, and is in the flow again after the talk', async () => {
  const calling = await caller.dial('033');
  await rung.rings(30_000);
  const taken = await picker.call('*81001');
  await hearEachOther(calling.ear, taken.ear);
  await taken.hangUp();
  await calling.ear.press('9#');
  await calling.ended;
  const row = await ended('2001');
  expect(row).toMatchObject({ dialled: '033', answeredBy: '1002', endReason: 'agent_hung_up' });
  expect(row.steps.map(({ node }) => node)).toContain('survey');
});

test('of two who pick up at once one talks, and the other is told that nothing rings', async () => {
  const { calling } = await rings();
  const both = await Promise.all([picker.dial('*8'), rival.dial('*8')]);
  const won = await Promise.any(both.map((call) => call.answered.then(() => call)));
  const [lost] = both.filter((call) => call !== won);
  expect(await lost?.ended).toBe(480);
  await hearEachOther(calling.ear, won.ear);
  await won.hangUp();
  await calling.ended;
});

test('nothing is taken where nothing rings, nor from another group, nor by who is in none', async () => {
  expect(await (await picker.dial('*8')).ended).toBe(480);
  await system.api('/api/extensions/1008', 'PATCH', { pickupGroup: 'suporte' });
  const { calling, ringing } = await rings();
  expect(await (await rival.dial('*8')).ended).toBe(480);
  expect(await (await rival.dial('*81001')).ended).toBe(403);
  expect(await (await caller.dial('*8')).ended).toBe(403);
  ringing.answer();
  await hearEachOther(calling.ear, ringing.ear);
  await ringing.hangUp();
  await calling.ended;
  const { calls } = (await (await system.api('/api/calls?limit=3')).json()) as { calls: CallSummary[] };
  expect(calls.map(({ endReason }) => endReason)).toEqual(['not_allowed', 'not_allowed', 'not_answered']);
});
