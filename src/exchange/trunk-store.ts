import type { Database } from '../storage/database.ts';
import type { NewTrunk, Trunk, TrunkChange } from './schemas.ts';

/** Every trunk of a tenant, in the order in which they are tried. */
export async function readTrunks(db: Database, tenantId: number): Promise<Trunk[]> {
  const rows = await db
    .selectFrom('trunk')
    .select([
      'id',
      'name',
      'position',
      'enabled',
      'host',
      'port',
      'transport',
      'media_encryption as mediaEncryption',
      'registers',
      'username',
      'password',
      'addresses',
      'number_format as numberFormat',
      'carrier',
      'own_numbers as ownNumbers',
      'shown_in as shownIn',
    ])
    .where('tenant_id', '=', tenantId)
    .orderBy('position')
    .orderBy('id')
    .execute();
  return rows as Trunk[];
}

/** Makes a trunk. @returns its id */
export async function addTrunk(db: Database, tenantId: number, trunk: NewTrunk): Promise<number> {
  const { id } = await db
    .insertInto('trunk')
    .values({ ...columnsOf(trunk), tenant_id: tenantId, name: trunk.name, host: trunk.host })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Changes what is given. @returns whether there is such a trunk */
export async function changeTrunk(db: Database, tenantId: number, id: number, change: TrunkChange): Promise<boolean> {
  const columns = columnsOf(change);
  if (Object.keys(columns).length === 0) return (await readTrunks(db, tenantId)).some((trunk) => trunk.id === id);
  const result = await db
    .updateTable('trunk')
    .set(columns)
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Removes a trunk, from rules too. @returns whether there was such a trunk */
export function removeTrunk(db: Database, tenantId: number, id: number): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    await trx
      .updateTable('outbound_rule')
      .set((eb) => ({ trunk_ids: eb.fn<number[]>('array_remove', ['trunk_ids', eb.val(id)]) }))
      .where('tenant_id', '=', tenantId)
      .execute();
    const result = await trx
      .deleteFrom('trunk')
      .where('tenant_id', '=', tenantId)
      .where('id', '=', id)
      .executeTakeFirst();
    return result.numDeletedRows === 1n;
  });
}

/** Why a write of a trunk was refused, when it is the asker's fault. */
export function trunkRefusal(error: unknown): 'name' | 'credentials' | undefined {
  if (!(error instanceof Error) || !('constraint' in error)) return undefined;
  if (error.constraint === 'trunk_tenant_id_name_key') return 'name';
  return error.constraint === 'trunk_check' ? 'credentials' : undefined;
}

function columnsOf({ mediaEncryption, numberFormat, ownNumbers, shownIn, ...same }: TrunkChange) {
  return {
    ...same,
    ...(mediaEncryption === undefined ? {} : { media_encryption: mediaEncryption }),
    ...(numberFormat === undefined ? {} : { number_format: numberFormat }),
    ...(ownNumbers === undefined ? {} : { own_numbers: ownNumbers }),
    ...(shownIn === undefined ? {} : { shown_in: shownIn }),
  };
}
