import type { Database } from '../storage/database.ts';
import type { GroupChange, GroupSummary } from './schemas.ts';

/** Every group of a tenant, by number. */
export async function readGroups(db: Database, tenantId: number): Promise<GroupSummary[]> {
  const groups = await db
    .selectFrom('ring_group')
    .select(['number', 'name', 'fallback'])
    .where('tenant_id', '=', tenantId)
    .orderBy('number')
    .execute();
  const members = await db
    .selectFrom('ring_group_member')
    .select(['group_number as group', 'extension_number as extension'])
    .where('tenant_id', '=', tenantId)
    .orderBy('extension_number')
    .execute();
  const inbound = await db
    .selectFrom('inbound_number')
    .select(['number', 'target', 'closed_target as closedTarget'])
    .where('tenant_id', '=', tenantId)
    .orderBy('number')
    .execute();
  return groups.map(({ number, ...settings }) => ({
    ...settings,
    number,
    members: members.filter(({ group }) => group === number).map(({ extension }) => extension),
    numbers: inbound.filter((one) => [one.target, one.closedTarget].includes(number)).map((one) => one.number),
  }));
}

/** Makes a group, still without members. @returns whether the number was free of groups */
export async function addGroup(db: Database, tenantId: number, number: string, name: string): Promise<boolean> {
  const result = await db
    .insertInto('ring_group')
    .values({ tenant_id: tenantId, number, name })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'number']).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Changes what is given; the members take the place of all there were. */
export async function writeGroup(
  db: Database,
  tenantId: number,
  number: string,
  { members, ...settings }: GroupChange,
): Promise<void> {
  if (Object.values(settings).some((value) => value !== undefined)) {
    await db
      .updateTable('ring_group')
      .set(settings)
      .where('tenant_id', '=', tenantId)
      .where('number', '=', number)
      .execute();
  }
  if (members === undefined) return;
  await db
    .deleteFrom('ring_group_member')
    .where('tenant_id', '=', tenantId)
    .where('group_number', '=', number)
    .execute();
  if (members.length === 0) return;
  const rows = [...new Set(members)].map((extension) => ({
    tenant_id: tenantId,
    group_number: number,
    extension_number: extension,
  }));
  await db.insertInto('ring_group_member').values(rows).execute();
}

/** @returns whether there was such a group */
export async function removeGroup(db: Database, tenantId: number, number: string): Promise<boolean> {
  const result = await db
    .deleteFrom('ring_group')
    .where('tenant_id', '=', tenantId)
    .where('number', '=', number)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}
