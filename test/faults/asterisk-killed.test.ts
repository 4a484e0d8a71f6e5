import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from '../phone/caller.ts';
import { Scenario } from '../phone/scenario.ts';
import { runSipp } from '../phone/sipp.ts';
import { Agent, hearEachOther } from './agent.ts';
import { asteriskPid, flawsOf, leftovers, newestCalls, nothing, places, untilHealthy } from './inside.ts';

const restartedWithinMs = 5_000;

let system: TestSystem;
beforeAll(async () => {
  system = await TestSystem.start();
});
afterAll(() => system.stop());

test('a frozen Asterisk: the menu goes on when it thaws, no call is lost, and health says so meanwhile', async () => {
  const caller = await Caller.call(system, '2222', { line: 0 });
  await caller.press(`${system.subscriber('active').document}#`);
  await caller.hears('main_menu');
  const pid = asteriskPid(system);
  process.kill(pid, 'SIGSTOP');
  const frozenAt = performance.now();
  await untilHealthy(system, false);
  await sleep(5_000 - (performance.now() - frozenAt));
  process.kill(pid, 'SIGCONT');
  await untilHealthy(system);
  await caller.press('2');
  await caller.hears('support_online');
  await caller.hangUp();
  const call = await system.endedCall();
  expect(call.endReason).toBe('caller_hung_up');
  expect(flawsOf(call)).toEqual([]);
  await expect.poll(() => leftovers(system)).toEqual(nothing);
});

test('a killed Asterisk takes calls again within 5 s, and the calls that died with it are closed in the log', async () => {
  const agent = await Agent.ready(system, '1001', { line: 1 });
  const talking = await Caller.call(system, '1001', { line: 2 });
  await agent.answers();
  const listening = await Caller.call(system, '2222', { line: 3 });
  await listening.press(`${system.subscriber('active').document}#`);
  await expect.poll(() => places(system), { timeout: 30_000 }).toEqual(['', 'main_menu']);

  process.kill(asteriskPid(system), 'SIGKILL');
  const killedAt = performance.now();
  await untilHealthy(system, false);
  await untilHealthy(system);
  expect(performance.now() - killedAt).toBeLessThan(restartedWithinMs);
  await expect.poll(() => leftovers(system)).toEqual(nothing);
  const calls = await newestCalls(system, 2);
  expect(calls.map(({ endReason }) => endReason)).toEqual(['exchange_died', 'exchange_died']);
  expect(calls.flatMap(flawsOf)).toEqual([]);
  await Promise.all([talking.hangUp(), listening.hangUp(), agent.leave()]);

  // Who was registered still is, who was not can, and calls are taken as before.
  const registration = { scenario: new Scenario().register(system.account('1002')), port: system.phonePorts + 4 };
  const registered = await runSipp({ ...registration, target: `127.0.0.1:${system.sipPort}` });
  expect(registered.exitCode).toBe(0);
  const second = await Agent.ready(system, '1001', { line: 5 });
  const caller = await Caller.call(system, '1001', { line: 6 });
  await second.answers();
  await hearEachOther(caller.phone, second.phone);
  await caller.hangUp();
  await second.hungUp();
  expect(await system.endedCall()).toMatchObject({ endReason: 'caller_hung_up', answeredBy: '1001' });
});

test('a control plane that stood still for 20 s goes on with the call, and its caller is not cut off', async () => {
  const caller = await Caller.call(system, '2222', { line: 7 });
  await caller.press(`${system.subscriber('active').document}#`);
  await caller.hears('main_menu');
  process.kill(system.controlPlanePid, 'SIGSTOP');
  await sleep(20_000);
  process.kill(system.controlPlanePid, 'SIGCONT');
  await untilHealthy(system);
  await caller.press('2');
  await caller.hears('support_online');
  await caller.hangUp();
  const call = await system.endedCall();
  expect(call.endReason).toBe('caller_hung_up');
  expect(flawsOf(call)).toEqual([]);
  await expect.poll(() => leftovers(system)).toEqual(nothing);
});
