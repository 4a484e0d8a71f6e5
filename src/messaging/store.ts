import { sql } from 'kysely';
import type { Database } from '../storage/database.ts';

export type Channel = 'email' | 'sms';

export interface OutboxContent {
  readonly subject?: string;
  readonly text: string;
  readonly html?: string;
  readonly attachments?: readonly {
    readonly filename: string;
    readonly contentType: string;
    readonly content: string;
  }[];
}

export interface NewMessage {
  readonly tenantId: number;
  readonly dedupeKey: string;
  readonly channel: Channel;
  readonly recipient: string;
  /** Messages with one key are sent one after the other, at a pace. */
  readonly paceKey: string;
  readonly content: OutboxContent;
  readonly at: Date;
}

export interface OutboxMessage extends Omit<NewMessage, 'at' | 'dedupeKey'> {
  readonly id: number;
  /** This one included. */
  readonly attempts: number;
  readonly createdAt: Date;
  /** Until then nobody else takes it. */
  readonly leaseUntil: Date;
}

export interface DeadLetter {
  readonly id: number;
  readonly channel: Channel;
  readonly recipient: string;
  readonly attempts: number;
  readonly lastError: string;
  readonly createdAt: Date;
}

/** Messages on their way out, of all tenants; what a person asks for takes the tenant. */
export function createOutboxStore(db: Database) {
  /** Keeps a message, once per tenant and dedupe key. */
  async function enqueue(message: NewMessage): Promise<void> {
    const { tenantId, dedupeKey, channel, recipient, paceKey, content, at } = message;
    await db
      .insertInto('outbox')
      .values({
        tenant_id: tenantId,
        dedupe_key: dedupeKey,
        channel,
        recipient,
        pace_key: paceKey,
        state: 'pending',
        content: JSON.stringify(content),
        next_attempt_at: at,
        created_at: at,
      })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'dedupe_key']).doNothing())
      .execute();
  }

  /** Takes due messages, also those whose taker died, and keeps others from them until the lease ends. */
  async function claim(now: Date, leaseUntil: Date, limit: number): Promise<OutboxMessage[]> {
    const due = db
      .selectFrom('outbox')
      .select(['tenant_id', 'id'])
      .where('state', 'in', ['pending', 'sending'])
      .where('next_attempt_at', '<=', now)
      .orderBy('next_attempt_at')
      .limit(limit)
      .forUpdate()
      .skipLocked();
    const rows = await db
      .with('due', () => due)
      .updateTable('outbox')
      .from('due')
      .whereRef('outbox.tenant_id', '=', 'due.tenant_id')
      .whereRef('outbox.id', '=', 'due.id')
      .set({ state: 'sending', attempts: sql`outbox.attempts + 1`, next_attempt_at: leaseUntil })
      .returningAll('outbox')
      .execute();
    return rows
      .map((row) => ({
        tenantId: row.tenant_id,
        id: row.id,
        channel: row.channel as Channel,
        recipient: row.recipient,
        paceKey: row.pace_key,
        content: row.content as unknown as OutboxContent,
        attempts: row.attempts,
        createdAt: row.created_at,
        leaseUntil,
      }))
      .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || a.id - b.id);
  }

  /** The row of a message while its lease is ours. */
  const leased = (message: OutboxMessage) =>
    db
      .updateTable('outbox')
      .where('tenant_id', '=', message.tenantId)
      .where('id', '=', message.id)
      .where('state', '=', 'sending')
      .where('next_attempt_at', '=', message.leaseUntil);

  /** It went out; what it said is not kept. */
  async function sent(message: OutboxMessage, at: Date): Promise<void> {
    await leased(message).set({ state: 'sent', sent_at: at, content: '{}', last_error: null }).execute();
  }

  async function retry(message: OutboxMessage, at: Date, error: string): Promise<void> {
    await leased(message).set({ state: 'pending', next_attempt_at: at, last_error: error }).execute();
  }

  /** Gives it back untried. */
  async function putBack(message: OutboxMessage, at: Date): Promise<void> {
    await leased(message)
      .set({ state: 'pending', next_attempt_at: at, attempts: message.attempts - 1 })
      .execute();
  }

  /** It is not tried any more, and kept for a person to decide. */
  async function bury(message: OutboxMessage, error: string): Promise<void> {
    await leased(message).set({ state: 'dead', last_error: error }).execute();
  }

  /** What could not be delivered, the latest first. */
  async function deadLetters(tenantId: number, limit = 100): Promise<DeadLetter[]> {
    const query = db.selectFrom('outbox').selectAll().where('tenant_id', '=', tenantId).where('state', '=', 'dead');
    const rows = await query.orderBy('id', 'desc').limit(limit).execute();
    return rows.map((row) => ({
      id: row.id,
      channel: row.channel as Channel,
      recipient: row.recipient,
      attempts: row.attempts,
      lastError: row.last_error ?? '',
      createdAt: row.created_at,
    }));
  }

  /** Tries a dead letter again. @returns false when there is no such dead letter. */
  async function revive(tenantId: number, id: number, now: Date): Promise<boolean> {
    const result = await db
      .updateTable('outbox')
      .set({ state: 'pending', attempts: 0, next_attempt_at: now, created_at: now })
      .where('tenant_id', '=', tenantId)
      .where('id', '=', id)
      .where('state', '=', 'dead')
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }

  return { enqueue, claim, sent, retry, putBack, bury, deadLetters, revive };
}

export type OutboxStore = ReturnType<typeof createOutboxStore>;
