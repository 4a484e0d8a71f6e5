import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { AppError } from '../kernel/errors.ts';

const ourMigrations = new URL('./migrations/', import.meta.url);
const lockKey = 0x75_69_72_61;
/** Whoever wants a table that a migration waits for waits behind it: so it waits a moment only, lets them by, and asks again. */
const lockTimeoutMs = 500;
const pauseMs = 1_000;
const mostTries = 400;

interface Options {
  readonly folder?: URL;
  /** Told in a sentence that a migration cannot have its table yet. */
  readonly waiting?: (sentence: string) => void;
}

/**
 * Applies every numbered file of `migrations/` that the database has not seen, in order, each in one transaction.
 * Two processes that migrate at once wait for each other. Calls may go on meanwhile: nobody waits long for a migration
 * that waits for a table.
 * @returns the names of the files applied now
 * @throws AppError `database_unavailable` when a migration fails; the failed one leaves nothing behind.
 */
export async function migrate(
  url: string,
  { folder = ourMigrations, waiting = () => undefined }: Options = {},
): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  // A lost connection rejects the query that waits for it; without a listener it would end the process besides.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    await client.query(
      'create table if not exists migration (name text primary key, applied_at timestamptz not null default now())',
    );
    const seen = new Set((await client.query<{ name: string }>('select name from migration')).rows.map((r) => r.name));
    const pending = (await readdir(folder)).filter((name) => name.endsWith('.sql') && !seen.has(name)).toSorted();
    for (const name of pending) await apply(client, name, await readFile(new URL(name, folder), 'utf8'), waiting);
    return pending;
  } finally {
    await client.end();
  }
}

async function apply(
  client: pg.Client,
  name: string,
  text: string,
  waiting: (sentence: string) => void,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await client.query('begin');
      await client.query(`set local lock_timeout = ${lockTimeoutMs}`);
      await client.query(text);
      await client.query('insert into migration (name) values ($1)', [name]);
      await client.query('commit');
      return;
    } catch (error) {
      // A connection that broke has rolled back by itself.
      await client.query('rollback').catch(() => undefined);
      if (!isLockTimeout(error) || tries === mostTries) throw failed(name, error);
      waiting(`The change ${name} of the database waits for a long transaction on a table that it needs`);
      await sleep(pauseMs);
    }
  }
}

/** PostgreSQL's `lock_not_available`. */
function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03';
}

function failed(name: string, cause: unknown): AppError {
  return new AppError(
    'database_unavailable',
    `The database could not be brought up to date: ${name} failed. Nothing of it was kept.`,
    { migration: name },
    cause,
  );
}
