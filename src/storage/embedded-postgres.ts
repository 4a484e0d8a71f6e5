import { execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { chmod, lstat, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { AppError } from '../kernel/errors.ts';
import { identify, isRunning, type ProcessIdentity, signal, waitForExit } from '../kernel/processes.ts';
import { runFolder } from '../kernel/run-folder.ts';
import { superviseProcess } from '../kernel/supervised-process.ts';
import { postgresPrograms } from './postgres-programs.ts';
import { databaseName, databaseUser, initdbArguments, serverArguments } from './postgres-settings.ts';
import { findRunAs, type RunAs } from './postgres-user.ts';

/** The home's own PostgreSQL server, reached over a socket only. It is started again when it dies. */
export interface PostgresServer {
  /** Connection URI of the database `uirapuru`. */
  readonly url: string;
  readonly pid: number;
  isAlive(): boolean;
  /** Disconnects everyone and stops it, in under two seconds. */
  stop(): Promise<void>;
  /** Lets it run on without us; the next `startPostgres` on the same home adopts it. */
  release(): void;
}

/** Everything one home's server is made of. */
interface Place {
  readonly data: string;
  readonly sockets: string;
  readonly logs: string;
  readonly runAs: RunAs;
}

const readyWithinMs = 60_000;

/**
 * Starts the home's PostgreSQL, or adopts the one that a killed control plane left. Works as root too.
 * @param config `home`: absolute folder; the database is in `<home>/postgres`
 * @param trouble told when it died and could not be started again at once
 * @throws AppError `database_unavailable`, `no_permission`, `disk_full`, `missing_part`
 */
export async function startPostgres(
  config: { readonly home: string },
  trouble?: (error: unknown) => void,
): Promise<PostgresServer> {
  const programs = await postgresPrograms();
  const place: Place = {
    data: join(config.home, 'postgres'),
    sockets: runFolder(config.home, 'postgres'),
    logs: join(config.home, 'logs'),
    runAs: await findRunAs([programs.postgres, '--version']),
  };
  await mkdir(place.logs, { recursive: true, mode: 0o700 });
  await prepareData(place, programs.initdb);
  const server = await superviseProcess({
    start: async () => {
      const running = await adopt(place);
      return running ?? (await launch(place, programs.postgres));
    },
    // SIGINT: fast shutdown. SIGQUIT: at once; the write-ahead log makes it whole at the next start.
    stopSignals: [
      { signal: 'SIGINT', waitMs: 1_500 },
      { signal: 'SIGQUIT', waitMs: 1_000 },
    ],
    ...(trouble === undefined ? {} : { failed: trouble }),
  });
  await ensureDatabase(place);
  return {
    url: urlOf(place, databaseName),
    get pid() {
      return server.pid;
    },
    isAlive: () => server.isAlive(),
    stop: () => server.stop(),
    release: () => server.release(),
  };
}

function urlOf(place: Place, database: string): string {
  return `postgresql://${databaseUser}@localhost/${database}?host=${encodeURIComponent(place.sockets)}`;
}

/** Makes the database cluster when the home has none, and gives it to whoever the server will run as. */
async function prepareData(place: Place, initdb: string): Promise<void> {
  const { data, runAs } = place;
  try {
    const found = await lstat(join(data, 'PG_VERSION'));
    if (found.uid !== runAs.owner.uid) await giveTo(data, runAs);
    await giveTo(place.sockets, runAs);
    return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  // Made aside and renamed, so that a start killed half way leaves nothing that looks like a database.
  const unfinished = `${data}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await giveTo(unfinished, runAs);
  await giveTo(place.sockets, runAs);
  await runAsServer(runAs, initdb, initdbArguments(unfinished));
  await rename(unfinished, data);
}

async function giveTo(folder: string, runAs: RunAs): Promise<void> {
  const { uid, gid } = runAs.owner;
  if ((await lstat(folder)).uid === uid) return;
  await promisify(execFile)('chown', ['-R', `${uid}:${gid}`, folder]);
  await chmod(folder, 0o700);
}

async function runAsServer(runAs: RunAs, program: string, args: readonly string[]): Promise<void> {
  const [file = '', ...rest] = [...runAs.prefix, program, ...args];
  try {
    await promisify(execFile)(file, rest, { cwd: '/', env: serverEnvironment() });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr ?? String(error);
    if (/No space left/i.test(said)) throw diskFull(error);
    throw new AppError(
      'database_unavailable',
      `The database could not be made: ${lastLine(said)}`,
      { said: said.slice(-4000) },
      error,
    );
  }
}

/** The server of this data folder that runs already; a stale `postmaster.pid` is removed. */
async function adopt(place: Place): Promise<ProcessIdentity | undefined> {
  const pidFile = join(place.data, 'postmaster.pid');
  const lines = await readPidFile(pidFile);
  if (lines === undefined) return undefined;
  const running = identify(Number(lines[0]));
  // After a reboot the number may belong to anyone, and PostgreSQL itself would then refuse to start.
  if (running === undefined || !(await runsOn(running, place.data))) {
    await rm(pidFile, { force: true });
    return undefined;
  }
  if (await becomesReady(place, running)) return running;
  signal(running, 'SIGQUIT');
  if (!(await waitForExit(running, 3_000))) signal(running, 'SIGKILL');
  await waitForExit(running, 1_000);
  return undefined;
}

async function runsOn(candidate: ProcessIdentity, data: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${candidate.pid}/cmdline`, 'utf8').catch(() => '');
  const args = commandLine.split('\0');
  return args[0]?.endsWith('postgres') === true && args.includes(data);
}

/** PostgreSQL writes `ready` into the eighth line of its pid file once it takes connections. */
async function becomesReady(place: Place, running: ProcessIdentity): Promise<boolean> {
  const deadline = performance.now() + readyWithinMs;
  while (performance.now() < deadline && isRunning(running)) {
    const lines = await readPidFile(join(place.data, 'postmaster.pid'));
    const ready = lines?.[0] === String(running.pid) && lines[7]?.trim() === 'ready';
    if (ready) return await answers(place);
    await sleep(10);
  }
  return false;
}

/** False for a server whose socket was cleaned out of /tmp, which can only be started anew. */
async function answers(place: Place): Promise<boolean> {
  const client = new pg.Client({ connectionString: urlOf(place, 'postgres'), connectionTimeoutMillis: 3_000 });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

async function readPidFile(path: string): Promise<string[] | undefined> {
  try {
    return (await readFile(path, 'utf8')).split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function launch(place: Place, postgres: string): Promise<ProcessIdentity> {
  const startLog = join(place.logs, 'postgres-start.log');
  const log = openSync(startLog, 'w', 0o600);
  const [file = '', ...args] = [...place.runAs.prefix, postgres, ...serverArguments(place)];
  // Detached: Ctrl-C in a terminal reaches our whole process group, and the database must outlive us for a moment.
  const child = spawn(file, args, { cwd: '/', detached: true, stdio: ['ignore', log, log], env: serverEnvironment() });
  closeSync(log);
  const spawned = new Promise<never>((_, reject) => child.once('error', reject));
  child.unref();
  const running = child.pid === undefined ? undefined : identify(child.pid);
  const ready = running !== undefined && (await Promise.race([becomesReady(place, running), spawned]));
  if (running !== undefined && ready) return running;
  const said = await readFile(startLog, 'utf8');
  if (/No space left/i.test(said)) throw diskFull(undefined);
  throw new AppError('database_unavailable', `PostgreSQL did not start: ${lastLine(said)} More is in ${place.logs}.`, {
    said: said.slice(-4000),
  });
}

async function ensureDatabase(place: Place): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(place, 'postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [databaseName]);
    if (rowCount === 0) await client.query(`create database ${databaseName}`);
  } finally {
    await client.end();
  }
}

function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
}

function diskFull(cause: unknown): AppError {
  return new AppError(
    'disk_full',
    'The disk is full, and the database cannot work. Free some space and start again.',
    {},
    cause,
  );
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
