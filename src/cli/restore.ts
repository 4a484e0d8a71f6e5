import { resolve } from 'node:path';
import { readConfig } from '../config.ts';
import { AppError } from '../kernel/errors.ts';
import { restoreHome } from '../storage/home-backup.ts';
import { explain } from './exit.ts';

/** `npm run restore`: a home made of a backup, to be started. */
async function restore(): Promise<void> {
  const [from, ...rest] = process.argv.slice(2);
  if (from === undefined || rest.length > 0) throw new AppError('bad_request', 'Use: npm run restore -- FOLDER');
  const { home } = readConfig(process.env);
  const { madeAt, version, database, files, bytes } = await restoreHome(resolve(from), home);
  const size = `${files} files, ${Math.ceil(bytes / 1024 / 1024)} MB`;
  const lines = [
    `${home} is as it was at ${madeAt} (release ${version}): ${size}.`,
    ...(database === 'elsewhere' ? ['The database was not in the home: restore it by its own means first.'] : []),
    'Start it with npm start.',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

restore().then(
  () => process.exit(0),
  (error: unknown) => process.exit(explain(error)),
);
