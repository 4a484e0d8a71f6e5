import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { silentLogger } from '../../src/kernel/logger.ts';
import { type Database, type DatabaseConnection, openDatabase } from '../../src/storage/database.ts';
import { administer } from './administer.ts';
import { databaseName, withDatabase } from './database-url.ts';

export interface TestDatabase extends DatabaseConnection {
  readonly url: string;
}

/** A database of a test's own, cloned from the migrated template. `close` drops it, and fails if a connection leaked. */
export async function testDatabase(): Promise<TestDatabase> {
  const template = inject('templateDatabase');
  const administration = withDatabase(template, 'postgres');
  const name = `t_${randomBytes(6).toString('hex')}`;
  await administer(administration, `create database ${name} template ${databaseName(template)}`);
  const url = withDatabase(template, name);
  const connection = openDatabase(url, silentLogger, 8);
  return {
    ...connection,
    url,
    close: async () => {
      await connection.close();
      await administer(administration, `drop database ${name}`);
    },
  };
}

/** Makes a tenant that has nothing yet. @returns its number */
export async function testTenant(db: Database): Promise<number> {
  const row = { name: 'Provedor', time_zone: 'America/Sao_Paulo' };
  const { id } = await db.insertInto('tenant').values(row).returning('id').executeTakeFirstOrThrow();
  return id;
}
