import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from '../phone/caller.ts';
import { Agent, hearEachOther } from './agent.ts';
import { AriLink } from './ari-link.ts';
import { flawsOf, leftovers, newestCalls, nothing, places, untilHealthy } from './inside.ts';

let system: TestSystem;
let link: AriLink;
beforeAll(async () => {
  system = await TestSystem.start();
  // The same home, whose Asterisk now counts as one elsewhere, behind a wire that can be cut.
  await system.killControlPlane();
  link = await AriLink.to(system);
  process.env['ASTERISK_ARI_URL'] = link.url;
  await system.startControlPlane();
  delete process.env['ASTERISK_ARI_URL'];
});
afterAll(async () => {
  link.close();
  await system.killControlPlane();
  // Takes its Asterisk back, so that it is ended with the rest.
  await system.startControlPlane();
  await system.stop();
});

test('while Asterisk cannot be reached talks go on, menus wait, new calls reach an agent; then all is as before', async () => {
  const agent = await Agent.ready(system, '1001', { line: 0 });
  const talking = await Caller.call(system, '1001', { line: 1 });
  await agent.answers();
  const choosing = await Caller.call(system, '2222', { line: 2 });
  await choosing.press(`${system.subscriber('active').document}#`);
  await expect.poll(() => places(system), { timeout: 30_000 }).toEqual(['', 'main_menu']);

  const second = await Agent.ready(system, '1002', { line: 3 });
  link.cut();
  await untilHealthy(system, false);
  await hearEachOther(talking.phone, agent.phone);
  const late = await Caller.call(system, '2222', { line: 4 });
  await second.answers();
  await hearEachOther(late.phone, second.phone);
  await sleep(1_000);

  link.mend();
  expect(await untilHealthy(system)).toBeLessThan(3_000);
  await hearEachOther(talking.phone, agent.phone);
  await hearEachOther(late.phone, second.phone);
  await choosing.press('2');
  await expect.poll(() => places(system), { timeout: 20_000 }).toEqual(['', 'online']);

  await Promise.all([talking.hangUp(), choosing.hangUp(), late.hangUp()]);
  await Promise.all([agent.hungUp(), second.hungUp()]);
  await expect.poll(() => leftovers(system)).toEqual(nothing);
  const calls = await newestCalls(system, 2);
  expect(calls.map(({ endReason }) => endReason)).toEqual(['caller_hung_up', 'caller_hung_up']);
  expect(calls.flatMap(flawsOf)).toEqual([]);
});

test('who hangs up while Asterisk cannot be reached is not left open in the log', async () => {
  const choosing = await Caller.call(system, '2222', { line: 5 });
  await choosing.hears('greeting');
  const agent = await Agent.ready(system, '1001', { line: 6 });
  const talking = await Caller.call(system, '1001', { line: 7 });
  await agent.answers();
  link.cut();
  await untilHealthy(system, false);
  await Promise.all([choosing.hangUp(), talking.hangUp()]);
  link.mend();
  await untilHealthy(system);
  await agent.hungUp();
  await expect.poll(() => leftovers(system)).toEqual(nothing);
  const calls = await newestCalls(system, 2);
  expect(calls.map(({ endReason }) => endReason)).toEqual(['lost', 'lost']);
  expect(calls.flatMap(flawsOf)).toEqual([]);
});
