import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallDetail } from '../../src/calls/schemas.ts';
import type { TestSystem } from '../helpers/system.ts';

/** Process number of the home's Asterisk. */
export function asteriskPid(system: TestSystem): number {
  return (JSON.parse(readFileSync(join(system.home, 'asterisk', 'process.json'), 'utf8')) as { pid: number }).pid;
}

/** Process number of the home's PostgreSQL. */
export function postgresPid(system: TestSystem): number {
  return Number(readFileSync(join(system.home, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** The home's PostgreSQL with all its children, one for each connection. */
export function postgresPids(system: TestSystem): number[] {
  const postmaster = postgresPid(system);
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/status`, 'utf8').includes(`\nPPid:\t${postmaster}\n`);
      } catch {
        return false; // It ended while we looked.
      }
    });
  return [postmaster, ...children.map(Number)];
}

/** The home's Asterisk as it sees itself, asked beside the control plane. */
export async function askAsterisk<T>(system: TestSystem, path: string): Promise<T> {
  const { port, password } = JSON.parse(readFileSync(join(system.home, 'asterisk', 'ari.json'), 'utf8')) as {
    port: number;
    password: string;
  };
  const response = await fetch(`http://127.0.0.1:${port}/ari${path}`, {
    headers: { authorization: `Basic ${Buffer.from(`uirapuru:${password}`).toString('base64')}` },
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** What would be left behind by a call that was not cleaned up: legs and bridges in Asterisk, open rows in the log. */
export async function leftovers(
  system: TestSystem,
): Promise<{ channels: string[]; bridges: string[]; open: string[] }> {
  const { db } = await system.database();
  const [channels, bridges, open] = await Promise.all([
    askAsterisk<{ name: string }[]>(system, '/channels'),
    askAsterisk<{ id: string }[]>(system, '/bridges'),
    db.selectFrom('call').select('id').where('ended_at', 'is', null).execute(),
  ]);
  return {
    channels: channels.map(({ name }) => name),
    bridges: bridges.map(({ id }) => id),
    open: open.map(({ id }) => id),
  };
}

export const nothing = { channels: [], bridges: [], open: [] };

/** Whether calls can be taken; false while nobody answers. */
export async function isHealthy(system: TestSystem): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${system.httpPort}/health`)).status === 200;
  } catch {
    return false;
  }
}

/** Waits until calls can be taken (or cannot); gives how long that took, in milliseconds. */
export async function untilHealthy(system: TestSystem, wanted = true, timeoutMs = 30_000): Promise<number> {
  const begun = performance.now();
  while ((await isHealthy(system)) !== wanted) {
    if (performance.now() - begun > timeoutMs)
      throw new Error(`/health is not ${wanted ? '' : 'un'}well: ${system.output}`);
    await sleep(20);
  }
  return performance.now() - begun;
}

/** What is wrong with a call's steps: gaps in their numbers, times out of order, a step that was never left. */
export function flawsOf(call: CallDetail): string[] {
  const flaws: string[] = [];
  let lastLeft = call.startedAt;
  call.steps.forEach((step, index) => {
    if (step.position !== index + 1) flaws.push(`step ${index + 1} has the number ${step.position}`);
    if (step.leftAt === null || step.exit === null) flaws.push(`step ${step.position} (${step.node}) was never left`);
    if (step.enteredAt < lastLeft) flaws.push(`step ${step.position} (${step.node}) began before the one before ended`);
    lastLeft = step.leftAt ?? step.enteredAt;
  });
  if (call.endedAt === null || call.endReason === null) flaws.push('the call has no end');
  return flaws;
}

/** Where the calls that go on stand in their menus, in the order in which they began; empty texts are calls outside. */
export async function places(system: TestSystem): Promise<string[]> {
  const { db } = await system.database();
  const rows = await db
    .selectFrom('call')
    .leftJoin('call_step', (join) =>
      join.onRef('call.id', '=', 'call_step.call_id').on('call_step.left_at', 'is', null),
    )
    .select(['call_step.node'])
    .where('call.ended_at', 'is', null)
    .orderBy('call.started_at')
    .execute();
  return rows.map(({ node }) => node ?? '');
}

/** The newest calls of the log, with their steps, newest first. */
export async function newestCalls(system: TestSystem, count: number): Promise<CallDetail[]> {
  const { calls } = (await (await system.api(`/api/calls?limit=${count}`)).json()) as { calls: { id: string }[] };
  return Promise.all(calls.map(async ({ id }) => (await (await system.api(`/api/calls/${id}`)).json()) as CallDetail));
}

/** What runs on a home: every process that has it in its command line or works in it, as the machine lists them. */
export function processesOf(home: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        const isOfHome = command.includes(home) || readlinkSync(`/proc/${pid}/cwd`).startsWith(home);
        return isOfHome ? [`${pid} ${command}`] : [];
      } catch {
        return []; // It ended while we looked.
      }
    });
}
