import type { Database } from '../storage/database.ts';
import type { Rule } from './outbound.ts';
import type { CallClass, InboundNumber } from './schemas.ts';

/** A tenant's inbound numbers, by number. */
export function readInboundNumbers(db: Database, tenantId: number): Promise<InboundNumber[]> {
  return db
    .selectFrom('inbound_number')
    .select(['number', 'flow', 'target', 'hours', 'closed_flow as closedFlow', 'closed_target as closedTarget'])
    .where('tenant_id', '=', tenantId)
    .orderBy('number')
    .execute();
}

/** Lets a number lead somewhere, whether it led elsewhere before or not. */
export async function putInboundNumber(db: Database, tenantId: number, entry: InboundNumber): Promise<void> {
  const { number, flow, target, hours, closedFlow, closedTarget } = entry;
  const leads = { flow, target, hours, closed_flow: closedFlow, closed_target: closedTarget };
  await db
    .insertInto('inbound_number')
    .values({ tenant_id: tenantId, number, ...leads })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'number']).doUpdateSet(leads))
    .execute();
}

/** @returns whether there was such an inbound number */
export async function removeInboundNumber(db: Database, tenantId: number, number: string): Promise<boolean> {
  const result = await db
    .deleteFrom('inbound_number')
    .where('tenant_id', '=', tenantId)
    .where('number', '=', number)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** A tenant's outbound rules, in their order. */
export async function readRules(db: Database, tenantId: number): Promise<Rule[]> {
  const rows = await db
    .selectFrom('outbound_rule')
    .select(['prefix', 'classes', 'trunk_ids as trunkIds'])
    .where('tenant_id', '=', tenantId)
    .orderBy('position')
    .execute();
  return rows.map(({ classes, ...rule }) => ({ ...rule, classes: classes as CallClass[] }));
}

/** Puts these rules in the place of all there are. */
export async function writeRules(db: Database, tenantId: number, rules: readonly Rule[]): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('outbound_rule').where('tenant_id', '=', tenantId).execute();
    if (rules.length === 0) return;
    const rows = rules.map(({ prefix, classes, trunkIds }, position) => ({
      tenant_id: tenantId,
      position,
      prefix,
      classes: [...classes],
      trunk_ids: [...trunkIds],
    }));
    await trx.insertInto('outbound_rule').values(rows).execute();
  });
}
