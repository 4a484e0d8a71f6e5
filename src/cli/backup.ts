import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import product from '../../package.json' with { type: 'json' };
import { readConfig } from '../config.ts';
import { systemClock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { backUpHome } from '../storage/home-backup.ts';
import { explain } from './exit.ts';
import { homeDatabase } from './home-database.ts';

/** `npm run backup`: a copy of the home, beside a system that runs or without it. */
async function backup(): Promise<void> {
  const [to, ...rest] = process.argv.slice(2);
  if (to === undefined || rest.length > 0) {
    throw new AppError('bad_request', 'Use: npm run backup -- FOLDER     (one that is not there yet)');
  }
  const config = readConfig(process.env);
  const isElsewhere = config.databaseUrl !== undefined;
  if (!isElsewhere && !existsSync(join(config.home, 'postgres'))) {
    throw new AppError('not_found', `There is nothing at ${config.home} yet. Start Uirapuru once with npm start.`);
  }
  const database = await homeDatabase(config);
  try {
    const { home } = config;
    const databaseUrl = isElsewhere ? undefined : database.url;
    const parts = { home, databaseUrl, clock: systemClock, version: product.version };
    const { files, bytes } = await backUpHome(parts, resolve(to));
    process.stdout.write(
      `${to}: ${files} files, ${Math.ceil(bytes / 1024 / 1024)} MB. Keep it as secret as the home.\n`,
    );
    if (isElsewhere) {
      process.stdout.write('Without the database at DATABASE_URL: back that up by its own means (pg_dump) now.\n');
    }
  } finally {
    await database.close();
  }
}

backup().then(
  () => process.exit(0),
  (error: unknown) => process.exit(explain(error)),
);
