import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { type Copied, copyTree } from './copy-tree.ts';
import { makeFolder } from './home-folder.ts';

const manifestFile = 'backup.json';
const manifestShape = z.object({
  format: z.literal(1),
  madeAt: z.iso.datetime(),
  /** The product's that made it. */
  version: z.string(),
  /** `elsewhere`: the database is not in it, since it is not in the home. */
  database: z.enum(['in_home', 'elsewhere']),
});
/** What a backup is of. */
export type BackupManifest = z.infer<typeof manifestShape>;

interface Parts {
  readonly home: string;
  /** The home's own database, which runs; undefined when it is elsewhere. */
  readonly databaseUrl: string | undefined;
  readonly clock: Clock;
  readonly version: string;
}

/** Of the home: what belongs to the processes that run, or is made anew at each start, and what was written about it all. */
const leftOutOfHome = new Set(['postgres', 'postgres.unfinished', 'control-plane.lock', 'asterisk', 'logs']);

/** Of the database's folder: what PostgreSQL's manual says ("Making a Base Backup Using the Low Level API"). */
const leftOutOfDatabase = new Set(['postmaster.pid', 'postmaster.opts', 'current_logfiles']);
const leftEmpty = /^(?:pg_(?:wal|replslot|dynshmem|notify|serial|snapshots|stat_tmp|subtrans))\//;

/**
 * Copies a home into a folder that is not there yet, also while it runs: the database as it is at one instant, and the
 * files (recordings, messages, certificates, flows, prompts) as they are after it, so that none is missing that the database
 * knows. A backup that is not whole has another name.
 * @throws AppError `conflict` when there is such a folder, or it would be in the home; `disk_full`, `no_permission`
 */
export async function backUpHome({ home, databaseUrl, clock, version }: Parts, to: string): Promise<Copied> {
  if (existsSync(to))
    throw new AppError('conflict', `There is something at ${to} already. Name a folder that is not there.`);
  if (`${resolve(to)}${sep}`.startsWith(`${resolve(home)}${sep}`)) {
    throw new AppError('conflict', 'A backup cannot be in the home itself.');
  }
  const unfinished = `${to}.unfinished`;
  try {
    await rm(unfinished, { recursive: true, force: true });
    await makeFolder(unfinished);
    const database =
      databaseUrl === undefined
        ? { files: 0, bytes: 0 }
        : await backUpDatabase(join(home, 'postgres'), databaseUrl, join(unfinished, 'postgres'));
    const files = await copyTree(home, unfinished, (path) => leftOutOfHome.has(path));
    const manifest: BackupManifest = {
      format: 1,
      madeAt: clock.now().toISOString(),
      version,
      database: databaseUrl === undefined ? 'elsewhere' : 'in_home',
    };
    await writeFile(join(unfinished, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    await onDisk(unfinished);
    await rename(unfinished, to);
    return { files: database.files + files.files, bytes: database.bytes + files.bytes };
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw explained(to, error);
  }
}

/**
 * Makes a home of a backup. It is not started.
 * @throws AppError `not_found` when there is no backup; `conflict` when the home is there already; `disk_full`, `no_permission`
 */
export async function restoreHome(from: string, home: string): Promise<BackupManifest & Copied> {
  const manifest = await readManifest(from);
  if (existsSync(home) && (await readdir(home)).length > 0) {
    throw new AppError('conflict', `There is a home at ${home}. Move it away, or name another by UIRAPURU_HOME.`);
  }
  const unfinished = `${home}.unfinished`;
  try {
    await rm(unfinished, { recursive: true, force: true });
    const copied = await copyTree(from, unfinished, (path) => path === manifestFile);
    await onDisk(unfinished);
    await rm(home, { recursive: true, force: true });
    await rename(unfinished, home);
    return { ...manifest, ...copied };
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw explained(home, error);
  }
}

async function readManifest(from: string): Promise<BackupManifest> {
  const path = join(from, manifestFile);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new AppError('not_found', `There is no backup at ${from}: it has no ${manifestFile}.`, {}, error);
  });
  const manifest = manifestShape.safeParse(JSON.parse(text));
  if (manifest.success) return manifest.data;
  throw new AppError('not_found', `The backup at ${from} is of a kind that this release does not know.`);
}

/**
 * Copies the folder of a database that runs. What is written meanwhile is in its write-ahead log, which a slot keeps and
 * which is copied last; the first start on the copy reads it through.
 */
async function backUpDatabase(data: string, url: string, to: string): Promise<Copied> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `select pg_create_physical_replication_slot('uirapuru_backup_' || pg_backend_pid(), true, true)`,
    );
    await client.query(`select pg_backup_start('uirapuru', fast => true)`);
    const files = await copyTree(data, to, (path) => {
      const isTemporary = path.split(sep).some((name) => name.startsWith('pgsql_tmp'));
      return isTemporary || leftOutOfDatabase.has(path) || leftEmpty.test(path);
    });
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
    await writeFile(join(to, 'backup_label'), rows[0]?.labelfile ?? '', { mode: 0o600 });
    const log = await copyTree(join(data, 'pg_wal'), join(to, 'pg_wal'));
    return { files: files.files + log.files, bytes: files.bytes + log.bytes };
  } finally {
    await client.end();
  }
}

/** Waits until what was written would outlive a power cut. */
async function onDisk(folder: string): Promise<void> {
  await promisify(execFile)('sync', ['--file-system', folder]);
}

function explained(folder: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError('disk_full', `The disk of ${folder} is full. Nothing of it was kept.`, {}, error);
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOENT') {
    return new AppError(
      'no_permission',
      `${folder} cannot be written by this user, or the home not be read.`,
      {},
      error,
    );
  }
  return error;
}
