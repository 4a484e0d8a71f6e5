import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { removeRunFolder, runFolder } from '../kernel/run-folder.ts';
import { superviseProcess } from '../kernel/supervised-process.ts';
import { prepareCluster } from './postgres-cluster.ts';
import { adoptPostgres, launchPostgres, postgresStopSignals } from './postgres-process.ts';
import { postgresPrograms } from './postgres-programs.ts';
import { databaseName, type PostgresPlace, postgresUrl } from './postgres-settings.ts';
import { findRunAs } from './postgres-user.ts';

/** The home's own PostgreSQL server, reached over a socket only. It is started again when it dies. */
export interface PostgresServer {
  /** Connection URI of the database `uirapuru`. */
  readonly url: string;
  readonly pid: number;
  /** It ran already, left by a control plane that died. */
  readonly adopted: boolean;
  isAlive(): boolean;
  /** Disconnects everyone and stops it, in under three seconds. */
  stop(): Promise<void>;
  /** Lets it run on without us; the next `startPostgres` on the same home adopts it. */
  release(): void;
}

/**
 * Starts the home's PostgreSQL, or adopts the one that a killed control plane left. Works as root too.
 * @param config `home`: absolute folder; the database is in `<home>/postgres`
 * @param failed told when it died and could not be started again at once
 * @throws AppError `database_unavailable`, `no_permission`, `disk_full`, `missing_part`
 */
export async function startPostgres(
  config: { readonly home: string },
  failed?: (error: unknown) => void,
): Promise<PostgresServer> {
  const programs = await postgresPrograms();
  const place: PostgresPlace = {
    data: join(config.home, 'postgres'),
    sockets: runFolder(config.home, 'postgres'),
    logs: join(config.home, 'logs', 'postgres'),
    runAs: await findRunAs([programs.postgres, '--version']),
  };
  await mkdir(place.logs, { recursive: true, mode: 0o700 });
  await prepareCluster(place, programs.initdb);
  let adopted = false;
  const server = await superviseProcess({
    start: async () => {
      const running = await adoptPostgres(place);
      adopted = running !== undefined;
      return running ?? (await launchPostgres(place, programs.postgres));
    },
    stopSignals: postgresStopSignals,
    ...(failed === undefined ? {} : { failed }),
  });
  await ensureDatabase(place);
  return {
    url: postgresUrl(place, databaseName),
    adopted,
    get pid() {
      return server.pid;
    },
    isAlive: () => server.isAlive(),
    stop: async () => {
      await server.stop();
      removeRunFolder(config.home, 'postgres');
    },
    release: () => server.release(),
  };
}

async function ensureDatabase(place: PostgresPlace): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl(place, 'postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [databaseName]);
    if (rowCount === 0) await client.query(`create database ${databaseName}`);
  } finally {
    await client.end();
  }
}
