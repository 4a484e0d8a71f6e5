import { join } from 'node:path';
import type { Config } from '../config.ts';
import { takePidLock } from '../kernel/pid-lock.ts';
import { startPostgres } from '../storage/embedded-postgres.ts';

/** The home's database for a command that runs beside the control plane, or without it. */
export interface HomeDatabase {
  readonly url: string;
  /** Stops the server if this command started it. */
  close(): Promise<void>;
}

/**
 * Uses the database server of a control plane that runs; otherwise starts it, and keeps others from the home meanwhile.
 * @throws AppError `database_unavailable`, `no_permission`, `disk_full`, `missing_part`
 */
export async function homeDatabase(config: Config): Promise<HomeDatabase> {
  if (config.databaseUrl !== undefined) return { url: config.databaseUrl, close: () => Promise.resolve() };
  const lock = takePidLock(join(config.home, 'control-plane.lock'));
  const isOurs = 'release' in lock;
  try {
    const server = await startPostgres(config);
    return {
      url: server.url,
      async close() {
        if (isOurs) await server.stop();
        else server.release();
        if (isOurs) lock.release();
      },
    };
  } catch (error) {
    if (isOurs) lock.release();
    throw error;
  }
}
