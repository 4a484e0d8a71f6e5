import { spawn } from 'node:child_process';
import { cpSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { DemoFile } from '../../src/cli/demo-home.ts';
import { lockHolder } from '../../src/kernel/pid-lock.ts';
import { prepareHome } from '../../src/storage/home-folder.ts';
import type { Contestant, Way } from './contestant.ts';
import { type FilledDatabase, fillDatabase } from './filled-database.ts';
import { configOf, environmentOf, ports } from './places.ts';

export interface Ours {
  readonly contestant: Contestant;
  readonly controlPlanePid: number;
  readonly database: FilledDatabase;
  readonly metricsUrl: string;
  stop(): Promise<void>;
}

const readyWithinMs = 60_000;
/** The node of our flow that each way goes through. */
const nodeOf: Readonly<Record<Way, string>> = { invoices: 'invoices', unlock: 'unlock' };

/**
 * Starts the whole product on a home of its own by the launcher of `npm start`, with the short menu of `flows/`. Only
 * PostgreSQL is started here, so that callers can be made before calls are taken; it counts as ours all the same.
 * @param nodeOptions for the control plane, such as those of Node's profiler
 */
export async function startOurs(nodeOptions = ''): Promise<Ours> {
  const config = configOf('ours');
  await prepareHome(config.home);
  const database = await fillDatabase(config);
  cpSync(join(import.meta.dirname, 'flows'), join(config.home, 'flows'), { recursive: true });
  const output = openSync(join(config.home, 'logs', 'output.log'), 'a');
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../scripts/launch.mjs'), 'start'], {
    env: { ...process.env, ...environmentOf('ours'), DATABASE_URL: database.url, NODE_OPTIONS: nodeOptions },
    stdio: ['ignore', output, output],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    await database.stop();
  };
  try {
    await takesCalls(`http://127.0.0.1:${ports.ours.http}/health`);
  } catch (error) {
    await stop();
    throw error;
  }
  const controlPlanePid = lockHolder(join(config.home, 'control-plane.lock'))?.pid ?? 0;
  const asterisk = JSON.parse(readFileSync(join(config.home, 'asterisk', 'process.json'), 'utf8')) as { pid: number };
  const demo = JSON.parse(readFileSync(join(config.home, 'demo.json'), 'utf8')) as DemoFile;
  const phone = demo.extensions.find(({ number }) => number === '2001');
  if (phone === undefined) throw new Error('The demo has no telephone 2001');
  const contestant: Contestant = {
    name: 'a',
    title: 'ours',
    target: `127.0.0.1:${ports.ours.sip}`,
    number: '2222',
    account: { user: phone.number, password: phone.password },
    databaseUrl: database.url,
    parts: { asterisk: asterisk.pid, node: controlPlanePid, postgres: database.pid },
    reached: (way) => loggedSteps(database.url, nodeOf[way]),
  };
  return {
    contestant,
    controlPlanePid,
    database,
    metricsUrl: `http://127.0.0.1:${ports.ours.http}/metrics`,
    stop,
  };
}

async function takesCalls(healthUrl: string): Promise<void> {
  const deadline = performance.now() + readyWithinMs;
  while (performance.now() < deadline) {
    const answer = await fetch(healthUrl).catch(() => undefined);
    if (answer?.ok === true) return;
    await sleep(100);
  }
  throw new Error('Ours did not become ready in time');
}

/** Steps of the call log at a node that led on to what is said there. */
async function loggedSteps(databaseUrl: string, node: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: string }>(
      `select count(*) from call_step where node = $1 and exit in ('done', 'some')`,
      [node],
    );
    return Number(rows[0]?.count);
  } finally {
    await client.end();
  }
}
