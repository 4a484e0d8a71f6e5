import { type RawBuilder, sql } from 'kysely';

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

/** Whose calls and states a report is of; everybody's where nothing is said. */
export interface ReportFilter {
  readonly queue?: string | undefined;
  readonly agent?: string | undefined;
}

/** A filter as what is added to a condition. */
export function onlyOf(tenantId: number, { queue, agent }: ReportFilter): RawBuilder<unknown> {
  const ofQueue = queue === undefined ? sql`` : sql`and queue = ${queue}`;
  if (agent === undefined) return ofQueue;
  return sql`${ofQueue} and agent_id = (select id from agent where tenant_id = ${tenantId} and code = ${agent})`;
}

/** The period that an instant lies in, to be grouped and sorted by: a local time, of which an hour that comes twice is one. */
export function periodOf({ by, timeZone }: ReportRange, instant = 'hour'): RawBuilder<Date> {
  if (by === 'total') return sql<Date>`'-infinity'::timestamp`;
  return sql<Date>`date_trunc(${sql.lit(by)}, ${sql.ref(instant)} at time zone ${timeZone})`;
}

/** A period as it is shown. */
export function shownPeriod({ by }: ReportRange): RawBuilder<string> {
  if (by === 'total') return sql<string>`''`;
  return sql<string>`to_char(period, ${sql.lit(by === 'day' ? 'YYYY-MM-DD' : 'YYYY-MM-DD HH24:00')})`;
}

/** `runs`: hours whose roll-ups are stale, those that follow each other as one. For a statement's `with`. */
export function staleRuns({ tenantId, from, until }: ReportRange): RawBuilder<unknown> {
  return sql`runs as materialized (
    select min(hour) as from_hour, max(hour) + interval '1 hour' as until_hour
    from (
      select hour, hour - row_number() over (order by hour) * interval '1 hour' as run
      from (
        select distinct hour from report_stale where tenant_id = ${tenantId} and hour >= ${from} and hour < ${until}
      ) as stale
    ) as numbered group by run
  )`;
}

/**
 * Whether a roll-up is of the range, and not stale. The stale hours are one value, worked out first: what is read of a
 * `with` keeps PostgreSQL from reading roll-ups in parallel.
 */
export function isClean({
  tenantId,
  from,
  until,
}: Pick<ReportRange, 'tenantId' | 'from' | 'until'>): RawBuilder<boolean> {
  return sql<boolean>`tenant_id = ${tenantId} and hour >= ${from} and hour < ${until} and not hour <@ (
    select coalesce(range_agg(tstzrange(hour, hour + interval '1 hour')), '{}') from report_stale
    where tenant_id = ${tenantId} and hour >= ${from} and hour < ${until})`;
}

/** A roll-up's columns for each of a report's periods. */
export interface KeptColumns {
  readonly keys: readonly string[];
  readonly columns: readonly string[];
  /** Of which of them the greatest is told, and not the sum. */
  readonly greatest?: string;
}

/**
 * What a roll-up came to in each period: sums, but nothing is summed for a report by the hour, of which it has one line
 * already. Sums of sums are many times quicker of whole numbers than of PostgreSQL's numerics.
 * @param rows where and which, as after `from`
 */
export function keptIn(
  range: ReportRange,
  { keys, columns, greatest }: KeptColumns,
  rows: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const head = sql`${periodOf(range)} as period, ${namesOf(keys)}`;
  if (range.by === 'hour') return sql`select ${head}, ${namesOf(columns)} from ${rows}`;
  const sums = columns.map((name) => {
    const way = sql.raw(name === greatest ? 'max' : 'sum');
    return sql`${way}(${sql.ref(name)})::bigint as ${sql.ref(name)}`;
  });
  const grouped = sql.raw([1, ...keys.map((_, n) => n + 2)].join(', '));
  return sql`select ${head}, ${sql.join(sums)} from ${rows} group by ${grouped}`;
}

/** Names of columns, as they are. */
export function namesOf(names: readonly string[]): RawBuilder<unknown> {
  return sql.join(names.map((name) => sql.ref(name)));
}

/**
 * Rows in the order of their keys, those of one key as one: roll-ups, what is worked out anew and what is still open are
 * rows of their own. Numbers are added, but for the greatest of them.
 */
export function joinedRows<Row extends object>(
  rows: readonly Row[],
  keys: readonly (keyof Row)[],
  greatest?: keyof Row,
): Row[] {
  const joined: Row[] = [];
  for (const row of rows) {
    const last = joined.at(-1);
    if (last === undefined || keys.some((key) => last[key] !== row[key])) joined.push(row);
    else joined[joined.length - 1] = added(last, row, greatest);
  }
  return joined;
}

function added<Row extends object>(one: Row, other: Row, greatest?: keyof Row): Row {
  const sum = { ...one };
  for (const key of Object.keys(one) as (keyof Row)[]) {
    const [a, b] = [one[key], other[key]];
    if (typeof a !== 'number' || typeof b !== 'number') continue;
    sum[key] = (key === greatest ? Math.max(a, b) : a + b) as Row[keyof Row];
  }
  return sum;
}
