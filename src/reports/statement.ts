import type { RawBuilder } from 'kysely';
import type { DatabaseConnection } from '../storage/database.ts';
import { statementName } from '../storage/prepared.ts';
import type { ReportRange } from './range.ts';

/** What reports are read by. */
export type ReportDatabase = Pick<DatabaseConnection, 'db' | 'pool'>;

/**
 * Of a few days, planning a report takes longer than reading it: 2 ms of 4. The range does not matter to the plan then: every
 * roll-up is found by its hour.
 */
const mostMsPlannedOnce = 8 * 86_400_000;

/** The rows of a report's statement. Of a few days it is planned once a connection, of many each time, for so many. */
export async function readRows<Row extends object>(
  { db, pool }: ReportDatabase,
  { from, until }: Pick<ReportRange, 'from' | 'until'>,
  statement: RawBuilder<Row>,
): Promise<Row[]> {
  if (until.getTime() - from.getTime() > mostMsPlannedOnce) return (await statement.execute(db)).rows;
  const { sql: text, parameters } = statement.compile(db);
  const client = await pool.connect();
  try {
    // Asked itself, PostgreSQL would plan anew each time: it takes hours of which it knows nothing for many.
    await client.query('begin read only; set local plan_cache_mode = force_generic_plan');
    const { rows } = await client.query<Row>({ name: statementName(text), text, values: [...parameters] });
    await client.query('commit');
    client.release();
    return rows;
  } catch (error) {
    // Nobody else gets a connection with half a transaction.
    client.release(true);
    throw error;
  }
}
