import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from '../phone/caller.ts';
import { Agent, hearEachOther } from './agent.ts';
import { flawsOf, leftovers, newestCalls, nothing, places } from './inside.ts';
import { Launched } from './launched.ts';

/** Ten seconds of silence, the question that comes after them, and a restart. */
const recoversWithinMs = 15_000;
/** A restart under the launcher takes one or two. */
const aloneAtMostMs = 5_000;

let system: TestSystem;
let launched: Launched;
beforeAll(async () => {
  system = await TestSystem.prepare();
  launched = await Launched.start(system);
});
afterAll(async () => {
  await launched.interrupt();
  await system.stop();
});

test('a control plane that hangs is ended and started again: talks go on, menus resume, new calls are taken', async () => {
  const agent = await Agent.ready(system, '1001', { line: 0 });
  const talking = await Caller.call(system, '1001', { line: 1 });
  await agent.answers();
  const choosing = await Caller.call(system, '2222', { line: 2 });
  await choosing.press(`${system.subscriber('active').document}#`);
  await expect.poll(() => places(system), { timeout: 30_000 }).toEqual(['', 'main_menu']);
  await choosing.hears('main_menu');

  process.kill(launched.controlPlanePid, 'SIGSTOP');
  const hungAt = performance.now();
  await hearEachOther(talking.phone, agent.phone);
  await sleep(7_000 - (performance.now() - hungAt));
  // Nobody takes this call yet, and it waits.
  const late = await Caller.call(system, '2222', { line: 3 });
  await launched.ready(2);
  expect(performance.now() - hungAt).toBeLessThan(recoversWithinMs);
  expect((await choosing.hears('main_menu')).fromMs - hungAt).toBeLessThan(recoversWithinMs);
  await choosing.press('2');
  await choosing.hears('support_online');
  await late.hears('greeting');
  await hearEachOther(talking.phone, agent.phone);

  await Promise.all([talking.hangUp(), choosing.hangUp(), late.hangUp()]);
  await agent.hungUp();
  await expect.poll(() => leftovers(system)).toEqual(nothing);
  const calls = await newestCalls(system, 3);
  expect(calls.map(({ endReason }) => endReason)).toEqual(['caller_hung_up', 'caller_hung_up', 'caller_hung_up']);
  expect(calls.flatMap(flawsOf)).toEqual([]);
  expect(launched.output).toMatch(/control plane did not answer any more and was ended\. It is started again/);
});

test('who is left by the other side while the control plane is dead is alone for less than five seconds', async () => {
  const left = await Agent.ready(system, '1001', { line: 4 });
  const leaving = await Caller.call(system, '1001', { line: 5 });
  await left.answers();
  const going = await Agent.ready(system, '1002', { line: 6, hangsUpAfterMs: 3_000 });
  const stays = await Caller.call(system, '1002', { line: 7 });
  await going.answers();

  await sleep(2_800);
  const { timesReady } = launched;
  process.kill(launched.controlPlanePid, 'SIGKILL');
  const killedAt = performance.now();
  await leaving.hangUp();
  await Promise.all([left.hungUp(aloneAtMostMs), stays.hungUp(aloneAtMostMs)]);
  expect(performance.now() - killedAt).toBeLessThan(aloneAtMostMs);
  await going.leave();
  await expect.poll(() => leftovers(system), { timeout: 5_000 }).toEqual(nothing);
  // Calls are served before the log can be asked for.
  await launched.ready(timesReady + 1);
  expect((await newestCalls(system, 2)).flatMap(flawsOf)).toEqual([]);
});
