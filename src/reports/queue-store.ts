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
}

/** What all queues of a report together are held against each other by. */
export interface QueueTotals {
  readonly unmatched: number;
  readonly waiting_ms: number;
  readonly left_wait_ms: number;
  /** How long those had waited who waited at the report's beginning, and at its end. */
  readonly age_before_ms: number;
  readonly age_after_ms: number;
}

export interface QueueReading {
  readonly sums: readonly QueueSums[];
  readonly totals: QueueTotals;
}

const hourMs = 3_600_000;

const shown = [
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
] as const;
const checked = ['unmatched', 'waiting_ms', 'left_wait_ms'] as const;
/** What is read of each hour of a queue, beside the age of those who wait. */
const columns = [...shown, ...checked];

const hours: KeptColumns = {
  keys: ['queue'],
  columns: ['waiting', ...columns, 'age_ms'],
  greatest: 'longest_wait_ms',
};

/** The sums of each queue and period that anything is known of. One statement, so all of one instant. */
export async function readQueueSums(
  database: ReportDatabase,
  range: ReportRange,
  filter: ReportFilter,
): Promise<QueueReading> {
  const { tenantId, from, until } = range;
  const only = onlyOf(tenantId, filter);
  // Of the hour before, it is read who waited at its end.
  const edge = { ...range, from: new Date(from.getTime() - hourMs), until: from };
  const withEdge = { ...range, from: edge.from };
  const lastHour = new Date(until.getTime() - hourMs);
  const atEnd = sql`case when hour = ${lastHour} then age_ms else 0 end as age_ms`;
  const rows = await readRows(
    database,
    range,
    sql<QueueSums & { totals: QueueTotals }>`
    with ${staleRuns(withEdge)}, fresh as (
      select worked_out.* from runs cross join lateral queue_hours(${tenantId}, from_hour, until_hour) as worked_out
      where true ${only}
    ), told as (
      ${keptIn(
        range,
        hours,
        sql`(select hour, queue, 0 as waiting, ${namesOf(columns)}, ${atEnd} from queue_hour where ${isClean(range)} ${only}) as kept`,
      )}
      union all
      ${keptIn(
        range,
        hours,
        sql`(
          select hour, queue, 0 as waiting, ${namesOf(columns)}, ${atEnd} from fresh where hour >= ${from}
          union all
          ${openCallers(range, only)}
        ) as rest`,
      )}
    ), totals as (
      select ${sql.join(checked.map((name) => sql`coalesce(sum(${sql.ref(name)}), 0) as ${sql.ref(name)}`))},
        coalesce(sum(age_ms), 0) as age_after_ms,
        (select coalesce(sum(age_ms), 0) from (
          select age_ms from queue_hour where ${isClean(edge)} ${only} union all select age_ms from fresh where hour < ${from}
        ) as before) as age_before_ms
      from told
    )
    select to_jsonb(totals) as totals, ${shownPeriod(range)} as period, ${namesOf(['queue', 'name', 'waiting', ...shown])}
    from totals full join (
      select period, told.queue, coalesce(queue.name, '') as name, waiting, ${namesOf(shown)}
      from told left join queue on queue.tenant_id = ${tenantId} and queue.number = told.queue
    ) as named on false
    order by named.period, queue`,
  );
  const sums = joinedRows<QueueSums>(rows.slice(0, -1), ['period', 'queue'], 'longest_wait_ms');
  const [{ totals } = {}] = rows.slice(-1);
  if (totals === undefined) throw new Error('The totals of a report are missing.');
  return { sums, totals };
}

/** Callers who are not in any roll-up: who wait, and who talk though their call is over. */
function openCallers({ tenantId, from, until, now }: ReportRange, only: RawBuilder<unknown>): RawBuilder<unknown> {
  /** One caller, as a row that counts in one column. */
  const one = (counted: string) => sql.join(columns.map((name) => sql.lit(Number(name === counted))));
  // So long ago that the queue has written whatever it was to write.
  const isOver = sql`exists (
    select from call where call.tenant_id = queue_call.tenant_id and call.id = queue_call.call_id
      and call.ended_at < ${now}::timestamptz - interval '1 minute')`;
  const came = sql`tenant_id = ${tenantId} and entered_at >= ${from} and entered_at < ${until} ${only}`;
  return sql`
    select hour_of(entered_at), queue, case when ${isOver} then 0 else 1 end, ${one('offered')}, 0
    from queue_call where left_at is null and ${came}
    union all
    select hour_of(entered_at), queue, 0, ${one('unmatched')}, 0
    from queue_call where outcome = 'answered' and talked_until is null and ${isOver} and ${came}`;
}
