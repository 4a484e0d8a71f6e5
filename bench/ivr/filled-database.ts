import { type Installation, prepareInstallation } from '../../src/cli/first-run.ts';
import type { Config } from '../../src/config.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemIds } from '../../src/kernel/ids.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { startPostgres } from '../../src/storage/embedded-postgres.ts';
import { migrate } from '../../src/storage/migrate.ts';
import { suspendEverybody } from './subscribers.ts';

/** A PostgreSQL server of its own, with the demo's subscribers, most of them suspended. */
export interface FilledDatabase extends Pick<Installation, 'tenantId'> {
  readonly url: string;
  readonly pid: number;
  /** Documents that can call, the same in every database. */
  readonly documents: readonly string[];
  stop(): Promise<void>;
}

/** Starts and fills the database of a home as the first start of the product does. */
export async function fillDatabase(config: Config): Promise<FilledDatabase> {
  const server = await startPostgres(config);
  await migrate(server.url);
  const connection = openDatabase(server.url, silentLogger);
  const { tenantId } = await prepareInstallation({
    config,
    databaseUrl: server.url,
    db: connection.db,
    clock: systemClock,
    ids: systemIds,
    askPassword: undefined,
  });
  await connection.close();
  const { documents } = await suspendEverybody(server.url);
  return { url: server.url, pid: server.pid, tenantId, documents, stop: () => server.stop() };
}
