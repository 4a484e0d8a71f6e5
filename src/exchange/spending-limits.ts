import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Database } from '../storage/database.ts';
import type { SpendingLimit, SpendingSubject, SpendingTrip } from './schemas.ts';
import { isTripped, limitsInEffect } from './spending.ts';
import { readLimits, readTrips, removeLimit, resetTrips, writeLimit } from './spending-store.ts';

/** Limits of what may be called, as people keep them. Every change is in effect when its promise resolves. */
export interface SpendingLimits {
  /** The limits in effect, those of the product's own included, and the guards that let nothing pass now. */
  look(tenantId: number): Promise<{ limits: SpendingLimit[]; tripped: SpendingTrip[] }>;
  set(tenantId: number, limit: SpendingLimit): Promise<void>;
  /** The product's own limit, or that of each, counts again. @throws AppError `not_found` when none was set */
  clear(tenantId: number, which: SpendingSubject): Promise<void>;
  /** Lets pass again what tripped; it counts anew from now. @throws AppError `not_found` when it has not tripped */
  reset(tenantId: number, which: SpendingSubject): Promise<void>;
}

interface Parts {
  readonly db: Database;
  readonly clock: Clock;
  /** Puts a tenant's limits into effect, after they were changed. */
  readonly changed: (tenantId: number) => Promise<void>;
}

/** Limits over PostgreSQL. */
export function createSpendingLimits({ db, clock, changed }: Parts): SpendingLimits {
  return {
    async look(tenantId) {
      const now = clock.now();
      const trips = await readTrips(db, tenantId, now);
      return {
        limits: [...limitsInEffect(await readLimits(db, tenantId))],
        tripped: trips.filter((trip) => isTripped(trip, now.getTime())),
      };
    },
    async set(tenantId, limit) {
      await writeLimit(db, tenantId, limit);
      await changed(tenantId);
    },
    async clear(tenantId, which) {
      if (!(await removeLimit(db, tenantId, which))) {
        throw new AppError('not_found', `No limit was set for ${which.scope} ${which.subject}.`);
      }
      await changed(tenantId);
    },
    async reset(tenantId, which) {
      if (!(await resetTrips(db, tenantId, which, clock.now()))) {
        throw new AppError('not_found', `No limit for ${which.scope} ${which.subject} is reached now.`);
      }
      await changed(tenantId);
    },
  };
}
