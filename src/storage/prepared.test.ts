import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/helpers/database.ts';
import { silentLogger } from '../kernel/logger.ts';
import { openDatabase } from './database.ts';
import { prepared, statementName } from './prepared.ts';

const database = await testDatabase();
const connection = openDatabase(database.url, silentLogger, 1);
const { db } = connection;
afterAll(async () => {
  await connection.close();
  await database.close();
});

test('a statement with the mark is kept by its connection, in transactions too, and others are not', async () => {
  for (const id of [1, 2, 3]) {
    await db.selectFrom('tenant').select('id').where('id', '=', id).modifyEnd(prepared).execute();
    await db.transaction().execute((transaction) => sql`${prepared} select ${id}::integer`.execute(transaction));
    await sql`select ${id}::integer + 1`.execute(db);
  }
  const { rows } = await sql<{ name: string; statement: string }>`
    select name, statement from pg_prepared_statements order by length(statement)`.execute(db);
  expect(rows.map(({ statement }) => statement)).toEqual([
    '/* prepared */ select $1::integer',
    'select "id" from "tenant" where "id" = $1 /* prepared */',
  ]);
  for (const { name, statement } of rows) expect(name).toBe(statementName(statement));
});
