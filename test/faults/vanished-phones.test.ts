import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from '../phone/caller.ts';
import { Agent, hearEachOther } from './agent.ts';
import { flawsOf, leftovers, newestCalls, nothing } from './inside.ts';

/** Instead of two minutes. */
const goneAfterSeconds = 3;
/** Q.850: requested circuit not available, which Asterisk says of a phone it does not hear any more. */
const notHeard = 44;

let system: TestSystem;
beforeAll(async () => {
  system = await TestSystem.start();
  for (const extension of ['1001', '2001']) await system.change(extension, { rtp_timeout: String(goneAfterSeconds) });
});
afterAll(() => system.stop());

test('a talk whose two phones lose their power ends by itself, and so does the call of one in a menu', async () => {
  const agent = await Agent.ready(system, '1001', { line: 0 });
  const talking = await Caller.call(system, '1001', { line: 1 });
  await agent.answers();
  const choosing = await Caller.call(system, '2222', { line: 2 });
  await choosing.hears('greeting');
  await hearEachOther(talking.phone, agent.phone);
  await Promise.all([talking.vanish(), agent.leave(), choosing.vanish()]);
  await expect.poll(() => leftovers(system), { timeout: 2_000 * goneAfterSeconds }).toEqual(nothing);
  const calls = await newestCalls(system, 2);
  expect(calls.map(({ hangUpCause }) => hangUpCause)).toContain(notHeard);
  expect(calls.flatMap(flawsOf)).toEqual([]);
});

test('phones that are silent are not cut off, be it that they send silence or only a packet of noise now and then', async () => {
  const agent = await Agent.ready(system, '1001', { line: 3 });
  const caller = await Caller.call(system, '1001', { line: 4 });
  await agent.answers();
  await hearEachOther(caller.phone, agent.phone);
  agent.phone.suppressSilence(true);
  await sleep(2_000 * goneAfterSeconds + 1_000);
  agent.phone.suppressSilence(false);
  await hearEachOther(caller.phone, agent.phone);
  await caller.hangUp();
  await agent.hungUp();
  expect(await system.endedCall()).toMatchObject({ endReason: 'caller_hung_up', hangUpCause: 16 });
});
