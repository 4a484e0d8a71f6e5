import { type RawBuilder, sql } from 'kysely';
import { addDays, startOfDay } from '../kernel/clock.ts';
import type { Database } from '../storage/database.ts';

/** Which part of a long list: `offset` entries are left out, at most `limit` are given. */
export interface Page {
  readonly offset: number;
  readonly limit: number;
}

/** A part of a list, and how long the whole is. */
export interface Paged<T> {
  readonly total: number;
  readonly rows: readonly T[];
}

/** A list's query in parts, and which part of the list is wanted. */
export interface ListQuery {
  readonly columns: RawBuilder<unknown>;
  /** What tells one entry from another. */
  readonly key: RawBuilder<unknown>;
  /** Tables and joins; one row for each entry of the list. */
  readonly from: RawBuilder<unknown>;
  /** Each must hold. */
  readonly where: readonly RawBuilder<unknown>[];
  /** Ends with something that no two entries have in common, so that pages neither repeat nor miss any. */
  readonly order: RawBuilder<unknown>;
  readonly page: Page;
}

/**
 * Reads a page of a list, and counts the list. The page's keys are found first: columns that look things up cost nothing for
 * the pages before it.
 */
export async function readPage<Row>(db: Database, list: ListQuery): Promise<Paged<Row>> {
  const { columns, key, order, page } = list;
  const from = sql`from ${list.from} where ${sql.join(list.where, sql` and `)}`;
  const { rows: counted } = await sql<{ total: number }>`select count(*) as total ${from}`.execute(db);
  const keys = sql`select ${key} ${from} order by ${order} offset ${page.offset} limit ${page.limit}`;
  const { rows } = await sql<Row>`select ${columns} ${from} and ${key} = any(array(${keys})) order by ${order}`.execute(
    db,
  );
  return { total: counted[0]?.total ?? 0, rows };
}

/** Calendar days of the provider, `YYYY-MM-DD`, both included; without one the window is open on that side. */
export interface DayWindow {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The conditions for an instant to lie within a window of days. */
export function within(instant: RawBuilder<unknown>, { from, to }: DayWindow, timeZone: string): RawBuilder<unknown>[] {
  const after = from === undefined ? [] : [sql`${instant} >= ${startOfDay(from, timeZone)}`];
  const before = to === undefined ? [] : [sql`${instant} < ${startOfDay(addDays(to, 1), timeZone)}`];
  return [...after, ...before];
}
