import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import type { DeskPhone, PhoneCall } from './desk-phone.ts';
import { deskPhonesOf, talk } from './desk-phones.ts';
import { hearEachOther } from './hearing.ts';
import { LogAndWire } from './log-and-wire.ts';

let system: TestSystem;
let legs: LogAndWire;
let one: DeskPhone;
let other: DeskPhone;
let third: DeskPhone;

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

async function calls(limit: number) {
  const answer = await system.api(`/api/calls?limit=${limit}`);
  return ((await answer.json()) as { calls: { endReason: string | null; answeredBy: string | null }[] }).calls;
}

test("a phone that wants to hear nothing of its transfer transfers, and ends nobody else's call", async () => {
  const [caller, called] = await talk(one, '1001', other);
  expect(await called.refer('1002', 'Refer-Sub: false\r\n')).toBe(202);
  const target = await third.answers();
  await hearEachOther(caller.ear, target.ear);
  await caller.hangUp();
  await target.ended;
});

test('a phone that asks another one and does not wait rings there once more, for who is sent there, and no more for itself', async () => {
  const [caller, called] = await talk(one, '1001', other);
  const asking = await other.dial('1002');
  const rung = await third.rings();
  await expect.poll(() => asking.ringing).not.toBe('');
  expect(await called.refer(asking)).toBe(202);
  const again = await third.rings();
  // One line is enough there.
  expect(rung.isOver).toBe(true);
  again.answer();
  await Promise.all([again.answered, asking.ended]);
  await hearEachOther(caller.ear, again.ear);
  await caller.hangUp();
  await again.ended;
});

/** In each of two calls the phone in the middle called, or was called: who is left there talk to each other. */
for (const [title, firstCalls, secondCalls] of [
  ['called, and asks another one', false, true],
  ['called twice', true, true],
  ['was called twice', false, false],
  ['called, and was called by another one', true, false],
] as const) {
  test(`a phone that ${title} joins both`, async () => {
    const [first, mine] = firstCalls
      ? ((await talk(other, '2001', one)).toReversed() as [PhoneCall, PhoneCall])
      : await talk(one, '1001', other);
    await mine.hold(true);
    const [second, mineToo] = secondCalls
      ? ((await talk(other, '1002', third)).toReversed() as [PhoneCall, PhoneCall])
      : await talk(third, '1001', other);
    await hearEachOther(second.ear, mineToo.ear);
    expect(await mine.refer(mineToo)).toBe(202);
    await Promise.all([mine.ended, mineToo.ended]);
    expect(mine.progress.at(-1)).toContain('200');
    await hearEachOther(first.ear, second.ear);
    // Who had called hangs up: no leg that was placed, but a caller made into one.
    const [leaves, stays] = secondCalls ? [first, second] : [second, first];
    await leaves.hangUp();
    await stays.ended;
    await expect
      .poll(async () => (await calls(2)).map((call) => call.endReason), { timeout: 15_000 })
      .not.toContain(null);
    const [consultation, call] = await calls(2);
    expect(consultation).toMatchObject({ endReason: 'transferred' });
    expect(call).toMatchObject({ answeredBy: '1002' });
  });
}
