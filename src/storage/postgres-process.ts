import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { AppError } from '../kernel/errors.ts';
import { identify, isRunning, type ProcessIdentity, signal } from '../kernel/processes.ts';
import { endProcess, type StopSignals } from '../kernel/supervised-process.ts';
import {
  databaseDiskFull,
  type PostgresPlace,
  postgresUrl,
  serverArguments,
  serverEnvironment,
} from './postgres-settings.ts';

/** SIGINT: fast shutdown. SIGQUIT: at once; the write-ahead log makes it whole at the next start. */
export const postgresStopSignals: StopSignals = [
  { signal: 'SIGINT', waitMs: 1_500 },
  { signal: 'SIGQUIT', waitMs: 1_000 },
];

/** A database that was killed under load reads its log again first. */
const readyWithinMs = 60_000;

/** The server of this data folder that runs already. A pid file that names nothing of ours is removed. */
export async function adoptPostgres(place: PostgresPlace): Promise<ProcessIdentity | undefined> {
  const running = await runningOn(place.data);
  if (running === undefined) {
    // After a reboot its number may belong to anyone, and PostgreSQL itself would refuse to start.
    await rm(pidFile(place.data), { force: true });
    return undefined;
  }
  if (await becomesReady(place, running)) return running;
  await endProcess(running, postgresStopSignals);
  return undefined;
}

/** Ends the home's server if one was left running; starts nothing. */
export async function stopLeftPostgres(home: string): Promise<void> {
  const running = await runningOn(join(home, 'postgres'));
  if (running !== undefined) await endProcess(running, postgresStopSignals);
}

/**
 * Starts the server and waits until it takes connections.
 * @throws AppError `database_unavailable` with what it complained of, `disk_full`
 */
export async function launchPostgres(place: PostgresPlace, postgres: string): Promise<ProcessIdentity> {
  const startLog = join(place.logs, 'start.log');
  const log = openSync(startLog, 'w', 0o600);
  const [file = '', ...args] = [...place.runAs.prefix, postgres, ...serverArguments(place)];
  // Detached: Ctrl-C in a terminal reaches our whole process group, and the database must outlive us for a moment. It goes
  // ahead of Asterisk as we do (`priority.ts`): callers wait for its answers.
  const child = spawn(file, args, { cwd: '/', detached: true, stdio: ['ignore', log, log], env: serverEnvironment() });
  closeSync(log);
  const notSpawned = new Promise<never>((_, reject) => child.once('error', reject));
  child.unref();
  const running = child.pid === undefined ? undefined : identify(child.pid);
  const ready = running !== undefined && (await Promise.race([becomesReady(place, running), notSpawned]));
  if (running !== undefined && ready) return running;
  if (running !== undefined) signal(running, 'SIGQUIT');
  const said = await readFile(startLog, 'utf8');
  if (/No space left/i.test(said)) throw databaseDiskFull();
  const reason = said.split('\n').findLast((line) => /FATAL|ERROR|PANIC/.test(line)) ?? said.trim();
  throw new AppError('database_unavailable', `PostgreSQL did not start: ${reason} More is in ${place.logs}.`, {
    said: said.slice(-4000),
  });
}

async function runningOn(data: string): Promise<ProcessIdentity | undefined> {
  const pid = Number((await readPidFile(data))?.[0]);
  const found = pid > 0 ? identify(pid) : undefined;
  if (found === undefined) return undefined;
  const args = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  return args[0]?.endsWith('postgres') === true && args.includes(data) ? found : undefined;
}

/** PostgreSQL writes `ready` into the eighth line of its pid file once it takes connections. */
async function becomesReady(place: PostgresPlace, running: ProcessIdentity): Promise<boolean> {
  const deadline = performance.now() + readyWithinMs;
  while (performance.now() < deadline && isRunning(running)) {
    const lines = await readPidFile(place.data);
    if (lines?.[0] === String(running.pid) && lines[7]?.trim() === 'ready') return await answers(place);
    await sleep(10);
  }
  return false;
}

/** False for a server whose socket was cleaned out of /tmp, which can only be started anew. */
async function answers(place: PostgresPlace): Promise<boolean> {
  const client = new pg.Client({ connectionString: postgresUrl(place, 'postgres'), connectionTimeoutMillis: 3_000 });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

function pidFile(data: string): string {
  return join(data, 'postmaster.pid');
}

async function readPidFile(data: string): Promise<string[] | undefined> {
  try {
    return (await readFile(pidFile(data), 'utf8')).split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
