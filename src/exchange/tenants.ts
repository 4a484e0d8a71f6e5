import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Database } from '../storage/database.ts';
import type { CreatedTenant, NewTenant, TenantSummary } from './schemas.ts';

/** The tenants of an installation as whoever runs it keeps them. Every change is in effect when its promise resolves. */
export interface Tenants {
  /** The first first: the one whose phones need no domain. */
  list(): Promise<TenantSummary[]>;
  /** @throws AppError `conflict` when another has this login */
  create(tenant: NewTenant): Promise<CreatedTenant>;
  /**
   * Blocks a tenant, or lets it go: its calls in progress end naturally.
   * @returns false when none goes by this login
   */
  setBlocked(login: string, isBlocked: boolean): Promise<boolean>;
}

interface Parts {
  readonly db: Database;
  readonly clock: Clock;
  /** Makes a tenant with all that a new one has. @returns its id, and its administrator's token */
  readonly make: (tenant: NewTenant) => Promise<{ readonly id: number; readonly token: string }>;
  /** Puts the list of tenants into effect, after it was changed. */
  readonly changed: () => Promise<void>;
}

/** Tenants over PostgreSQL. */
export function createTenants({ db, clock, make, changed }: Parts): Tenants {
  return {
    list: () => readTenants(db),
    async create(tenant) {
      const { id, token } = await make(tenant).catch((error: unknown) => {
        if (!isTakenLogin(error)) throw error;
        throw new AppError('conflict', `There is a tenant ${tenant.login} already. Choose another login.`, {}, error);
      });
      await changed();
      const made = (await readTenants(db)).find((one) => one.id === id);
      if (made === undefined) throw new AppError('internal', 'The tenant that was made is not there.', { id });
      return { ...made, token };
    },
    async setBlocked(login, isBlocked) {
      const blocked = await db
        .updateTable('tenant')
        .set((eb) => ({ blocked_at: isBlocked ? eb.fn.coalesce('blocked_at', eb.val(clock.now())) : null }))
        .where('login', '=', login)
        .returning('id')
        .executeTakeFirst();
      if (blocked === undefined) return false;
      await changed();
      return true;
    },
  };
}

/** Every tenant, in the order in which they were made. */
export async function readTenants(db: Database): Promise<TenantSummary[]> {
  const rows = await db
    .selectFrom('tenant')
    .select(['id', 'login', 'name', 'created_at', 'blocked_at'])
    .orderBy('id')
    .execute();
  return rows.map(({ id, login, name, created_at, blocked_at }, place) => ({
    id,
    login,
    name,
    domain: place === 0 ? null : login,
    createdAt: created_at.toISOString(),
    blockedAt: blocked_at?.toISOString() ?? null,
  }));
}

function isTakenLogin(error: unknown): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === 'tenant_by_login';
}
