import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { AppError } from '../kernel/errors.ts';

/** Who a control plane is, to be told from another one. */
export interface Holder {
  readonly host: string;
  readonly pid: number;
  readonly home: string;
  readonly version: string;
}

/** The lease as the database has it. */
export interface LeaseRow extends Holder {
  readonly term: number;
  readonly renewals: number;
  readonly heldSince: Date;
  readonly isLocked: boolean;
}

const lock = { first: 0x75_69_72_61, second: 1 };
const lockArguments = `${lock.first}, ${lock.second}`;
/** How long the connections of a former holder may take to end. */
const evictMs = 5_000;
const pollMs = 50;

/** Names a term's connections, by which they are known when the term is over. */
export function connectionName(term: number): string {
  return `uirapuru control plane ${term}`;
}

/** The lease as it stands; undefined where nobody has ever held it. */
export async function readLease(client: pg.Client): Promise<LeaseRow | undefined> {
  const { rows } = await client.query<Omit<LeaseRow, 'term' | 'renewals'> & { term: string; renewals: string }>(
    `select term, host, pid, home, version, renewals, held_since as "heldSince", exists (
       select from pg_locks join pg_database on pg_database.oid = pg_locks.database
       where datname = current_database() and locktype = 'advisory' and classid = ${lock.first} and objid = ${lock.second}
     ) as "isLocked"
     from control_plane_lease`,
  );
  const [row] = rows;
  return row === undefined ? undefined : { ...row, term: Number(row.term), renewals: Number(row.renewals) };
}

/**
 * Begins a new term and takes its lock, if nobody has begun or renewed one since `seen` was read, and ends the connections of
 * former ones.
 * @returns the term; undefined when somebody else was quicker
 * @throws AppError `database_unavailable` when a former holder's connections do not end
 */
export async function beginTerm(
  client: pg.Client,
  seen: LeaseRow | undefined,
  me: Holder,
): Promise<number | undefined> {
  const { rows } = await client.query<{ term: string }>(
    `insert into control_plane_lease as held (term, host, pid, home, version, held_since, renewed_at)
     values (1, $1, $2, $3, $4, now(), now())
     on conflict (only_one) do update set term = held.term + 1, host = $1, pid = $2, home = $3, version = $4,
       held_since = now(), renewed_at = now(), renewals = 0
     where held.term = $5 and held.renewals = $6
     returning term, pg_try_advisory_lock(${lockArguments})`,
    [me.host, me.pid, me.home, me.version, seen?.term ?? null, seen?.renewals ?? null],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const term = Number(row.term);
  await client.query(`select set_config('application_name', $1, false)`, [connectionName(term)]);
  await evictOthers(client, term);
  return term;
}

/** Takes the lock that tells others that we live; false while another connection has it. */
export async function takeLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>(`select pg_try_advisory_lock(${lockArguments}) as taken`);
  return rows[0]?.taken === true;
}

/** Says that the holder of a term is awake. @returns false when the term is over */
export async function renewTerm(client: pg.Client, term: number): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'lease_renew',
    text: 'update control_plane_lease set renewals = renewals + 1, renewed_at = now() where term = $1',
    values: [term],
  });
  return rowCount === 1;
}

/** Whether this term is the one that goes on. */
export async function isCurrent(client: pg.ClientBase, term: number): Promise<boolean> {
  const { rowCount } = await client.query('select from control_plane_lease where term = $1', [term]);
  return rowCount === 1;
}

/** Nothing that a former holder had begun may be finished now: its transactions are rolled back. */
async function evictOthers(client: pg.Client, term: number): Promise<void> {
  const tooLate = performance.now() + evictMs;
  for (;;) {
    const { rows } = await client.query<{ left: number }>(
      `select count(pg_terminate_backend(pid))::int as left from pg_stat_activity
       where datname = current_database() and application_name like $1 and application_name <> $2`,
      [connectionName(0).replace('0', '%'), connectionName(term)],
    );
    if (rows[0]?.left === 0) return;
    if (performance.now() > tooLate) {
      throw new AppError(
        'database_unavailable',
        'Connections of the control plane before this one do not end. Look at pg_stat_activity for them, and start again.',
      );
    }
    await sleep(pollMs);
  }
}
