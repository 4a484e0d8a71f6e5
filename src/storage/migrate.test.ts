import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { testDatabase } from '../../test/helpers/database.ts';
import { migrate } from './migrate.ts';

/** A folder with one migration in it, as a newer version has it. */
function newerVersion(text: string): URL {
  const folder = mkdtempSync(join(tmpdir(), 'uira-migrations-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, '9999_newer.sql'), text);
  return pathToFileURL(`${folder}/`);
}

test('a migration that waits for a long transaction lets calls be written and read meanwhile, and is applied after it', async () => {
  const database = await testDatabase();
  onTestFinished(() => database.close());
  const { db, url } = database;
  const long = await db.startTransaction().execute();
  await long.selectFrom('call').select('id').execute();

  const waited = Promise.withResolvers<string>();
  const folder = newerVersion('alter table call add column of_a_newer_version integer');
  const applied = migrate(url, { folder, waiting: waited.resolve });
  expect(await waited.promise).toMatch(/9999_newer.sql .* waits for a long transaction/);
  // Without a bound on its waiting these would wait as long as the transaction goes on.
  await sql`update call set hold_ms = 0`.execute(db);
  await db.selectFrom('call').select('id').execute();
  await long.rollback().execute();
  expect(await applied).toEqual(['9999_newer.sql']);
  await sql`select of_a_newer_version from call`.execute(db);
});

test('a migration that fails leaves nothing behind, and says which one it was', async () => {
  const database = await testDatabase();
  onTestFinished(() => database.close());
  const { db, url } = database;
  const folder = newerVersion('create table half (id integer); select no_such_column from half');
  await expect(migrate(url, { folder })).rejects.toMatchObject({
    code: 'database_unavailable',
    details: { migration: '9999_newer.sql' },
  });
  await expect(sql`select * from half`.execute(db)).rejects.toThrow(/does not exist/);
});
