import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres } from '../../src/storage/embedded-postgres.ts';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from '../phone/caller.ts';
import { asteriskPid, flawsOf, leftovers, nothing, processesOf, untilHealthy } from './inside.ts';
import { Launched } from './launched.ts';

const restartedWithinMs = 3_000;
const startedWithinMs = 5_000;
const stoppedWithinMs = 5_000;

let system: TestSystem;
let launched: Launched | undefined;
beforeAll(async () => {
  system = await TestSystem.start();
});
afterAll(async () => {
  await launched?.interrupt();
  await system.stop();
});

test('two installations on one machine both take calls, one of them on a PostgreSQL of its operator', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uira-own-postgres-'));
  const postgres = await startPostgres({ home: folder });
  const other = await TestSystem.startNew({ DATABASE_URL: postgres.url });
  const callers = await Promise.all([Caller.call(system, '2222'), Caller.call(other, '2222')]);
  await Promise.all(callers.map((caller) => caller.hears('greeting')));
  await Promise.all(callers.map((caller) => caller.hangUp()));
  for (const each of [system, other]) {
    const call = await each.endedCall();
    expect(call).toMatchObject({ endReason: 'caller_hung_up', dialled: '2222' });
    expect(flawsOf(call)).toEqual([]);
  }
  expect(existsSync(join(other.home, 'postgres'))).toBe(false);
  await other.stop();
  expect(postgres.isAlive()).toBe(true);
  await postgres.stop();
  rmSync(folder, { recursive: true });
});

test('without demo data it starts all the same, and has nobody else’s secrets', async () => {
  const bare = await TestSystem.startNew({ UIRAPURU_DEMO: '0' });
  expect(existsSync(join(bare.home, 'demo.json'))).toBe(false);
  await untilHealthy(bare);
  const { db } = await bare.database();
  const { people } = await db
    .selectFrom('subscriber')
    .select((of) => of.fn.countAll<number>().as('people'))
    .executeTakeFirstOrThrow();
  expect(people).toBe(0);
  await bare.stop();
});

test('a killed control plane comes back by itself within 3 s, and Ctrl-C and a second start take under 5 s', async () => {
  process.kill(system.controlPlanePid, 'SIGINT');
  await expect.poll(() => processesOf(system.home), { timeout: stoppedWithinMs }).toEqual([]);

  const begun = performance.now();
  launched = await Launched.start(system);
  expect(performance.now() - begun).toBeLessThan(startedWithinMs);
  const caller = await Caller.call(system, '2222', { line: 1 });
  await caller.hears('greeting');
  await caller.press(`${system.subscriber('active').document}#`);
  await caller.hears('main_menu');

  const asterisk = asteriskPid(system);
  process.kill(launched.controlPlanePid, 'SIGKILL');
  const killedAt = performance.now();
  await untilHealthy(system, false);
  await untilHealthy(system);
  const backMs = performance.now() - killedAt;
  expect(backMs).toBeLessThan(restartedWithinMs);
  expect(asteriskPid(system)).toBe(asterisk);
  expect((await caller.hears('main_menu')).fromMs - killedAt).toBeLessThan(restartedWithinMs);
  await caller.press('2');
  await caller.hears('support_online');
  await caller.hangUp();
  expect(flawsOf(await system.endedCall())).toEqual([]);
  await expect.poll(() => leftovers(system)).toEqual(nothing);

  const askedAt = performance.now();
  expect(await launched.interrupt()).toBe(0);
  expect(performance.now() - askedAt).toBeLessThan(stoppedWithinMs);
  expect(processesOf(system.home)).toEqual([]);
  expect(existsSync(join(system.home, 'postgres', 'postmaster.pid'))).toBe(false);
  expect(launched.output).toMatch(/was ended by SIGKILL. It is started again; calls go on/);
});
