import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../storage/database.ts';

/** Which hours of which tenant a report is of, and how it is cut. */
export interface ReportRange {
  readonly tenantId: number;
  /** Both at the beginning of an hour. */
  readonly from: Date;
  readonly until: Date;
  readonly by: 'total' | 'day' | 'hour';
  readonly timeZone: string;
  /** Open states and waits last until then. */
  readonly now: Date;
}

/** What a queue's callers of a period came to, as sums. */
export interface QueueSums {
  readonly period: string;
  readonly queue: string;
  readonly name: string;
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly overflowed: number;
  readonly called_back: number;
  readonly lost: number;
  readonly waiting: number;
  readonly in_time: number;
  readonly answered_wait_ms: number;
  readonly abandoned_wait_ms: number;
  readonly longest_wait_ms: number;
  readonly talk_ms: number;
  readonly unmatched: number;
  readonly waiting_ms: number;
  readonly left_wait_ms: number;
}

/** The sums of a report of queues, and how long those had waited who waited at its beginning and at its end. */
export interface QueueReading {
  readonly sums: readonly QueueSums[];
  readonly ageMs: { readonly before: number; readonly after: number };
}

/** The sums of a report of agents, and how long their states must last together: each agent's from the first one on. */
export interface AgentReading {
  readonly sums: readonly AgentSums[];
  readonly expectedMs: number;
}

/** How an agent spent a period, as sums. */
export interface AgentSums {
  readonly period: string;
  readonly agent: string;
  readonly name: string;
  /** State to milliseconds. */
  readonly states: Readonly<Record<string, number>>;
  /** Reason to milliseconds. */
  readonly pauses: Readonly<Record<string, number>>;
  readonly offers: number;
  readonly answered: number;
  readonly stray: number;
}

const hourMs = 3_600_000;

type Hours = 'queue_hour' | 'agent_hour';
const workedOut = { queue_hour: sql`queue_hours`, agent_hour: sql`agent_hours` } as const;

/** The sums of each queue and period that anything is known of. One statement, so all of one instant. */
export async function readQueueSums(db: Database, range: ReportRange, queue?: string): Promise<QueueReading> {
  const { tenantId, from, until, now } = range;
  const only = queue === undefined ? sql`` : sql`and queue = ${queue}`;
  // The hour before is read too, for those who waited at its end; it is a period without a name.
  const withEdge = { ...range, from: new Date(from.getTime() - hourMs) };
  const lastHour = new Date(until.getTime() - hourMs);
  const { rows } = await sql<QueueSums & { period: string | null; age_ms: number }>`
    with ${hoursOf('queue_hour', withEdge, only)}, told as (
      select hour, queue, offered, answered, abandoned, overflowed, called_back, lost, 0 as waiting, in_time, answered_wait_ms,
        abandoned_wait_ms, longest_wait_ms, talk_ms, unmatched, waiting_ms, left_wait_ms, age_ms from hours
      union all
      select hour_of(entered_at), queue, 1, 0, 0, 0, 0, 0, case when ${isOver(now)} then 0 else 1 end, 0, 0, 0, 0, 0, 0, 0, 0, 0
      from queue_call
      where tenant_id = ${tenantId} and left_at is null and entered_at >= ${from} and entered_at < ${until} ${only}
      union all
      select hour_of(entered_at), queue, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0
      from queue_call
      where tenant_id = ${tenantId} and outcome = 'answered' and talked_until is null and ${isOver(now)}
        and entered_at >= ${from} and entered_at < ${until} ${only}
    ), summed as (
      select case when hour >= ${from} then ${periodOf(range)} end as period, queue,
        sum(offered) as offered, sum(answered) as answered, sum(abandoned) as abandoned, sum(overflowed) as overflowed,
        sum(called_back) as called_back, sum(lost) as lost, sum(waiting) as waiting, sum(in_time) as in_time,
        sum(answered_wait_ms) as answered_wait_ms, sum(abandoned_wait_ms) as abandoned_wait_ms,
        max(longest_wait_ms) as longest_wait_ms, sum(talk_ms) as talk_ms, sum(unmatched) as unmatched,
        sum(waiting_ms) as waiting_ms, sum(left_wait_ms) as left_wait_ms,
        sum(case when hour < ${from} or hour = ${lastHour} then age_ms else 0 end) as age_ms
      from told group by 1, 2
    )
    select summed.*, coalesce(queue.name, '') as name
    from summed left join queue on queue.tenant_id = ${tenantId} and queue.number = summed.queue
    order by period, summed.queue`.execute(db);
  const age = (edges: typeof rows) => edges.reduce((sum, row) => sum + row.age_ms, 0);
  const sums = rows.filter(({ period }) => period !== null);
  return { sums, ageMs: { before: age(rows.filter(({ period }) => period === null)), after: age(sums) } };
}

/** The sums of each agent and period. One statement, so all of one instant. */
export async function readAgentSums(db: Database, range: ReportRange, agent?: string): Promise<AgentReading> {
  const { tenantId, from, until, now } = range;
  const only =
    agent === undefined
      ? sql``
      : sql`and agent_id = (select id from agent where tenant_id = ${tenantId} and code = ${agent})`;
  const onlyCode = agent === undefined ? sql`` : sql`and code = ${agent}`;
  const { rows } = await sql<AgentSums & { period: string | null; expected_ms: number }>`
    with ${hoursOf('agent_hour', range, only)}, told as (
      select hour, agent_id, state, reason, queue, ms, begun, stray from hours
      union all
      select hour, agent_id, state, coalesce(reason, ''), coalesce(queue, ''),
        ms_between(greatest(started_at, hour), least(${now}::timestamptz, hour + interval '1 hour')),
        case when hour = hour_of(started_at) then 1 else 0 end, 0
      from agent_state cross join lateral
        generate_series(hour_of(greatest(started_at, ${from})), hour_of(least(${now}, ${until}::timestamptz - interval '1 ms')), '1 hour')
          as hour
      where tenant_id = ${tenantId} and ended_at is null and started_at < ${until} ${only}
    ), summed as (
      select ${periodOf(range)} as period, agent_id, state, reason, sum(ms)::float8 as ms,
        sum(begun) filter (where state = 'ringing') as offers,
        sum(begun) filter (where state = 'talking' and queue <> '') as answered, sum(stray) as stray
      from told group by 1, 2, 3, 4
    ), stated as (
      select period, agent_id, state, sum(ms) as ms, sum(offers) as offers, sum(answered) as answered, sum(stray) as stray,
        jsonb_object_agg(reason, ms) filter (where state = 'paused') as pauses
      from summed group by 1, 2, 3
    ), pivoted as (
      select period, agent.code as agent, agent.name, jsonb_object_agg(state, ms) as states,
        coalesce(jsonb_agg(pauses) filter (where state = 'paused') -> 0, '{}') as pauses,
        coalesce(sum(offers), 0) as offers, coalesce(sum(answered), 0) as answered, sum(stray) as stray
      from stated join agent on agent.tenant_id = ${tenantId} and agent.id = stated.agent_id
      group by 1, 2, 3
    ), expected as (
      select coalesce(sum(greatest(0, ms_between(greatest(first, ${from}), least(${until}::timestamptz, ${now})))), 0) as expected_ms
      from agent cross join lateral (
        select min(started_at) as first from agent_state where tenant_id = ${tenantId} and agent_id = agent.id
      ) as began
      where tenant_id = ${tenantId} and first is not null ${onlyCode}
    )
    select * from expected left join pivoted on true order by period, agent`.execute(db);
  const sums = rows.filter(({ period }) => period !== null);
  return { sums, expectedMs: rows[0]?.expected_ms ?? 0 };
}

/** Hours by their roll-ups, but for those that are stale, which are worked out here. */
function hoursOf(table: Hours, { tenantId, from, until }: ReportRange, only: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    stale as materialized (
      select distinct hour from report_stale where tenant_id = ${tenantId} and hour >= ${from} and hour < ${until}
    ), runs as (
      select min(hour) as from_hour, max(hour) + interval '1 hour' as until_hour
      from (select hour, hour - row_number() over (order by hour) * interval '1 hour' as run from stale) as numbered group by run
    ), hours as (
      select * from ${sql.table(table)}
      where tenant_id = ${tenantId} and hour >= ${from} and hour < ${until} and hour not in (select hour from stale) ${only}
      union all
      select fresh.* from runs cross join lateral ${workedOut[table]}(${tenantId}, from_hour, until_hour) as fresh
      where true ${only}
    )`;
}

function periodOf({ by, timeZone }: ReportRange): RawBuilder<string> {
  if (by === 'total') return sql<string>`''`;
  return by === 'day'
    ? sql<string>`to_char(hour at time zone ${timeZone}, 'YYYY-MM-DD')`
    : sql<string>`to_char(hour at time zone ${timeZone}, 'YYYY-MM-DD HH24:00')`;
}

/** Whether a caller's call has ended, and so long ago that the queue has written whatever it was to write. */
function isOver(now: Date): RawBuilder<boolean> {
  return sql<boolean>`exists (
    select from call where call.tenant_id = queue_call.tenant_id and call.id = queue_call.call_id
      and call.ended_at < ${now}::timestamptz - interval '1 minute')`;
}
