import type { Database } from '../storage/database.ts';
import type { BoxKey } from './files.ts';

/** A mailbox as it is stored; one that nobody set is as one that is off. */
export interface StoredBox {
  readonly extension: string;
  readonly enabled: boolean;
  readonly email: string | null;
  readonly pinHash: string | null;
  readonly newMessages: number;
  readonly oldMessages: number;
}

/** A message that is being left, or was when a process was killed. */
export interface OpenMessage extends BoxKey {
  readonly id: string;
  readonly callId: string;
  readonly callerNumber: string;
  readonly startedAt: Date;
}

/** A message that is kept. */
export interface KeptMessage extends OpenMessage {
  readonly durationMs: number;
  readonly bytes: number;
  readonly heardAt: Date | null;
}

const openColumns = [
  'tenant_id as tenantId',
  'id',
  'extension',
  'call_id as callId',
  'caller_number as callerNumber',
  'started_at as startedAt',
] as const;

/** Mailboxes and messages in PostgreSQL. */
export function createVoicemailStore(db: Database) {
  /** Of all extensions of a tenant, or of one. */
  async function boxes(tenantId: number, extension?: string): Promise<StoredBox[]> {
    const rows = await db
      .selectFrom('extension as e')
      .leftJoin('voicemail_box as b', (join) =>
        join.onRef('b.tenant_id', '=', 'e.tenant_id').onRef('b.extension', '=', 'e.number'),
      )
      .leftJoin('voicemail_message as m', (join) =>
        join
          .onRef('m.tenant_id', '=', 'e.tenant_id')
          .onRef('m.extension', '=', 'e.number')
          .on('m.state', '=', 'stored'),
      )
      .select(['e.number', 'b.enabled', 'b.email', 'b.pin_hash'])
      .select((eb) => [eb.fn.count('m.id').as('messages'), eb.fn.count('m.heard_at').as('heard')])
      .where('e.tenant_id', '=', tenantId)
      .$if(extension !== undefined, (query) => query.where('e.number', '=', extension ?? ''))
      .groupBy(['e.number', 'b.enabled', 'b.email', 'b.pin_hash'])
      .orderBy('e.number')
      .execute();
    return rows.map((row) => ({
      extension: row.number,
      enabled: row.enabled ?? false,
      email: row.email,
      pinHash: row.pin_hash,
      newMessages: Number(row.messages) - Number(row.heard),
      oldMessages: Number(row.heard),
    }));
  }

  /** Changes what is given, of an extension that there is. */
  async function change(
    { tenantId, extension }: BoxKey,
    settings: { enabled?: boolean; email?: string | null; pin_hash?: string | null },
  ): Promise<void> {
    const row = { tenant_id: tenantId, extension, ...settings };
    await db
      .insertInto('voicemail_box')
      .values(row)
      .onConflict((conflict) => conflict.columns(['tenant_id', 'extension']).doUpdateSet(row))
      .execute();
  }

  async function begin({ tenantId, id, extension, callId, callerNumber, startedAt }: OpenMessage): Promise<void> {
    const row = { tenant_id: tenantId, id, extension, call_id: callId, caller_number: callerNumber };
    await db
      .insertInto('voicemail_message')
      .values({ ...row, state: 'recording', started_at: startedAt })
      .execute();
  }

  /** Those that are not over as far as is known, of all tenants; or the one of a call. */
  function open(callId?: string): Promise<OpenMessage[]> {
    return db
      .selectFrom('voicemail_message')
      .select(openColumns)
      .where('state', '=', 'recording')
      .$if(callId !== undefined, (query) => query.where('call_id', '=', callId ?? ''))
      .execute();
  }

  async function keep({ tenantId, id }: OpenMessage, durationMs: number, bytes: number): Promise<void> {
    await db
      .updateTable('voicemail_message')
      .set({ state: 'stored', duration_ms: durationMs, bytes })
      .where('tenant_id', '=', tenantId)
      .where('id', '=', id)
      .execute();
  }

  /** The messages of a mailbox, the oldest first. */
  async function messages({ tenantId, extension }: BoxKey): Promise<KeptMessage[]> {
    const rows = await db
      .selectFrom('voicemail_message')
      .select([...openColumns, 'duration_ms', 'bytes', 'heard_at'])
      .where('tenant_id', '=', tenantId)
      .where('extension', '=', extension)
      .where('state', '=', 'stored')
      .orderBy('started_at')
      .execute();
    return rows.map(({ duration_ms: durationMs, bytes, heard_at: heardAt, ...row }) => ({
      ...row,
      durationMs: durationMs ?? 0,
      bytes: bytes ?? 0,
      heardAt,
    }));
  }

  /** @returns whether there was such a message */
  async function remove({ tenantId, extension }: BoxKey, id: string): Promise<boolean> {
    const { numDeletedRows } = await db
      .deleteFrom('voicemail_message')
      .where('tenant_id', '=', tenantId)
      .where('extension', '=', extension)
      .where('id', '=', id)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  }

  async function heard({ tenantId, extension }: BoxKey, id: string, at: Date): Promise<void> {
    await db
      .updateTable('voicemail_message')
      .set({ heard_at: at })
      .where('tenant_id', '=', tenantId)
      .where('extension', '=', extension)
      .where('id', '=', id)
      .where('heard_at', 'is', null)
      .execute();
  }

  /** Messages whose tenant's days are over, or whose extension is gone. */
  async function outlived(now: Date): Promise<OpenMessage[]> {
    const rows = await db
      .selectFrom('voicemail_message as m')
      .innerJoin('tenant as t', 't.id', 'm.tenant_id')
      .leftJoin('extension as e', (join) =>
        join.onRef('e.tenant_id', '=', 'm.tenant_id').onRef('e.number', '=', 'm.extension'),
      )
      .select(['m.tenant_id as tenantId', 'm.id', 'm.extension', 'm.call_id as callId'])
      .select(['m.caller_number as callerNumber', 'm.started_at as startedAt'])
      .select(['t.voicemail_days as days', 'e.number'])
      .where('m.state', '=', 'stored')
      .execute();
    return rows.filter((row) => row.number === null || row.startedAt.getTime() < now.getTime() - row.days * 86_400_000);
  }

  return { boxes, change, begin, open, keep, messages, remove, heard, outlived };
}

export type VoicemailStore = ReturnType<typeof createVoicemailStore>;
