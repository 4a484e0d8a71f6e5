import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { Logger } from '../kernel/logger.ts';
import { preparing } from './prepared.ts';
import type { DB } from './tables.generated.ts';

export type Database = Kysely<DB>;

/** PostgreSQL's `bigint` and `numeric` as numbers (our ids and cents fit), `date` as `YYYY-MM-DD` without a time zone. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);
types.setTypeParser(pg.types.builtins.NUMERIC, Number);
types.setTypeParser(pg.types.builtins.DATE, (text) => text);

export interface DatabaseConnection {
  readonly db: Database;
  /** For what needs one connection of its own (`LISTEN`, advisory locks) and for hot named statements. */
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

/** Whose connections they are, and whether those may still be made; `Lease` is one. */
export interface Admission {
  readonly connectionName: string;
  /** @throws AppError when they may not */
  admit(client: pg.ClientBase): Promise<void>;
}

/**
 * Opens a pool. A connection lost while idle is logged and replaced; queries of a lost connection reject.
 * @param url PostgreSQL connection URI; the host may be a socket's folder
 * @param admission asked before a new connection is used
 */
export function openDatabase(
  url: string,
  logger: Logger,
  maxConnections = 16,
  admission?: Admission,
): DatabaseConnection {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    types,
    connectionTimeoutMillis: 3_000,
    // Notices within minutes, not hours, that the other machine is gone without a word.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: admission?.connectionName ?? 'uirapuru',
    ...(admission && {
      // pg's type knows no promise here, but waits for one.
      onConnect: (client) => admission.admit(client) as unknown as void,
    }),
  });
  pool.on('error', (error) => logger.warn({ err: error }, 'an idle database connection was lost'));
  // One that is lost while somebody holds it, between two queries, has no other listener, and would end the process.
  pool.on('connect', (client) => client.on('error', () => logger.warn('a database connection in use was lost')));
  const db: Database = new Kysely<DB>({ dialect: new PostgresDialect({ pool: preparing(pool) }) });
  return { db, pool, close: () => db.destroy() };
}

/** A database that hangs, frozen or behind a dead network, answers no query and ends no connection either. */
const answersWithinMs = 2_000;

/** Whether the database answers, and soon. */
export async function databaseAnswers(db: Database): Promise<boolean> {
  const answer = sql`select 1`.execute(db).then(
    () => true,
    () => false,
  );
  return Promise.race([answer, sleep(answersWithinMs, false, { ref: false })]);
}
