import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../src/storage/migrate.ts';
import { withDatabase } from './database-url.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A server's URL whose database `template` holds every migration. */
    databaseServer: string;
  }
}

/** Starts one real PostgreSQL for a test run and migrates the template that each test's database is cloned from. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  if (given !== undefined) {
    await makeTemplate(given);
    project.provide('databaseServer', given);
    return async () => {};
  }
  const home = await mkdtemp(join(tmpdir(), 'uira-test-'));
  const { startPostgres } = await import('../../src/storage/embedded-postgres.ts');
  const server = await startPostgres({ home });
  await makeTemplate(server.url);
  project.provide('databaseServer', server.url);
  return async () => {
    await server.stop();
    await rm(home, { recursive: true, force: true });
  };
}

async function makeTemplate(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('drop database if exists template');
  await client.query('create database template');
  await client.end();
  await migrate(withDatabase(url, 'template'));
}
