import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/helpers/database.ts';
import { silentLogger } from '../kernel/logger.ts';
import { openDatabase } from '../storage/database.ts';
import { readRows } from './statement.ts';

const database = await testDatabase();
const one = openDatabase(database.url, silentLogger, 1);
afterAll(async () => {
  await one.close();
  await database.close();
});

const from = new Date('2026-03-02T03:00:00.000Z');
const days = (count: number) => ({ from, until: new Date(from.getTime() + count * 86_400_000) });
const since = (instant: Date) => sql<{ hour: Date }>`select hour from queue_hour where hour >= ${instant}`;
/** How often what is kept was used with a plan that is made once. */
async function plannedOnce(): Promise<number[]> {
  const { rows } = await one.pool.query<{ times: string }>('select generic_plans as times from pg_prepared_statements');
  return rows.map(({ times }) => Number(times));
}

test('a report of a few days is planned once a connection, one of a year for its year', async () => {
  for (const instant of [from, new Date(), from]) expect(await readRows(one, days(7), since(instant))).toEqual([]);
  expect(await plannedOnce()).toEqual([3]);
  await readRows(one, days(365), since(from));
  expect(await plannedOnce()).toEqual([3]);
});

test('a report that fails leaves a connection behind that works', async () => {
  await expect(readRows(one, days(1), sql<object>`select 1 / ${0}::integer`)).rejects.toThrow('division by zero');
  expect(await readRows(one, days(1), sql<object>`select 1 as one`)).toEqual([{ one: 1 }]);
});
