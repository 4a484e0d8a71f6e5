import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../src/storage/embedded-postgres.ts';
import { migrate } from '../../src/storage/migrate.ts';
import { administer } from './administer.ts';
import { withDatabase } from './database-url.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The URL of a database that holds every migration, to be cloned. */
    templateDatabase: string;
  }
}

/**
 * Starts one real PostgreSQL for a test run (or uses the server of `TEST_DATABASE_URL`) and migrates the template
 * that each test's database is cloned from.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const home = await mkdtemp(join(tmpdir(), 'uira-test-'));
  const server = given === undefined ? await startPostgres({ home }) : undefined;
  const url = given ?? server?.url ?? '';
  const name = `template_${process.pid}_${Date.now()}`;
  await administer(url, `create database ${name}`);
  await migrate(withDatabase(url, name));
  project.provide('templateDatabase', withDatabase(url, name));
  return async () => {
    await administer(url, `drop database ${name}`);
    await server?.stop();
    await rm(home, { recursive: true, force: true });
  };
}
