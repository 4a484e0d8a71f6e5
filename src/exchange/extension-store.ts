import type { Updateable } from 'kysely';
import type { Database } from '../storage/database.ts';
import type { DB } from '../storage/tables.generated.ts';
import { callClass, type ExtensionChange, type ExtensionSummary, type NewExtension } from './schemas.ts';

/** The columns of an extension as the exchange needs it, under the names of its shape. */
export const extensionColumns = [
  'number',
  'caller_name as callerName',
  'kind',
  'media_encryption as mediaEncryption',
  'devices',
  'classes',
  'fallback',
  'shown_number as shownNumber',
  'do_not_disturb as doNotDisturb',
  'ring_seconds as ringSeconds',
  'forward_always as forwardAlways',
  'forward_busy as forwardBusy',
  'forward_no_answer as forwardNoAnswer',
  'forward_unreachable as forwardUnreachable',
  'hours',
  'forward_closed as forwardClosed',
  'pickup_group as pickupGroup',
] as const;
const shown = [...extensionColumns, 'enabled', 'internal_id as internalId', 'demo'] as const;

/** Every extension of a tenant, by number. */
export async function readExtensions(db: Database, tenantId: number): Promise<ExtensionSummary[]> {
  const rows = await db
    .selectFrom('extension')
    .select(shown)
    .where('tenant_id', '=', tenantId)
    .orderBy('number')
    .execute();
  return rows.map(summaryOf);
}

/** One extension; undefined when there is none. */
export async function findExtension(
  db: Database,
  tenantId: number,
  number: string,
): Promise<ExtensionSummary | undefined> {
  const row = await db
    .selectFrom('extension')
    .select(shown)
    .where('tenant_id', '=', tenantId)
    .where('number', '=', number)
    .executeTakeFirst();
  return row === undefined ? undefined : summaryOf(row);
}

/** Whether a number is in use for what is no extension. */
export async function isOtherNumber(db: Database, tenantId: number, number: string): Promise<boolean> {
  const inUse = (table: 'ring_group' | 'queue' | 'inbound_number') =>
    db
      .selectFrom(table)
      .select('number')
      .where('tenant_id', '=', tenantId)
      .where('number', '=', number)
      .executeTakeFirst();
  return ((await inUse('ring_group')) ?? (await inUse('queue')) ?? (await inUse('inbound_number'))) !== undefined;
}

/** Makes an extension. @returns whether the number was free */
export async function addExtension(
  db: Database,
  tenantId: number,
  extension: NewExtension,
  password: string,
): Promise<boolean> {
  const result = await db
    .insertInto('extension')
    .values({ ...columnsOf(extension), tenant_id: tenantId, number: extension.number, password })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'number']).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Changes what is given. @returns whether there is such an extension */
export async function changeExtension(
  db: Database,
  tenantId: number,
  number: string,
  change: ExtensionChange,
): Promise<boolean> {
  const columns = columnsOf(change);
  if (Object.keys(columns).length === 0) return (await findExtension(db, tenantId, number)) !== undefined;
  const result = await db
    .updateTable('extension')
    .set(columns)
    .where('tenant_id', '=', tenantId)
    .where('number', '=', number)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** @returns whether there is such an extension */
export async function setExtensionPassword(
  db: Database,
  tenantId: number,
  number: string,
  password: string,
): Promise<boolean> {
  const result = await db
    .updateTable('extension')
    .set({ password })
    .where('tenant_id', '=', tenantId)
    .where('number', '=', number)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** @returns whether there was such an extension */
export async function removeExtension(db: Database, tenantId: number, number: string): Promise<boolean> {
  const result = await db
    .deleteFrom('extension')
    .where('tenant_id', '=', tenantId)
    .where('number', '=', number)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** Whether a write was refused because another extension has the internal id. */
export function takenInternalId(error: unknown): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === 'extension_by_internal_id';
}

/** Whether a write was refused because there are no opening hours of that name. */
export function unknownHours(error: unknown): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === 'extension_tenant_id_hours_fkey';
}

/** The settings whose columns have other names. */
const columnNames = {
  callerName: 'caller_name',
  internalId: 'internal_id',
  mediaEncryption: 'media_encryption',
  shownNumber: 'shown_number',
  doNotDisturb: 'do_not_disturb',
  ringSeconds: 'ring_seconds',
  forwardAlways: 'forward_always',
  forwardBusy: 'forward_busy',
  forwardNoAnswer: 'forward_no_answer',
  forwardUnreachable: 'forward_unreachable',
  forwardClosed: 'forward_closed',
  pickupGroup: 'pickup_group',
} as const satisfies Partial<Record<keyof ExtensionChange, string>>;

function columnsOf(change: ExtensionChange): Updateable<DB['extension']> {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([name, value]) => [(columnNames as Record<string, string>)[name] ?? name, value]),
  );
}

type Row = Omit<ExtensionSummary, 'kind' | 'mediaEncryption' | 'classes'> & {
  kind: string;
  mediaEncryption: string;
  classes: string[];
};

function summaryOf({ kind, mediaEncryption, classes, ...row }: Row): ExtensionSummary {
  return {
    ...row,
    kind: kind as ExtensionSummary['kind'],
    mediaEncryption: mediaEncryption as ExtensionSummary['mediaEncryption'],
    classes: callClass.options.filter((one) => classes.includes(one)),
  };
}
