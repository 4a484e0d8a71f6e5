import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { Carrier } from './carrier.ts';
import type { DeskPhone, PhoneCall } from './desk-phone.ts';
import { deskPhonesOf, talk } from './desk-phones.ts';
import { hearEachOther, hearsMusic } from './hearing.ts';
import { RtpPhone } from './rtp-phone.ts';

const own = '+553432221000';
let system: TestSystem;
let carrier: Carrier;
let one: DeskPhone;
let other: DeskPhone;
const closing: { close(): void }[] = [];

beforeAll(async () => {
  system = await TestSystem.start();
  const open = deskPhonesOf(system);
  one = await open('2001');
  other = await open('1001');
  carrier = await Carrier.open('127.0.0.2', system.phonePorts + 30);
  closing.push(one, other, carrier);
  const trunk = { name: 'A', host: carrier.host, port: carrier.port, ownNumbers: [own] };
  await system.api('/api/trunks', 'POST', trunk);
});
afterAll(async () => {
  for (const one of closing) one.close();
  await system.stop();
});

/** One holds and the other hears music and not one; then both hear each other again. */
async function holds(holder: PhoneCall, otherEar: RtpPhone): Promise<void> {
  await holder.hold(true);
  await hearsMusic(otherEar);
  await holder.hold(false);
  await hearEachOther(holder.ear, otherEar);
}

test('whoever holds, caller or called, lets the other hear music, and takes the talk up again', async () => {
  const [caller, called] = await talk(one, '1001', other);
  await hearEachOther(caller.ear, called.ear);
  await holds(caller, called.ear);
  await holds(called, caller.ear);
  await caller.hangUp();
  await called.ended;
  expect((await system.endedCall()).holdMs).toBeGreaterThan(200);
});

test('a trunk hears our music while an extension holds', async () => {
  const outside = await RtpPhone.open(system.phonePorts + 98);
  closing.push(outside);
  carrier.way = { answer: outside.port };
  const carried = carrier.carries();
  const caller = await one.call('991234567');
  outside.sendTo(`${(await carried).mediaPort}`);
  await hearEachOther(caller.ear, outside);
  await holds(caller, outside);
  await caller.hangUp();
  await expect.poll(async () => (await system.endedCall()).dialled, { timeout: 15_000 }).toBe('991234567');
  expect((await system.endedCall()).holdMs).toBeGreaterThan(100);
});
