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

/** What a tenant is called; without a login it is given one by its number, as the first is. */
interface Naming {
  readonly login?: string;
  readonly name: string;
}

const firstTenant: Naming = { name: 'Meu provedor' };

/**
 * Makes the first tenant of a home in one transaction: one that is killed half-way leaves nothing.
 * @returns the tenant's id
 */
export function makeTenant({ timeZone, db }: Parts): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const tenantId = await addTenant(trx, timeZone, firstTenant);
    await installTicketCatalogue(trx, tenantId);
    return tenantId;
  });
}

/**
 * Makes a tenant besides the first, whose time zone it has, with the token of its administrator.
 * @throws what the database says of a login that another has
 */
export function makeAdministeredTenant(
  { db, clock, ids }: { readonly db: Database; readonly clock: Clock; readonly ids: IdSource },
  naming: Required<Naming>,
): Promise<{ id: number; token: string }> {
  return db.transaction().execute(async (trx) => {
    const first = await trx.selectFrom('tenant').select('time_zone').orderBy('id').limit(1).executeTakeFirstOrThrow();
    const id = await addTenant(trx, first.time_zone, naming);
    await installTicketCatalogue(trx, id);
    const access = createAccess({ db: trx, clock, ids, withDemo: true });
    const { token } = await access.create(id, { kind: 'api', name: 'administrator', role: 'administrator' });
    return { id, token };
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
