import pg from 'pg';
import { AppError } from '../kernel/errors.ts';

const oldestVersion = 150_000;

/**
 * Makes sure that the PostgreSQL of `DATABASE_URL` can be used.
 * @returns its version, such as `17.2`
 * @throws AppError `database_unavailable`, without the password that the URL may hold
 */
export async function assertPostgresServes(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  let server: { version: string; number: number } | undefined;
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; number: number }>(
      `select current_setting('server_version') as version, current_setting('server_version_num')::int as number`,
    );
    server = rows[0];
  } catch (error) {
    throw new AppError(
      'database_unavailable',
      `The database of DATABASE_URL does not answer (${(error as Error).message}). Start that server, correct DATABASE_URL, or unset it.`,
      {},
      error,
    );
  } finally {
    await client.end();
  }
  if (server === undefined || server.number < oldestVersion) {
    throw new AppError(
      'database_unavailable',
      `The server of DATABASE_URL is PostgreSQL ${server?.version}; 15 or later is needed.`,
    );
  }
  return server.version;
}
