import { execFile } from 'node:child_process';
import { chmod, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../kernel/errors.ts';
import { databaseDiskFull, initdbArguments, type PostgresPlace, serverEnvironment } from './postgres-settings.ts';
import type { RunAs } from './postgres-user.ts';

/**
 * Makes the database cluster when the home has none, and gives it to whoever the server will run as.
 * @throws AppError `database_unavailable`, `disk_full`
 */
export async function prepareCluster(place: PostgresPlace, initdb: string): Promise<void> {
  const { data, runAs } = place;
  await giveTo(place.sockets, runAs);
  await giveTo(place.logs, runAs);
  if (await exists(join(data, 'PG_VERSION'))) {
    await giveTo(data, runAs);
    return;
  }
  // Made aside and renamed, so that a start killed half way leaves nothing that looks like a database.
  const unfinished = `${data}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await giveTo(unfinished, runAs);
  await initialise(runAs, initdb, unfinished);
  await rename(unfinished, data);
}

/** Another way of not being root than last time means another owner. */
async function giveTo(folder: string, runAs: RunAs): Promise<void> {
  const { uid, gid } = runAs.owner;
  if ((await lstat(folder)).uid === uid) return;
  await promisify(execFile)('chown', ['-R', `${uid}:${gid}`, folder]);
  await chmod(folder, 0o700);
}

async function initialise(runAs: RunAs, initdb: string, data: string): Promise<void> {
  const [file = '', ...args] = [...runAs.prefix, initdb, ...initdbArguments(data)];
  try {
    await promisify(execFile)(file, args, { cwd: '/', env: serverEnvironment() });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr ?? String(error);
    if (/No space left/i.test(said)) throw databaseDiskFull(error);
    const reason = said.split('\n').find((line) => /error|fatal/i.test(line)) ?? said.trim();
    throw new AppError(
      'database_unavailable',
      `The database could not be made: ${reason}`,
      { said: said.slice(-4000) },
      error,
    );
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
