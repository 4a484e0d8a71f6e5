import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres } from '../../src/storage/embedded-postgres.ts';
import { ariUser } from '../../src/telephony/asterisk/runtime/configuration.ts';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from '../phone/caller.ts';
import { Agent, hearEachOther } from './agent.ts';
import { flawsOf, isHealthy, leftovers, newestCalls, nothing } from './inside.ts';

/** Of a standby after a death, with its start. */
const takenOverWithinMs = 5_000;
/** After its holder froze. */
const noticedWithinMs = 15_000;

let first: TestSystem;
let second: TestSystem;
beforeAll(async () => {
  first = await TestSystem.start();
  const { port, password } = JSON.parse(readFileSync(join(first.home, 'asterisk', 'ari.json'), 'utf8')) as {
    port: number;
    password: string;
  };
  const postgres = await startPostgres({ home: first.home });
  postgres.release();
  second = await TestSystem.prepare({
    DATABASE_URL: postgres.url,
    ASTERISK_ARI_URL: `http://${ariUser}:${password}@127.0.0.1:${port}/ari`,
  });
});
afterAll(async () => {
  await second.stop();
  await first.stop();
});

test('a second control plane leaves the first one its calls, and goes on with them within seconds when it is dead', async () => {
  const agent = await Agent.ready(first, '1001', { line: 0 });
  const talking = await Caller.call(first, '1001', { line: 1 });
  await agent.answers();
  const choosing = await Caller.call(first, '2222', { line: 2 });
  await choosing.press(`${first.subscriber('active').document}#`);
  await choosing.hears('main_menu');

  await second.startControlPlane('stands by');
  expect(second.output).toContain(`process ${first.controlPlanePid} on`);
  expect(second.output).toMatch(/end it with Ctrl-C/);
  expect(await isHealthy(second)).toBe(false);
  await choosing.press('2');
  await choosing.hears('support_online');
  expect(await isHealthy(first)).toBe(true);

  await first.killControlPlane();
  const killedAt = performance.now();
  await second.says('is ready');
  expect(performance.now() - killedAt).toBeLessThan(takenOverWithinMs);
  await hearEachOther(talking.phone, agent.phone);
  await choosing.hears('support_online');
  await Promise.all([talking.hangUp(), choosing.hangUp()]);
  await agent.hungUp();
  await expect.poll(() => leftovers(first)).toEqual(nothing);
  const calls = await newestCalls(second, 50);
  expect(calls).toHaveLength(2);
  expect(calls.flatMap(flawsOf)).toEqual([]);
});

test('one that was frozen and wakes finds that another one has taken over, and ends without touching a call', async () => {
  const [choosing] = await Promise.all([Caller.call(first, '2222', { line: 3 }), first.startControlPlane('stands by')]);
  const frozenAt = performance.now();
  process.kill(second.controlPlanePid, 'SIGSTOP');
  try {
    await first.says('is ready', first.output.lastIndexOf('stands by'));
  } finally {
    process.kill(second.controlPlanePid, 'SIGCONT');
  }
  expect(performance.now() - frozenAt).toBeLessThan(noticedWithinMs);
  expect(await second.ended()).toBe(70);
  expect(second.output).toMatch(/has taken over, since this one had stood still/);
  expect(second.log).toMatch(/whether it still decides is asked/);
  await choosing.press(`${first.subscriber('active').document}#`);
  await choosing.hears('main_menu');
  await choosing.hangUp();
  await expect.poll(() => leftovers(first)).toEqual(nothing);
  const calls = await newestCalls(first, 50);
  expect(calls).toHaveLength(3);
  expect(calls.flatMap(flawsOf)).toEqual([]);
});
