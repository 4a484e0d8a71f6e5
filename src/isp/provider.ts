import type pg from 'pg';
import type { Clock } from '../kernel/clock.ts';
import type { Database } from '../storage/database.ts';

/** The provider whose back office this is. Every service of the embedded ERP works for one tenant and nothing else. */
export interface Provider {
  readonly db: Database;
  /** The same database, for the hot lookups as named statements: PostgreSQL plans them once a connection. */
  readonly pool: pg.Pool;
  readonly tenantId: number;
  readonly clock: Clock;
  /** IANA name; days, months and promises are counted in it. */
  readonly timeZone: string;
}

/** A provider inside a transaction: all that is done with `db` happens together or not at all. */
export type ProviderTransaction = Omit<Provider, 'pool'>;

/**
 * Runs `work` in one transaction. When `signal` is aborted before it commits, nothing of it happens and the signal's
 * reason is thrown.
 */
export function inTransaction<T>(
  provider: Provider,
  work: (transaction: ProviderTransaction) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const { tenantId, clock, timeZone } = provider;
  return provider.db.transaction().execute(async (db) => {
    const result = await work({ db, tenantId, clock, timeZone });
    signal?.throwIfAborted();
    return result;
  });
}
