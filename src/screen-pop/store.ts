import type { Pool } from 'pg';
import { tellingStatement } from '../live/service.ts';
import type { Database } from '../storage/database.ts';
import { prepared } from '../storage/prepared.ts';
import { type CloseReason, type ScreenWindow, shownCaller } from './schemas.ts';

/** One tenant's windows, in a transaction or not. */
export interface WindowsOf {
  readonly db: Database;
  readonly tenantId: number;
}

export interface WindowRow {
  readonly id: number;
  readonly extension: string;
  readonly callId: string | null;
  readonly callerNumber: string | null;
  readonly subscriberId: string | null;
  readonly contractId: string | null;
  readonly caller: unknown;
  readonly openedAt: Date;
}

/** Windows that are open, the oldest first. */
export function selectOpen(
  { db, tenantId }: WindowsOf,
  of: { readonly extension?: string; readonly callId?: string },
): Promise<WindowRow[]> {
  const { extension, callId } = of;
  let query = openWindows(db).where('tenant_id', '=', tenantId);
  if (extension !== undefined) query = query.where('extension', '=', extension);
  if (callId !== undefined) query = query.where('call_id', '=', callId);
  return query.orderBy('id').modifyEnd(prepared).execute();
}

function openWindows(db: Database) {
  return db
    .selectFrom('screen_window')
    .select(['id', 'extension', 'caller', 'call_id as callId', 'caller_number as callerNumber'])
    .select(['subscriber_id as subscriberId', 'contract_id as contractId', 'opened_at as openedAt'])
    .where('closed_at', 'is', null);
}

/** Whether an announcement made a window before, open or not. */
export async function isAnnounced({ db, tenantId }: WindowsOf, actKey: string): Promise<boolean> {
  const row = await db
    .selectFrom('screen_window')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('act_key', '=', actKey)
    .executeTakeFirst();
  return row !== undefined;
}

export async function insertWindow(
  { db, tenantId }: WindowsOf,
  window: Omit<ScreenWindow, 'id' | 'openedAt'> & { readonly openedAt: Date; readonly actKey: string | undefined },
): Promise<number> {
  const { extension, callId, callerNumber, caller, openedAt, actKey } = window;
  const { id } = await db
    .insertInto('screen_window')
    .values({
      tenant_id: tenantId,
      extension,
      call_id: callId,
      act_key: actKey,
      caller_number: callerNumber,
      subscriber_id: caller.subscriber?.id,
      contract_id: caller.contractId,
      caller: JSON.stringify(caller),
      opened_at: openedAt,
    })
    .returning('id')
    .modifyEnd(prepared)
    .executeTakeFirstOrThrow();
  return id;
}

/** Closes windows that are open, and gives those back that were. */
export function closeWindows(
  { db, tenantId }: WindowsOf,
  ids: readonly number[],
  end: { readonly at: Date; readonly reason: CloseReason },
): Promise<{ id: number; extension: string }[]> {
  return db
    .updateTable('screen_window')
    .set({ closed_at: end.at, close_reason: end.reason })
    .where('tenant_id', '=', tenantId)
    .where('id', 'in', ids)
    .where('closed_at', 'is', null)
    .returning(['id', 'extension'])
    .execute();
}

const closingOfCall = {
  name: 'windows_of_call_close',
  text: tellingStatement(
    'exists (select from screen_window where tenant_id = $1 and call_id = $3 and closed_at is null)',
    `closed as (
      update screen_window set closed_at = $2, close_reason = $4 from counter
      where tenant_id = $1 and call_id = $3 and closed_at is null returning id, extension),
    told as (
      select row_number() over (order by id) as n, 'extension/' || extension as topic, 'window.closed' as type,
        jsonb_build_object('window', id, 'reason', $4::text) as data
      from closed)`,
  ),
};

/** Closes every window of a call, and tells of it: as each call ends, so in one statement. */
export async function closeWindowsOfCall(
  { pool, tenantId }: { readonly pool: Pool; readonly tenantId: number },
  callId: string,
  end: { readonly at: Date; readonly reason: CloseReason },
): Promise<void> {
  await pool.query({ ...closingOfCall, values: [tenantId, end.at, callId, end.reason] });
}

/** The windows that are open on an extension, as programs get them. */
export async function windowsOn(where: WindowsOf, extension: string): Promise<ScreenWindow[]> {
  return (await selectOpen(where, { extension })).map(({ id, callId, callerNumber, openedAt, caller }) => ({
    id,
    extension,
    callId,
    callerNumber,
    openedAt: openedAt.toISOString(),
    caller: shownCaller.parse(caller),
  }));
}

/** Open windows of every tenant, those whose call has ended, or that were opened before an instant. */
export async function selectLeftOpen(
  db: Database,
  openedBefore: Date,
): Promise<{ tenantId: number; window: number; reason: CloseReason }[]> {
  const open = await openWindows(db).select('tenant_id as tenantId').execute();
  const callIds = open.map(({ callId }) => callId ?? '').filter(isUuid);
  const ended = await endedCalls(db, callIds);
  const left: { tenantId: number; window: number; reason: CloseReason }[] = [];
  for (const { tenantId, id: window, callId, openedAt } of open) {
    if (ended.has(`${tenantId}/${callId}`)) left.push({ tenantId, window, reason: 'call_ended' });
    else if (openedAt < openedBefore) left.push({ tenantId, window, reason: 'expired' });
  }
  return left;
}

async function endedCalls(db: Database, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .selectFrom('call')
    .select(['tenant_id', 'id'])
    .where('id', 'in', ids)
    .where('ended_at', 'is not', null)
    .execute();
  return new Set(rows.map((row) => `${row.tenant_id}/${row.id}`));
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** Forgets windows that were closed before an instant. */
export async function dropClosed(db: Database, before: Date): Promise<void> {
  await db.deleteFrom('screen_window').where('closed_at', '<', before).execute();
}
