import { sql } from 'kysely';
import { AppError } from '../kernel/errors.ts';
import type { Database } from '../storage/database.ts';
import { prepared } from '../storage/prepared.ts';
import type { LiveEvent } from './schemas.ts';
import type { NewLiveEvent } from './service.ts';

/** On which PostgreSQL tells that there are events; the tenant is the notice's text. */
export const liveChannel = 'uirapuru_live';

/**
 * Runs work that may have events to tell, which are recorded with it or not at all. Works of one tenant wait for each
 * other: each sees what the one before did, and events are numbered in the order in which they become visible.
 */
export function recordLive<T>(
  db: Database,
  where: { readonly tenantId: number; readonly at: Date },
  work: (transaction: Database) => Promise<{ readonly result: T; readonly events: readonly NewLiveEvent[] }>,
): Promise<T> {
  const { tenantId, at } = where;
  return db.transaction().execute(async (transaction) => {
    await hold(transaction, tenantId);
    const { result, events } = await work(transaction);
    if (events.length > 0) {
      await sql`${prepared}
        with numbered as (
          select * from json_to_recordset(${JSON.stringify(events.map((event, n) => ({ n: n + 1, ...event })))}::json)
            as e (n bigint, topic text, type text, data jsonb)),
        counted as (
          update live_counter set last = last + ${events.length} where tenant_id = ${tenantId} returning last),
        added as (
          insert into live_event (tenant_id, id, at, topic, type, data)
          select ${tenantId}, counted.last - ${events.length} + n, ${at}, topic, type, data from numbered, counted)
        select pg_notify(${liveChannel}, ${String(tenantId)})`.execute(transaction);
    }
    return result;
  });
}

/** A process that froze while it held the counter must not take all of our connections to the database with it. */
const longestWaitMs = 2_000;
const lockNotAvailable = '55P03';

/** Takes the tenant's counter until the transaction ends. */
async function hold(transaction: Database, tenantId: number): Promise<void> {
  try {
    await sql`${prepared}
      insert into live_counter as c (tenant_id)
      select ${tenantId}::integer from (select set_config('lock_timeout', ${String(longestWaitMs)}, true)) as patience
      on conflict (tenant_id) do update set last = c.last`.execute(transaction);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === lockNotAvailable)) throw error;
    const message = 'Another process keeps the events of this tenant to itself. Try again in a moment.';
    throw new AppError('database_unavailable', message, { tenantId }, error);
  }
}

/**
 * The same as `recordLive` for a change that needs no decision of ours: one statement, and one way to the database where a transaction takes six.
 * `$1` is the tenant, `$2` the instant; its other values are the change's. It sees what was there when it began.
 * @param when a condition: whether there is anything to change at all
 * @param change parts of a `with`, the first of which is joined with `counter`, so that the tenant's counter is taken before
 * anything else, and the last is `told (n, topic, type, data)`, numbered from 1
 */
export function tellingStatement(when: string, change: string): string {
  return `
    with patience as materialized (select set_config('lock_timeout', '${longestWaitMs}', true)),
    counter as materialized (
      select last from live_counter cross join patience where tenant_id = $1::integer and ${when} for update of live_counter),
    ${change},
    counted as (
      update live_counter set last = last + (select count(*) from told)
      where tenant_id = $1 and exists (select from told) returning last),
    added as (
      insert into live_event (tenant_id, id, at, topic, type, data)
      select $1, counted.last - (select count(*) from told) + n, $2::timestamptz, topic, type, data from told, counted)
    select pg_notify('${liveChannel}', $1::text) from counted`;
}

/** How far a tenant's events go; those up to `dropped` are no longer kept. */
export async function readCounter(db: Database, tenantId: number): Promise<{ last: number; dropped: number }> {
  const row = await db
    .selectFrom('live_counter')
    .select(['last', 'dropped'])
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst();
  return row ?? { last: 0, dropped: 0 };
}

/** Events after a number, in order; of some topics only, or of all. */
export async function readEvents(
  db: Database,
  tenantId: number,
  after: number,
  only: { readonly limit: number; readonly topics?: ReadonlySet<string> },
): Promise<LiveEvent[]> {
  const { limit, topics } = only;
  const rows = await db
    .selectFrom('live_event')
    .select(['id', 'at', 'topic', 'type', 'data'])
    .where('tenant_id', '=', tenantId)
    .where('id', '>', after)
    .$if(topics !== undefined, (query) => query.where('topic', 'in', [...(topics ?? [])]))
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, at: row.at.toISOString(), data: row.data as LiveEvent['data'] }));
}

/** Forgets events from before an instant. @returns how many */
export async function dropLiveEvents(db: Database, before: Date): Promise<number> {
  const { rows } = await sql<{ dropped: number }>`
    with old as (
      delete from live_event where at < ${before} returning tenant_id, id),
    last as (
      select tenant_id, max(id) as id, count(*) as events from old group by tenant_id),
    counted as (
      update live_counter c set dropped = greatest(c.dropped, last.id) from last where c.tenant_id = last.tenant_id)
    select coalesce(sum(events), 0) as dropped from last`.execute(db);
  return rows[0]?.dropped ?? 0;
}
