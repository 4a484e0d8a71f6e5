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
  /** Milliseconds: in any state, logged out too; and in each of those that are told of. */
  readonly all_ms: number;
  readonly logged_in: number;
  readonly available: number;
  readonly ringing: number;
  readonly talking: number;
  readonly wrap_up: number;
  readonly paused: number;
  /** Reason to milliseconds. */
  readonly pauses: Readonly<Record<string, number>>;
  readonly offers: number;
  readonly answered: number;
  readonly stray: number;
}

const hourMs = 3_600_000;

/** What agents may be doing while they are logged in. */
const statesTold = ['logged_in', 'available', 'ringing', 'talking', 'wrap_up', 'paused'] as const;

/** What is read of each hour of a queue, beside the age of those who wait. */
const queueColumns = [
  'offered',
  'answered',
  'abandoned',
  'overflowed',
  'called_back',
  'lost',
  'in_time',
  'answered_wait_ms',
  'abandoned_wait_ms',
  'longest_wait_ms',
  'talk_ms',
  'unmatched',
  'waiting_ms',
  'left_wait_ms',
] as const;
const agentColumns = ['all_ms', 'offers', 'answered', 'stray'] as const;

type Hours = 'queue_hour' | 'agent_hour';
const workedOut = { queue_hour: sql`queue_hours`, agent_hour: sql`agent_hours` } as const;

/** The sums of each queue and period that anything is known of. One statement, so all of one instant. */
export async function readQueueSums(db: Database, range: ReportRange, queue?: string): Promise<QueueReading> {
  const { tenantId, from, until, now } = range;
  const only = queue === undefined ? sql`` : sql`and queue = ${queue}`;
  // Of the hour before, it is read who waited at its end.
  const withEdge = { ...range, from: new Date(from.getTime() - hourMs) };
  const lastHour = new Date(until.getTime() - hourMs);
  const columns = sql.join(queueColumns.map((name) => sql.ref(name)));
  const summed = sql.join(
    queueColumns.map((name) => {
      const way = sql.raw(name === 'longest_wait_ms' ? 'max' : 'sum');
      // Sums of sums are many times quicker of whole numbers than of PostgreSQL's numerics.
      return sql`${way}(${sql.ref(name)})::bigint as ${sql.ref(name)}`;
    }),
  );
  const sums = sql`${summed}, sum(age_ms) filter (where hour = ${lastHour})::bigint as age_ms`;
  /** One caller who is not in any roll-up, as a row that counts in one column. */
  const one = (counted: string) =>
    sql.join(queueColumns.map((name) => sql`${sql.lit(Number(name === counted))} as ${sql.ref(name)}`));
  const { rows } = await sql<QueueSums & { age_ms: number | null; before_ms: number | null }>`
    with ${staleOf('queue_hour', withEdge, only)}, kept as (
      select ${periodOf(range)} as period, queue, 0 as waiting, ${sums} from queue_hour
      where ${withinClean(range)} ${only} group by 1, 2
    ), edge as (
      select sum(age_ms) as ms from (
        select age_ms from queue_hour where ${withinClean({ ...withEdge, until: from })} ${only}
        union all
        select age_ms from fresh where hour < ${from}
      ) as before
    ), open as (
      select hour_of(entered_at) as hour, queue, case when ${isOver(now)} then 0 else 1 end as waiting, ${one('offered')}, 0 as age_ms
      from queue_call
      where tenant_id = ${tenantId} and left_at is null and entered_at >= ${from} and entered_at < ${until} ${only}
      union all
      select hour_of(entered_at), queue, 0, ${one('unmatched')}, 0
      from queue_call
      where tenant_id = ${tenantId} and outcome = 'answered' and talked_until is null and ${isOver(now)}
        and entered_at >= ${from} and entered_at < ${until} ${only}
    ), rest as (
      select ${periodOf(range)} as period, queue, sum(waiting) as waiting, ${sums}
      from (
        select hour, queue, 0 as waiting, ${columns}, age_ms from fresh where hour >= ${from} union all select * from open
      ) as told group by 1, 2
    )
    select period, told.queue, coalesce(min(queue.name), '') as name, sum(waiting) as waiting, sum(age_ms) as age_ms,
      (select ms from edge) as before_ms,
      ${summed}
    from (select * from kept union all select * from rest) as told
    left join queue on queue.tenant_id = ${tenantId} and queue.number = told.queue
    group by 1, 2 order by 1, 2`.execute(db);
  const after = rows.reduce((sum, row) => sum + (row.age_ms ?? 0), 0);
  return { sums: rows, ageMs: { before: rows[0]?.before_ms ?? 0, after } };
}

/** The sums of each agent and period. One statement, so all of one instant. */
export async function readAgentSums(db: Database, range: ReportRange, agent?: string): Promise<AgentReading> {
  const { tenantId, from, until, now } = range;
  const only =
    agent === undefined
      ? sql``
      : sql`and agent_id = (select id from agent where tenant_id = ${tenantId} and code = ${agent})`;
  const sums = sql.join([
    sql`sum(ms)::bigint as all_ms, coalesce(sum(begun) filter (where state = 'ringing'), 0)::bigint as offers,
      coalesce(sum(begun) filter (where state = 'talking' and queue <> ''), 0)::bigint as answered,
      sum(stray)::bigint as stray`,
    ...statesTold.map(
      (state) => sql`coalesce(sum(ms) filter (where state = ${sql.lit(state)}), 0)::bigint as ${sql.ref(state)}`,
    ),
  ]);
  const onlyCode = agent === undefined ? sql`` : sql`and code = ${agent}`;
  const { rows } = await sql<AgentSums & { period: string | null; expected_ms: number }>`
    with ${staleOf('agent_hour', range, only)}, rest as (
      select hour, agent_id, state, reason, queue, ms, begun, stray from fresh
      union all
      select hour, agent_id, state, coalesce(reason, ''), coalesce(queue, ''),
        ms_between(greatest(started_at, hour), least(${now}::timestamptz, hour + interval '1 hour')),
        case when hour = hour_of(started_at) then 1 else 0 end, 0
      from agent_state cross join lateral
        generate_series(hour_of(greatest(started_at, ${from})), hour_of(least(${now}, ${until}::timestamptz - interval '1 ms')), '1 hour')
          as hour
      where tenant_id = ${tenantId} and ended_at is null and started_at < ${until} ${only}
    ), paused as (
      select period, agent_id, jsonb_object_agg(reason, ms) as pauses
      from (
        select ${periodOf(range)} as period, agent_id, reason, sum(ms) as ms
        from (
          select hour, agent_id, reason, ms from agent_hour where ${withinClean(range)} and state = 'paused' ${only}
          union all
          select hour, agent_id, reason, ms from rest where state = 'paused'
        ) as pause group by 1, 2, 3
      ) as each group by 1, 2
    ), told as (
      select ${periodOf(range)} as period, agent_id, ${sums} from agent_hour where ${withinClean(range)} ${only} group by 1, 2
      union all
      select ${periodOf(range)}, agent_id, ${sums} from rest group by 1, 2
    ), summed as (
      select period, agent_id, ${sql.join([...agentColumns, ...statesTold].map((name) => sql`sum(${sql.ref(name)}) as ${sql.ref(name)}`))}
      from told group by 1, 2
    ), named as (
      select summed.*, agent.code as agent, agent.name, coalesce(paused.pauses, '{}') as pauses
      from summed join agent on agent.tenant_id = ${tenantId} and agent.id = summed.agent_id
      left join paused on paused.period = summed.period and paused.agent_id = summed.agent_id
    ), expected as (
      select coalesce(sum(greatest(0, ms_between(greatest(first, ${from}), least(${until}::timestamptz, ${now})))), 0) as expected_ms
      from agent cross join lateral (
        select min(started_at) as first from agent_state where tenant_id = ${tenantId} and agent_id = agent.id
      ) as began
      where tenant_id = ${tenantId} and first is not null ${onlyCode}
    )
    select * from expected left join named on true order by period, agent`.execute(db);
  return { sums: rows.filter(({ period }) => period !== null), expectedMs: rows[0]?.expected_ms ?? 0 };
}

/** Hours whose roll-ups are stale, and `fresh`: what they came to by the rows. */
function staleOf(table: Hours, { tenantId, from, until }: ReportRange, only: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    stale as materialized (
      select distinct hour from report_stale where tenant_id = ${tenantId} and hour >= ${from} and hour < ${until}
    ), runs as (
      select min(hour) as from_hour, max(hour) + interval '1 hour' as until_hour
      from (select hour, hour - row_number() over (order by hour) * interval '1 hour' as run from stale) as numbered group by run
    ), fresh as (
      select worked_out.* from runs cross join lateral ${workedOut[table]}(${tenantId}, from_hour, until_hour) as worked_out
      where true ${only}
    )`;
}

/** Whether a roll-up is of the range, and not stale. */
function withinClean({ tenantId, from, until }: ReportRange): RawBuilder<boolean> {
  return sql<boolean>`tenant_id = ${tenantId} and hour >= ${from} and hour < ${until} and hour not in (select hour from stale)`;
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
