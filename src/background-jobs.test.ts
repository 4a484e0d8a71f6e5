import { runMigrations } from 'graphile-worker';
import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../test/helpers/database.ts';
import { startJobs } from './background-jobs.ts';
import { silentLogger } from './kernel/logger.ts';

const database = await testDatabase();
afterAll(() => database.close());

test('a job that a killed control plane was at is done by the next one when it starts, and not after hours', async () => {
  const { db, pool } = database;
  await runMigrations({ pgPool: pool });
  await sql`select graphile_worker.add_job('remember', '{"what": "an invoice"}')`.execute(db);
  await sql`update graphile_worker._private_jobs set locked_by = 'worker-of-the-dead', locked_at = now()`.execute(db);
  const done: unknown[] = [];
  const runner = await startJobs(pool, silentLogger, { remember: async (payload) => void done.push(payload) });
  try {
    await expect.poll(() => done, { timeout: 5_000 }).toEqual([{ what: 'an invoice' }]);
  } finally {
    await runner.stop();
  }
});
