import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from '../phone/caller.ts';
import { Scenario } from '../phone/scenario.ts';
import { runSipp } from '../phone/sipp.ts';
import { asteriskPid, flawsOf, leftovers, newestCalls, nothing } from './inside.ts';
import { randomOf, seed } from './seed.ts';

const longestCallMs = 2_500;
const random = randomOf(seed);

let system: TestSystem;
beforeAll(async () => {
  system = await TestSystem.start({ UIRAPURU_LOG_LEVEL: 'info' });
});
afterAll(() => system.stop());

test(`callers who press anything and hang up at any moment leave nothing behind (FAULT_SEED=${seed})`, async () => {
  const count = 8;
  const before = Date.now();
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      await sleep(300 * index);
      const caller = await Caller.call(system, '2222', { line: index });
      const hangsUpAt = performance.now() + 1_000 + 10_000 * random();
      while (performance.now() < hangsUpAt) {
        await caller.press('0123456789*#'.charAt(Math.floor(12 * random())));
        await sleep(1_500 * random() ** 2);
      }
      await caller.hangUp();
    }),
  );
  await expect.poll(() => leftovers(system), { timeout: 5_000 }).toEqual(nothing);
  const calls = await newestCalls(system, count);
  expect(calls.filter(({ startedAt }) => Date.parse(startedAt) >= before - 1_000)).toHaveLength(count);
  expect(calls.flatMap(flawsOf)).toEqual([]);
  expect(calls.filter(({ endReason }) => endReason === 'failed')).toEqual([]);
});

test(`two hundred hang-ups at random moments cost no memory, no file and no timer (FAULT_SEED=${seed})`, async () => {
  await hangUps(100);
  const before = await weigh();
  await hangUps(200);
  // Database connections that are not needed are closed after 10 s; what is weighed is what stays.
  await expect.poll(async () => grown(before, await weigh()), { timeout: 20_000, interval: 1_000 }).toEqual([]);
});

/** So many calls, 25 a second, each of which ends at a random moment; resolves when nothing is left of them. */
async function hangUps(count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'uira-moments-'));
  const moments = join(folder, 'moments.csv');
  const lines = Array.from({ length: count }, () => Math.floor(longestCallMs * random()));
  writeFileSync(moments, `SEQUENTIAL\n${lines.join('\n')}\n`);
  const account = system.account('2001');
  const scenario = new Scenario()
    .call(account, '2222', { port: system.phonePorts + 90 })
    .raw(
      '<nop><action><assignstr assign_to="text" value="[field0]"/><todouble assign_to="ms" variable="text"/></action></nop>',
    )
    .raw('<pause variable="ms"/>')
    .hangUp(account, '2222');
  const target = `127.0.0.1:${system.sipPort}`;
  const result = await runSipp({
    scenario,
    target,
    port: system.phonePorts + 40,
    calls: count,
    rate: 25,
    args: ['-inf', moments],
  });
  rmSync(folder, { recursive: true });
  expect(result).toMatchObject({ successful: count, failed: 0 });
  await expect.poll(() => leftovers(system), { timeout: 5_000 }).toEqual(nothing);
}

interface Weight {
  readonly files: number;
  readonly asteriskFiles: number;
  readonly timers: number;
  readonly megabytes: number;
}

async function weigh(): Promise<Weight> {
  const metrics = await (await fetch(`http://127.0.0.1:${system.httpPort}/metrics`)).text();
  const timers = /^nodejs_active_resources\{type="Timeout"\} (\d+)/m.exec(metrics)?.[1];
  const status = readFileSync(`/proc/${system.controlPlanePid}/status`, 'utf8');
  return {
    files: readdirSync(`/proc/${system.controlPlanePid}/fd`).length,
    asteriskFiles: readdirSync(`/proc/${asteriskPid(system)}/fd`).length,
    timers: Number(timers),
    megabytes: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024,
  };
}

/** What grew by more than the difference between one moment and the next. */
function grown(before: Weight, after: Weight): string[] {
  const allowed: Weight = { files: 4, asteriskFiles: 4, timers: 4, megabytes: 16 };
  return (Object.keys(allowed) as (keyof Weight)[])
    .filter((what) => !(after[what] <= before[what] + allowed[what]))
    .map((what) => `${what}: ${before[what]}, then ${after[what]}`);
}
