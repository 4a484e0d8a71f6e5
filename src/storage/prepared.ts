import { createHash } from 'node:crypto';
import { type PostgresPool, type PostgresPoolClient, sql } from 'kysely';
import type { Pool, PoolClient } from 'pg';

const mark = '/* prepared */';

/**
 * Part of a statement that is to be planned once a connection instead of each time: for what happens in every call, where planning
 * is half of what a small statement costs. Only for texts that are always the same: each is kept by every connection.
 */
export const prepared = sql.raw(mark);

const names = new Map<string, string>();

/** What PostgreSQL knows a prepared statement by: the same for the same text, in every process. */
export function statementName(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = `uirapuru_${createHash('sha1').update(text).digest('hex')}`;
    names.set(text, name);
  }
  return name;
}

/** A pool as Kysely has it, which knows no names of statements: those with the mark get one. */
export function preparing(pool: Pool): PostgresPool {
  const clients = new WeakMap<PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect();
      const known = clients.get(client) ?? preparingClient(client);
      clients.set(client, known);
      return known;
    },
  };
}

function preparingClient(client: PoolClient): PostgresPoolClient {
  const query = (text: string, values: readonly unknown[]) =>
    client.query({ text, values: [...values], ...(text.includes(mark) && { name: statementName(text) }) });
  return {
    // Kysely's cursors are not used here.
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy),
  };
}
