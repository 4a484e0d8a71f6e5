import { type RawBuilder, sql } from 'kysely';
import {
  isClean,
  joinedRows,
  type KeptColumns,
  keptIn,
  namesOf,
  onlyOf,
  type ReportFilter,
  type ReportRange,
  shownPeriod,
  staleRuns,
} from './range.ts';
import { type ReportDatabase, readRows } from './statement.ts';

/** How an agent spent a period, as sums. */
export interface AgentSums {
  readonly period: string;
  readonly agent: string;
  readonly name: string;
  readonly logged_in_ms: number;
  readonly available_ms: number;
  readonly ringing_ms: number;
  readonly talking_ms: number;
  readonly wrap_up_ms: number;
  readonly paused_ms: number;
  /** Reason to milliseconds. */
  readonly pauses: Readonly<Record<string, number>>;
  readonly offers: number;
  readonly answered: number;
}

/** What all agents of a report together are held against each other by. */
export interface AgentTotals {
  /** Milliseconds in any state, logged out too; and how long they must be: each agent's from the first state on. */
  readonly all_ms: number;
  readonly expected_ms: number;
  /** Talks by way of a queue without a caller. */
  readonly stray: number;
}

export interface AgentReading {
  readonly sums: readonly AgentSums[];
  readonly totals: AgentTotals;
}

/** What an agent did for one queue in a period, as sums. */
export interface AgentQueueSums {
  readonly period: string;
  readonly queue: string;
  readonly queue_name: string;
  readonly agent: string;
  readonly name: string;
  readonly ringing_ms: number;
  readonly talking_ms: number;
  readonly wrap_up_ms: number;
  readonly offers: number;
  readonly answered: number;
}

/** An agent's pauses of one reason in a period, as sums. */
export interface PauseSums {
  readonly period: string;
  readonly agent: string;
  readonly name: string;
  /** Empty: none. */
  readonly reason: string;
  readonly paused_ms: number;
  readonly pauses: number;
}

/** A roll-up of what agents did: a line for each hour, agent and what else it is kept by. */
interface RollUp extends KeptColumns {
  readonly table: 'agent_hour' | 'agent_queue_hour' | 'agent_pause_hour';
  /** What works it out from the rows. */
  readonly workedOut: 'agent_hours' | 'agent_queue_hours' | 'agent_pause_hours';
}

const hourMs = 3_600_000;
const times = ['logged_in_ms', 'available_ms', 'ringing_ms', 'talking_ms', 'wrap_up_ms', 'paused_ms'] as const;
const counts = ['offers', 'answered'] as const;
const agentHours: RollUp = {
  table: 'agent_hour',
  workedOut: 'agent_hours',
  keys: ['agent_id'],
  columns: [...times, ...counts, 'all_ms', 'stray'],
};
const agentQueueHours: RollUp = {
  table: 'agent_queue_hour',
  workedOut: 'agent_queue_hours',
  keys: ['queue', 'agent_id'],
  columns: ['ringing_ms', 'talking_ms', 'wrap_up_ms', ...counts],
};
const pauseHours: RollUp = {
  table: 'agent_pause_hour',
  workedOut: 'agent_pause_hours',
  keys: ['agent_id', 'reason'],
  columns: ['paused_ms', 'pauses'],
};

/** The sums of each agent and period. One statement, so all of one instant. */
export async function readAgentSums(
  database: ReportDatabase,
  range: ReportRange,
  filter: ReportFilter,
): Promise<AgentReading> {
  const { tenantId, from, until, now } = range;
  const only = filter.agent === undefined ? sql`` : sql`and code = ${filter.agent}`;
  const rows = await readRows(
    database,
    range,
    sql<AgentSums & { totals: AgentTotals }>`
    with ${staleRuns(range)}, told as (${sumsIn(agentHours, range, filter)}), pause as (${sumsIn(pauseHours, range, filter)}), paused as (
      select period, agent_id, jsonb_object_agg(reason, ms) as pauses
      from (select period, agent_id, reason, sum(paused_ms) as ms from pause group by 1, 2, 3) as each group by 1, 2
    ), totals as (
      select coalesce(sum(all_ms), 0) as all_ms, coalesce(sum(stray), 0) as stray, (
        select coalesce(sum(greatest(0, ms_between(greatest(first, ${from}), least(${until}::timestamptz, ${now})))), 0)
        from agent cross join lateral (
          -- Of whom the whole first hour is known was there before it, and need not be looked for among millions of states.
          select case when exists (
            select from agent_hour as hour
            where hour.tenant_id = ${tenantId} and hour.hour = ${from} and hour.agent_id = agent.id and hour.all_ms = ${sql.lit(hourMs)}
          ) then ${from} else (
            select min(started_at) from agent_state where tenant_id = ${tenantId} and agent_id = agent.id
          ) end as first
        ) as began
        where tenant_id = ${tenantId} and first is not null ${only}
      ) as expected_ms
      from told
    )
    select to_jsonb(totals) as totals, ${shownPeriod(range)} as period, ${namesOf(['agent', 'name', ...times, ...counts, 'pauses'])}
    from totals full join (
      select told.period, agent.code as agent, agent.name, ${sql.join([...times, ...counts].map((name) => sql.ref(`told.${name}`)))},
        coalesce(paused.pauses, '{}') as pauses
      from told join agent on agent.tenant_id = ${tenantId} and agent.id = told.agent_id
      left join paused on paused.period = told.period and paused.agent_id = told.agent_id
    ) as named on false
    order by named.period, agent`,
  );
  const [{ totals } = {}] = rows.slice(-1);
  if (totals === undefined) throw new Error('The totals of a report are missing.');
  return { sums: joinedRows<AgentSums>(rows.slice(0, -1), ['period', 'agent']), totals };
}

/** What each agent did for each queue. */
export async function readAgentQueueSums(
  database: ReportDatabase,
  range: ReportRange,
  filter: ReportFilter,
): Promise<AgentQueueSums[]> {
  const { tenantId } = range;
  const rows = await readRows(
    database,
    range,
    sql<AgentQueueSums>`
    with ${staleRuns(range)}, told as (${sumsIn(agentQueueHours, range, filter)})
    select ${shownPeriod(range)} as period, told.queue, coalesce(queue.name, '') as queue_name, agent.code as agent, agent.name,
      ${namesOf(agentQueueHours.columns)}
    from told join agent on agent.tenant_id = ${tenantId} and agent.id = told.agent_id
    left join queue on queue.tenant_id = ${tenantId} and queue.number = told.queue
    order by told.period, told.queue, agent.code`,
  );
  return joinedRows(rows, ['period', 'queue', 'agent']);
}

/** Each agent's pauses by their reasons. */
export async function readPauseSums(
  database: ReportDatabase,
  range: ReportRange,
  filter: ReportFilter,
): Promise<PauseSums[]> {
  const rows = await readRows(
    database,
    range,
    sql<PauseSums>`
    with ${staleRuns(range)}, told as (${sumsIn(pauseHours, range, filter)})
    select ${shownPeriod(range)} as period, agent.code as agent, agent.name, reason, ${namesOf(pauseHours.columns)}
    from told join agent on agent.tenant_id = ${range.tenantId} and agent.id = told.agent_id
    order by told.period, agent.code, reason`,
  );
  return joinedRows(rows, ['period', 'agent', 'reason']);
}

/** A roll-up's sums of each period: of what is kept; and of what is stale, worked out anew, and of states that still last. */
function sumsIn(rollUp: RollUp, range: ReportRange, filter: ReportFilter): RawBuilder<unknown> {
  const { tenantId, from, until, now } = range;
  const { table, workedOut } = rollUp;
  const only = onlyOf(tenantId, filter);
  const anew = sql.raw(workedOut);
  // Of days that are over there is nearly never any, and asking is cheaper than working it out.
  const lasts = sql`exists (select from agent_state where tenant_id = ${tenantId} and ended_at is null and started_at < ${until})`;
  return sql`
    ${keptIn(range, rollUp, sql`${sql.ref(table)} where ${isClean(range)} ${only}`)}
    union all
    ${keptIn(
      range,
      rollUp,
      sql`(
      select worked_out.* from runs cross join lateral ${anew}(${tenantId}, from_hour, until_hour, null) as worked_out
      union all
      select lasting.* from (select where ${lasts}) as any_lasts cross join lateral ${anew}(${tenantId}, ${from}, ${until}, ${now}) as lasting
    ) as rest where true ${only}`,
    )}`;
}
