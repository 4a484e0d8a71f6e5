import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LiveClient } from '../helpers/live-client.ts';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from '../phone/caller.ts';
import { flawsOf, leftovers, newestCalls, nothing, postgresPid, postgresPids, untilHealthy } from './inside.ts';

/** From the end of the key to the first sound. */
const comfortWithinMs = 300;
const deadlineMs = 3_000;
const goneMs = 10_000;
/** Restart, and the ERP's breaker, which lets a caller try again after 5 s. */
const backWithinMs = 8_000;

let system: TestSystem;
beforeAll(async () => {
  system = await TestSystem.start();
});
afterAll(() => system.stop());

test('while the ERP is slow the caller is comforted within 300 ms, and told the truth after 3 s', async () => {
  const { db } = await system.database();
  const caller = await Caller.call(system, '2222', { line: 0 });
  await caller.hears('ask_document');
  const blocker = await db.startTransaction().execute();
  await sql`lock table subscriber in access exclusive mode`.execute(blocker);
  await caller.press(system.subscriber('active').document);
  await caller.press('#', { holdMs: 80, gapMs: 120 });
  const askedAt = performance.now();
  const comfort = await caller.hears('comfort_checking');
  expect(comfort.fromMs - askedAt).toBeLessThan(comfortWithinMs);
  const truth = await caller.hears('system_unavailable');
  expect(truth.fromMs - askedAt).toBeLessThan(deadlineMs + 1_000);
  await blocker.rollback().execute();
  await caller.hangUp();
  const call = await system.endedCall();
  expect(flawsOf(call)).toEqual([]);
  expect(call.steps.find(({ node }) => node === 'document')?.exit).toBe('unavailable');
  await expect.poll(() => leftovers(system)).toEqual(nothing);
});

test('the database is frozen for 10 s: callers are told, new ones too, and the log holds all of it afterwards', async () => {
  const caller = await Caller.call(system, '2222', { line: 1 });
  await caller.press(`${system.subscriber('active').document}#`);
  await caller.hears('main_menu');
  const pids = postgresPids(system);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  const frozenAt = performance.now();
  await caller.press('2');
  await caller.hears('comfort_checking');
  const newcomer = await Caller.call(system, '2222', { line: 2 });
  await newcomer.hears('greeting');
  await newcomer.press(`${system.subscriber('active').document}#`);
  await newcomer.hears('system_unavailable');
  await caller.hears('support_check_unavailable');
  await sleep(Math.max(0, goneMs - (performance.now() - frozenAt)));
  for (const pid of pids) process.kill(pid, 'SIGCONT');
  await untilHealthy(system);
  await Promise.all([caller.hangUp(), newcomer.hangUp()]);
  await expect.poll(() => leftovers(system), { timeout: 5_000 }).toEqual(nothing);
  const calls = await newestCalls(system, 2);
  expect(calls.flatMap(flawsOf)).toEqual([]);
  expect(calls.map(({ endReason }) => endReason)).toEqual(['caller_hung_up', 'caller_hung_up']);
});

test('a killed PostgreSQL is started again, calls and the live stream go on, and the log is complete', async () => {
  const url = `ws://127.0.0.1:${system.httpPort}/api/live?extension=1001`;
  const agent = await LiveClient.open(url, { token: system.demo.api.token });
  const caller = await Caller.call(system, '2222', { line: 3 });
  await caller.press(`${system.subscriber('active').document}#`);
  await caller.hears('main_menu');
  const killed = postgresPid(system);
  process.kill(killed, 'SIGKILL');
  await untilHealthy(system, false);
  expect(await untilHealthy(system)).toBeLessThan(backWithinMs);
  const contrato = String(system.subscriber('active').contracts[0]);
  const body = new URLSearchParams({ ...system.demo.sgp, contrato, uraagent: '1001' });
  await fetch(`http://127.0.0.1:${system.httpPort}/ws/ura/notificacaosistema/`, { method: 'POST', body });
  await caller.press('2');
  await caller.hears('support_online');
  await agent.until(() => agent.types.includes('window.opened'));
  agent.lose();
  await caller.hangUp();
  const call = await system.endedCall();
  expect(flawsOf(call)).toEqual([]);
  expect(call.endReason).toBe('caller_hung_up');
  await expect.poll(() => leftovers(system)).toEqual(nothing);
});
