import type { Database } from '../storage/database.ts';

/** Something that an agent did, from when to when. */
export interface AgentOperation {
  readonly kind: 'login' | 'logout' | 'pause';
  readonly extension: string | null;
  readonly code: string;
  readonly name: string;
  /** Of a pause, or of a logout that was not the agent's own. */
  readonly reason: string | null;
  readonly from: Date;
  /** A login lasts until the logout, a logout until the next login; null while it goes on. */
  readonly until: Date | null;
  /** Numbers of the queues that the agent serves now. */
  readonly queues: readonly string[];
}

export interface OperationRange {
  readonly from: Date;
  /** The first instant after it. */
  readonly until: Date;
  readonly limit: number;
}

/**
 * Logins, logouts and pauses that began in a range, the oldest first. A second is never split: what a page cannot hold
 * whole begins the next one; only a second that holds more than a page comes whole.
 */
export async function readOperations(
  db: Database,
  tenantId: number,
  { from, until, limit }: OperationRange,
): Promise<AgentOperation[]> {
  const rows = await operationsThatBegan(db, tenantId, from, until)
    .limit(limit + 1)
    .execute();
  if (rows.length <= limit) return rows.map(operationOf);
  const cutMs = secondOf(rows[limit]?.from);
  const whole = rows.filter((row) => secondOf(row.from) < cutMs);
  if (whole.length > 0) return whole.map(operationOf);
  const crowded = await operationsThatBegan(db, tenantId, new Date(cutMs), new Date(cutMs + 1_000)).execute();
  return crowded.map(operationOf);
}

function operationsThatBegan(db: Database, tenantId: number, from: Date, until: Date) {
  return db
    .selectFrom('agent_state as s')
    .innerJoin('agent as a', (join) => join.onRef('a.tenant_id', '=', 's.tenant_id').onRef('a.id', '=', 's.agent_id'))
    .select((eb) => [
      's.state',
      's.extension',
      's.reason',
      's.started_at as from',
      's.ended_at as until',
      'a.code',
      'a.name',
      eb
        .selectFrom('agent_state as out')
        .select((inner) => inner.fn.min('out.started_at').as('at'))
        .whereRef('out.tenant_id', '=', 's.tenant_id')
        .whereRef('out.agent_id', '=', 's.agent_id')
        .whereRef('out.started_at', '>=', 's.started_at')
        .where('out.state', '=', 'logged_out')
        .as('loggedOutAt'),
      eb
        .selectFrom('queue_member as m')
        .select((inner) => inner.fn<string[]>('array_agg', ['m.queue']).as('queues'))
        .whereRef('m.tenant_id', '=', 's.tenant_id')
        .whereRef('m.agent_id', '=', 's.agent_id')
        .as('queues'),
    ])
    .where('s.tenant_id', '=', tenantId)
    .where('s.state', 'in', ['logged_in', 'logged_out', 'paused'])
    .where('s.started_at', '>=', from)
    .where('s.started_at', '<', until)
    .orderBy('s.started_at')
    .orderBy('s.agent_id')
    .orderBy('s.id');
}

function secondOf(instant: Date | undefined): number {
  return Math.floor((instant?.getTime() ?? 0) / 1_000) * 1_000;
}

type Row = Awaited<ReturnType<ReturnType<typeof operationsThatBegan>['execute']>>[number];

function operationOf({ state, loggedOutAt, queues, ...row }: Row): AgentOperation {
  const kind = state === 'logged_in' ? 'login' : state === 'logged_out' ? 'logout' : 'pause';
  return { ...row, kind, until: kind === 'login' ? loggedOutAt : row.until, queues: (queues ?? []).toSorted() };
}
