import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { AppError } from '../kernel/errors.ts';

const folder = new URL('./migrations/', import.meta.url);
const lockKey = 0x75_69_72_61;

/**
 * Applies every numbered file of `migrations/` that the database has not seen, in order, each in one transaction.
 * Two processes that migrate at once wait for each other.
 * @returns the names of the files applied now
 * @throws AppError `database_unavailable` when a migration fails; the failed one leaves nothing behind.
 */
export async function migrate(url: string): Promise<string[]> {
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
    for (const name of pending) await apply(client, name);
    return pending;
  } finally {
    await client.end();
  }
}

async function apply(client: pg.Client, name: string): Promise<void> {
  const text = await readFile(new URL(name, folder), 'utf8');
  try {
    await client.query('begin');
    await client.query(text);
    await client.query('insert into migration (name) values ($1)', [name]);
    await client.query('commit');
  } catch (error) {
    // A connection that broke has rolled back by itself.
    await client.query('rollback').catch(() => undefined);
    throw new AppError(
      'database_unavailable',
      `The database could not be brought up to date: ${name} failed. Nothing of it was kept.`,
      { migration: name },
      error,
    );
  }
}
