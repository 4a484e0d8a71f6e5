import type { Clock } from '../kernel/clock.ts';
import type { Database } from '../storage/database.ts';
import { isEmergency } from './dialling.ts';

/** Blocks tenants: their phones stay registered, and no new call is taken or placed but those for help. */
export interface TenantBlock {
  /** Whether the tenant of this exchange may not be called, or may not call this number, now. */
  refuses(dialled: string): boolean;
  /** Blocks a tenant, or lets it go. @returns false when none goes by this login */
  set(login: string, isBlocked: boolean): Promise<boolean>;
}

/** The block of a tenant's exchange, as it is stored. */
export async function openTenantBlock(parts: { db: Database; clock: Clock; tenantId: number }): Promise<TenantBlock> {
  const { db, clock, tenantId } = parts;
  const stored = await db
    .selectFrom('tenant')
    .select('blocked_at')
    .where('id', '=', tenantId)
    .executeTakeFirstOrThrow();
  let isTenantBlocked = stored.blocked_at !== null;
  return {
    refuses: (dialled) => isTenantBlocked && !isEmergency(dialled),
    async set(login, isBlocked) {
      const changed = await db
        .updateTable('tenant')
        .set({ blocked_at: isBlocked ? clock.now() : null })
        .where('login', '=', login)
        .returning('id')
        .executeTakeFirst();
      if (changed?.id === tenantId) isTenantBlocked = isBlocked;
      return changed !== undefined;
    },
  };
}
