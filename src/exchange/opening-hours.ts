import { type BusinessHours, isOpen } from '../kernel/business-hours.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Database } from '../storage/database.ts';
import { type NamedSchedule, type OpeningSchedule, openingSchedule } from './schemas.ts';

/** When people answer, under names that menus and numbers refer to. Every change is in effect when its promise resolves. */
export interface OpeningHours {
  /** By name. */
  list(tenantId: number): Promise<NamedSchedule[]>;
  /** Puts a schedule under a name, in the place of the one that was there. */
  put(tenantId: number, name: string, schedule: OpeningSchedule): Promise<NamedSchedule>;
  /** @throws AppError `not_found`; `conflict` while a number or an extension goes by them */
  remove(tenantId: number, name: string): Promise<void>;
}

interface Parts {
  readonly db: Database;
  readonly clock: Clock;
  /** Puts a tenant's numbers into effect, after they were changed. */
  readonly changed: (tenantId: number) => Promise<void>;
}

/** Opening hours over PostgreSQL. */
export function createOpeningHours({ db, clock, changed }: Parts): OpeningHours {
  async function list(tenantId: number): Promise<NamedSchedule[]> {
    const hours = await readOpeningHours(db, tenantId);
    return [...hours].map(([name, { timeZone, ...schedule }]) => {
      const open = isOpen({ timeZone, ...schedule }, clock.now());
      return { name, ...schedule, open };
    });
  }

  /** A number that goes by these hours. */
  const userOf = (table: 'inbound_number' | 'extension', tenantId: number, name: string) =>
    db
      .selectFrom(table)
      .select('number')
      .where('tenant_id', '=', tenantId)
      .where('hours', '=', name)
      .executeTakeFirst();

  return {
    list,
    async put(tenantId, name, schedule) {
      const content = JSON.stringify(schedule);
      await db
        .insertInto('opening_hours')
        .values({ tenant_id: tenantId, name, schedule: content })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doUpdateSet({ schedule: content }))
        .execute();
      await changed(tenantId);
      const { time_zone: timeZone } = await db
        .selectFrom('tenant')
        .select('time_zone')
        .where('id', '=', tenantId)
        .executeTakeFirstOrThrow();
      return { name, ...schedule, open: isOpen({ timeZone, ...schedule }, clock.now()) };
    },
    async remove(tenantId, name) {
      const user = (await userOf('inbound_number', tenantId, name)) ?? (await userOf('extension', tenantId, name));
      if (user !== undefined) {
        throw new AppError('conflict', `The number ${user.number} goes by these hours. Change that first.`);
      }
      const { numDeletedRows } = await db
        .deleteFrom('opening_hours')
        .where('tenant_id', '=', tenantId)
        .where('name', '=', name)
        .executeTakeFirst();
      if (numDeletedRows === 0n) throw new AppError('not_found', `There are no opening hours "${name}".`);
      await changed(tenantId);
    },
  };
}

/** A tenant's opening hours, by name. */
export async function readOpeningHours(
  db: Database,
  tenantId: number,
): Promise<Map<string, BusinessHours & OpeningSchedule>> {
  const rows = await db
    .selectFrom('opening_hours')
    .innerJoin('tenant', 'tenant.id', 'opening_hours.tenant_id')
    .select(['opening_hours.name', 'opening_hours.schedule', 'tenant.time_zone'])
    .where('tenant_id', '=', tenantId)
    .orderBy('opening_hours.name')
    .execute();
  return new Map(rows.map((row) => [row.name, { timeZone: row.time_zone, ...openingSchedule.parse(row.schedule) }]));
}

export async function hasOpeningHours(db: Database, tenantId: number, name: string): Promise<boolean> {
  const query = db.selectFrom('opening_hours').select('name').where('tenant_id', '=', tenantId);
  return (await query.where('name', '=', name).executeTakeFirst()) !== undefined;
}
