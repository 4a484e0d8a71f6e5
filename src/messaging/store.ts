import { type Selectable, sql } from 'kysely';
import type { Database } from '../storage/database.ts';
import { prepared } from '../storage/prepared.ts';
import type { DB } from '../storage/tables.generated.ts';

export type Channel = 'email' | 'sms' | 'push';

export interface OutboxContent {
  readonly subject?: string;
  readonly text: string;
  readonly html?: string;
  readonly link?: string;
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

/** How many messages, how many of one lane, and the lanes (`<channel> <pace key>`) of which none. */
export interface Claim {
  readonly limit: number;
  readonly perLane: number;
  readonly exceptLanes: readonly string[];
}

export interface DeadLetterRow {
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

  /**
   * Takes due messages, also those whose taker died, and keeps others from them until the lease ends: the earliest of each
   * lane (channel and pace key), so that a slow lane with thousands before it does not keep the others waiting.
   */
  async function claim(now: Date, leaseUntil: Date, of: Claim): Promise<OutboxMessage[]> {
    // Asked each second, and nearly always there is nothing: planning what follows takes longer than this.
    const due = await sql`${prepared}
      select from outbox where state in ('pending', 'sending') and next_attempt_at <= ${now} limit 1`.execute(db);
    if (due.rows.length === 0) return [];
    const { rows } = await sql<Selectable<DB['outbox']>>`
      with candidate as (
        select tenant_id, id, row_number() over (partition by channel, pace_key order by next_attempt_at, id) as place
          from outbox
         where state in ('pending', 'sending') and next_attempt_at <= ${now}
           and channel || ' ' || pace_key <> all (${of.exceptLanes}::text[])
      ), due as (
        select o.tenant_id, o.id
          from outbox o join candidate c on c.tenant_id = o.tenant_id and c.id = o.id
         where c.place <= ${of.perLane} and o.state in ('pending', 'sending') and o.next_attempt_at <= ${now}
         order by c.place, o.next_attempt_at
         limit ${of.limit}
           for update of o skip locked
      )
      update outbox o set state = 'sending', attempts = o.attempts + 1, next_attempt_at = ${leaseUntil}
        from due where o.tenant_id = due.tenant_id and o.id = due.id
      returning o.*`.execute(db);
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
  async function deadLetters(tenantId: number, limit: number): Promise<DeadLetterRow[]> {
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

  /** Gives up a dead letter; what it said is not kept. @returns false when there is no such dead letter. */
  async function discard(tenantId: number, id: number): Promise<boolean> {
    const result = await db
      .updateTable('outbox')
      .set({ state: 'discarded', content: '{}' })
      .where('tenant_id', '=', tenantId)
      .where('id', '=', id)
      .where('state', '=', 'dead')
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }

  /** Forgets what was sent or discarded and is older than an instant. @returns how many messages */
  async function purge(before: Date): Promise<number> {
    const result = await db
      .deleteFrom('outbox')
      .where('state', 'in', ['sent', 'discarded'])
      .where('created_at', '<', before)
      .executeTakeFirst();
    return Number(result.numDeletedRows);
  }

  return { enqueue, claim, sent, retry, putBack, bury, deadLetters, revive, discard, purge };
}

export type OutboxStore = ReturnType<typeof createOutboxStore>;
