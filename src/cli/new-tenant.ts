import { createApiInstances } from '../access/api-instances.ts';
import { createAccess } from '../access/service.ts';
import { installDefaultNumbers } from '../exchange/service.ts';
import { installTicketCatalogue } from '../isp/tickets/catalogue.ts';
import type { Clock } from '../kernel/clock.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { Database } from '../storage/database.ts';
import { loadDemoHome } from './demo-home.ts';

interface Parts {
  readonly timeZone: string;
  readonly db: Database;
}

/** What a tenant is called; without a login it is given one by its number. */
interface Naming {
  readonly login?: string;
  readonly name: string;
}

const firstTenant: Naming = { name: 'Meu provedor' };

/**
 * Makes a tenant in one transaction: one that is killed half-way leaves nothing.
 * @returns the tenant's id
 */
export function makeTenant({ timeZone, db }: Parts, naming = firstTenant): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const tenantId = await addTenant(trx, timeZone, naming);
    await installTicketCatalogue(trx, tenantId);
    return tenantId;
  });
}

/** Makes the first tenant of a home, with demo data: if it is killed half-way, the next start is the first again. */
export function makeTenantWithDemo(
  parts: Parts & { readonly home: string; readonly clock: Clock; readonly ids: IdSource },
): Promise<number> {
  const { timeZone, home, clock, ids } = parts;
  return parts.db.transaction().execute(async (trx) => {
    const tenantId = await addTenant(trx, timeZone, firstTenant);
    const used = { db: trx, clock, ids, withDemo: true };
    const [access, instances] = [createAccess(used), createApiInstances(used)];
    await loadDemoHome({ home, timeZone, db: trx, access, instances, clock, ids, tenantId });
    return tenantId;
  });
}

async function addTenant(db: Database, timeZone: string, { login, name }: Naming): Promise<number> {
  const { id } = await db
    .insertInto('tenant')
    .values({ name, chosen_login: login ?? null, time_zone: timeZone })
    .returning('id')
    .executeTakeFirstOrThrow();
  await installDefaultNumbers(db, id);
  return id;
}
