import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../config.ts';
import { AppError } from '../kernel/errors.ts';
import { silentLogger } from '../kernel/logger.ts';
import { type Database, type DatabaseConnection, openDatabase } from '../storage/database.ts';
import { migrate } from '../storage/migrate.ts';
import { homeDatabase } from './home-database.ts';

/**
 * Does something for a provider of the home, beside a system that runs or without it.
 * @param wanted the provider's number; undefined: the first, since most installations have one
 * @throws AppError `not_found` when there is no such provider, and what `homeDatabase` throws
 */
export async function withHomeProvider<T>(
  wanted: number | undefined,
  work: (database: DatabaseConnection, tenantId: number) => Promise<T>,
): Promise<T> {
  const config = readConfig(process.env);
  if (config.databaseUrl === undefined && !existsSync(join(config.home, 'postgres'))) throw notStartedYet();
  const storage = await homeDatabase(config);
  try {
    await migrate(storage.url);
    const database = openDatabase(storage.url, silentLogger, 1);
    try {
      return await work(database, await tenantOf(database.db, wanted));
    } finally {
      await database.close();
    }
  } finally {
    await storage.close();
  }
}

async function tenantOf(db: Database, wanted: number | undefined): Promise<number> {
  const tenants = await db.selectFrom('tenant').select('id').orderBy('id').execute();
  const found = wanted === undefined ? tenants[0] : tenants.find(({ id }) => id === wanted);
  if (found !== undefined) return found.id;
  if (wanted === undefined) throw notStartedYet();
  const known = tenants.map(({ id }) => id).join(', ');
  throw new AppError('not_found', `There is no provider ${wanted}. There are: ${known}.`);
}

function notStartedYet(): AppError {
  return new AppError(
    'not_found',
    'There is no provider here yet. Start Uirapuru once with npm start, then ask again.',
  );
}
