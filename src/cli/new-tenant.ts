import { createApiInstances } from '../access/api-instances.ts';
import { createAccess } from '../access/service.ts';
import { installDefaultNumbers } from '../exchange/service.ts';
import { installTicketCatalogue } from '../isp/tickets/catalogue.ts';
import type { Clock } from '../kernel/clock.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { Database } from '../storage/database.ts';
import { loadDemoHome } from './demo-home.ts';

interface Parts {
  readonly home: string;
  readonly timeZone: string;
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/**
 * Makes the first tenant of a home in one transaction: a first start that is killed half-way leaves nothing, and the
 * next one is the first again.
 * @returns the tenant's id
 */
export function makeTenant({ home, timeZone, db, clock, ids }: Parts, demo: boolean): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const { id: tenantId } = await trx
      .insertInto('tenant')
      .values({ name: 'Meu provedor', time_zone: timeZone })
      .returning('id')
      .executeTakeFirstOrThrow();
    await installDefaultNumbers(trx, tenantId);
    if (demo) {
      const parts = { db: trx, clock, ids, withDemo: true };
      const [access, instances] = [createAccess(parts), createApiInstances(parts)];
      await loadDemoHome({ home, timeZone, db: trx, access, instances, clock, ids, tenantId });
    } else {
      await installTicketCatalogue(trx, tenantId);
    }
    return tenantId;
  });
}
