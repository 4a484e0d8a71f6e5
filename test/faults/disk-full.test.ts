import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestSystem } from '../helpers/system.ts';
import { Caller } from '../phone/caller.ts';
import { flawsOf, leftovers, newestCalls, nothing, untilHealthy } from './inside.ts';
import { SmallDisk } from './small-disk.ts';

const disk = new SmallDisk();
let system: TestSystem;
beforeAll(async () => {
  system = await disk.startSystem();
});
afterAll(async () => {
  await system.stop();
  disk.remove();
});

test('the disk fills up while people call: the call goes on, new ones are taken, and the log holds them when there is room', async () => {
  const caller = await Caller.call(system, '2222', { line: 0 });
  await caller.press(`${system.subscriber('active').document}#`);
  await caller.hears('main_menu');
  disk.fill(system);
  await caller.press('2');
  await caller.hears('support_checking');
  const newcomer = await Caller.call(system, '2222', { line: 1 });
  await newcomer.hears('greeting');
  await sleep(3_000);
  disk.free();
  await untilHealthy(system);
  await newcomer.press(`${system.subscriber('active').document}#`);
  await newcomer.hears('main_menu');
  await Promise.all([caller.hangUp(), newcomer.hangUp()]);
  await expect.poll(() => leftovers(system), { timeout: 5_000 }).toEqual(nothing);
  const calls = await newestCalls(system, 2);
  expect(calls.map(({ endReason }) => endReason)).toEqual(['caller_hung_up', 'caller_hung_up']);
  expect(calls.flatMap(flawsOf)).toEqual([]);
});
