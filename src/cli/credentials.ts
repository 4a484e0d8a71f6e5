import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createAccess } from '../access/service.ts';
import { readConfig } from '../config.ts';
import { systemClock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { systemIds } from '../kernel/ids.ts';
import { silentLogger } from '../kernel/logger.ts';
import { type Database, openDatabase } from '../storage/database.ts';
import { migrate } from '../storage/migrate.ts';
import { readCredentialCommand, runCredentialCommand } from './credential-commands.ts';
import { explain } from './exit.ts';
import { homeDatabase } from './home-database.ts';

/** `npm run credentials`: who may use the APIs; beside a system that runs, or without it. */
async function credentials(): Promise<void> {
  const command = readCredentialCommand(process.argv.slice(2));
  const config = readConfig(process.env);
  if (config.databaseUrl === undefined && !existsSync(join(config.home, 'postgres'))) throw notStartedYet();
  const storage = await homeDatabase(config);
  try {
    await migrate(storage.url);
    const database = openDatabase(storage.url, silentLogger, 1);
    try {
      const { db } = database;
      const access = createAccess({ db, clock: systemClock, ids: systemIds, withDemo: true });
      const lines = await runCredentialCommand(access, await tenantOf(db, command.tenant), command);
      process.stdout.write(`${lines.join('\n')}\n`);
    } finally {
      await database.close();
    }
  } finally {
    await storage.close();
  }
}

/** The tenant that was named, or the first: most installations have one. */
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

credentials().then(
  () => process.exit(0),
  (error: unknown) => process.exit(explain(error)),
);
