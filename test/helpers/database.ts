import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { silentLogger } from '../../src/kernel/logger.ts';
import { type DatabaseConnection, openDatabase } from '../../src/storage/database.ts';
import { withDatabase } from './database-url.ts';

export interface TestDatabase extends DatabaseConnection {
  readonly url: string;
}

/** A database of a test's own, cloned from the migrated template. `close` drops it, and fails if a connection leaked. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = inject('databaseServer');
  const name = `t_${randomBytes(6).toString('hex')}`;
  await administer(server, `create database ${name} template template`);
  const url = withDatabase(server, name);
  const connection = openDatabase(url, silentLogger, 8);
  return {
    ...connection,
    url,
    close: async () => {
      await connection.close();
      await administer(server, `drop database ${name}`);
    },
  };
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
