import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import type { DeskPhone, PhoneCall } from './desk-phone.ts';
import { deskPhonesOf, talk } from './desk-phones.ts';
import { hearEachOther, hearsMusic } from './hearing.ts';
import { LogAndWire } from './log-and-wire.ts';

let system: TestSystem;
let legs: LogAndWire;
let one: DeskPhone;
let other: DeskPhone;
let third: DeskPhone;
let caller: PhoneCall;
let called: PhoneCall;

beforeAll(async () => {
  system = await TestSystem.start();
  const open = deskPhonesOf(system);
  one = await open('2001');
  other = await open('1001');
  third = await open('1002');
  legs = new LogAndWire(system, [one, other, third]);
});
afterEach(() => legs.agree());
afterAll(async () => {
  for (const phone of [one, other, third]) phone.close();
  await system.stop();
});
beforeEach(async () => {
  [caller, called] = await talk(one, '1001', other);
});

/** The called asks extension 1002, while the caller hears music. */
async function consults(asker: PhoneCall, waiting: PhoneCall): Promise<PhoneCall> {
  const answering = third.answers();
  await asker.ear.press('*21002#');
  const asked = await answering;
  await hearsMusic(waiting.ear);
  await hearEachOther(asker.ear, asked.ear);
  return asked;
}

async function newest() {
  const row = await system.endedCall(15_000);
  return { row, numbers: row.legs.map((leg) => leg.number) };
}

test('*1 sends the other side to a number, whole after # or a pause; also between phones that never encrypt', async () => {
  for (const mediaEncryption of ['optional', 'off']) {
    const answering = third.answers();
    await called.ear.press('*11002');
    const target = await answering;
    await called.ended;
    await hearEachOther(caller.ear, target.ear);
    await caller.hangUp();
    await target.ended;
    expect((await newest()).row).toMatchObject({ answeredBy: '1002' });
    if (mediaEncryption === 'off') return;
    for (const number of ['2001', '1001']) {
      const changed = await system.api(`/api/extensions/${number}`, 'PATCH', { mediaEncryption: 'off' });
      expect(changed.status).toBe(200);
    }
    [caller, called] = await talk(one, '1001', other);
  }
});

test('*2 asks somebody while the other side hears music; *0 goes back, and hanging up lets those two talk', async () => {
  const asked = await consults(called, caller);
  await called.ear.press('*0');
  await asked.ended;
  await hearEachOther(caller.ear, called.ear);
  const again = await consults(called, caller);
  await called.hangUp();
  await hearEachOther(caller.ear, again.ear);
  await again.hangUp();
  await caller.ended;
  const { row, numbers } = await newest();
  expect(row).toMatchObject({ answeredBy: '1002', endReason: 'agent_hung_up' });
  expect(numbers).toEqual(['2001', '1001', '1002', '1002']);
});

test('who called asks somebody and hangs up while that phone rings: the called is sent there', async () => {
  const ringing = third.rings();
  await caller.ear.press('*21002#');
  const first = await ringing;
  await caller.hangUp();
  expect(await first.ended).toBe(487);
  const target = await third.answers();
  await hearEachOther(called.ear, target.ear);
  await target.hangUp();
  await called.ended;
  expect((await newest()).row).toMatchObject({ callerNumber: '2001', answeredBy: '1002' });
});

test('*3 lets all three hear each other, and whoever leaves, the others talk on', async () => {
  for (const leaves of ['asker', 'asked', 'waiting'] as const) {
    const phones = { asker: called, waiting: caller, asked: await consults(called, caller) };
    await called.ear.press('*3');
    await hearEachOther(caller.ear, called.ear, phones.asked.ear);
    const [first, second] = Object.entries(phones).flatMap(([role, phone]) => (role === leaves ? [] : [phone]));
    await phones[leaves].hangUp();
    if (first === undefined || second === undefined) throw new Error('Nobody is left.');
    await hearEachOther(first.ear, second.ear);
    await first.hangUp();
    await second.ended;
    expect((await newest()).numbers).toEqual(['2001', '1001', '1002']);
    if (leaves === 'waiting') return;
    [caller, called] = await talk(one, '1001', other);
  }
});

test('a control plane that is killed takes up a consultation and a conference', async () => {
  const asked = await consults(called, caller);
  await system.killControlPlane();
  await hearsMusic(caller.ear);
  await system.startControlPlane();
  await called.ear.press('*3');
  await hearEachOther(caller.ear, called.ear, asked.ear);
  await system.killControlPlane();
  await hearEachOther(caller.ear, called.ear, asked.ear);
  await system.startControlPlane();
  await called.hangUp();
  await hearEachOther(caller.ear, asked.ear);
  await caller.hangUp();
  await asked.ended;
  expect((await newest()).row).toMatchObject({ answeredBy: '1002' });
});
