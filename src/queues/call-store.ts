import type { Database } from '../storage/database.ts';

export type QueueOutcome = 'answered' | 'abandoned' | 'overflowed' | 'callback' | 'lost';
export type OverflowReason = 'max_wait' | 'max_length' | 'closed' | 'no_agents' | 'key' | 'moved';

/** A row of `queue_call`: one caller in one queue. */
export interface QueueCall {
  readonly id: string;
  readonly callId: string;
  readonly queue: string;
  readonly priority: number;
  readonly enteredAt: Date;
  /** Since when the caller has waited who was moved here from another queue; null: since `enteredAt`. */
  readonly waitedSince: Date | null;
  readonly leftAt: Date | null;
  readonly outcome: QueueOutcome | null;
  readonly reason: OverflowReason | null;
  readonly agentId: number | null;
  readonly extension: string | null;
  readonly talkedUntil: Date | null;
  readonly ringMs: number | null;
  readonly offers: number;
}

/** Some dozens for each of many queues; each counts a tenth less than the one after it. */
const mostLastTalks = 2_000;

/** A row of `queue_callback`. */
export interface QueueCallback {
  /** Of the row in which the caller waited. */
  readonly id: string;
  /** The call in which the caller waited. */
  readonly askedIn: string;
  readonly queue: string;
  /** E.164. */
  readonly number: string;
  readonly priority: number;
  readonly since: Date;
  readonly state: 'waiting' | 'ringing' | 'calling' | 'done' | 'failed';
  readonly tries: number;
  readonly notBefore: Date;
  readonly callId: string | null;
  readonly agentId: number | null;
  readonly endedAt: Date | null;
}

/** Brings a row up to date, or makes it. Written again, it changes nothing. */
export async function writeQueueCall(db: Database, tenantId: number, call: QueueCall): Promise<void> {
  const now = {
    call_id: call.callId,
    left_at: call.leftAt,
    outcome: call.outcome,
    reason: call.reason,
    agent_id: call.agentId,
    extension: call.extension,
    talked_until: call.talkedUntil,
    ring_ms: call.ringMs,
    offers: call.offers,
  };
  const { id, queue, priority, enteredAt: entered_at, waitedSince: waited_since } = call;
  await db
    .insertInto('queue_call')
    .values({ tenant_id: tenantId, id, queue, priority, entered_at, waited_since, ...now })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet(now))
    .execute();
}

/** Who waited or talked when the process ended. */
export async function readOpenQueueCalls(db: Database, tenantId: number): Promise<QueueCall[]> {
  const rows = await db
    .selectFrom('queue_call')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where((eb) =>
      eb.or([eb('left_at', 'is', null), eb.and([eb('outcome', '=', 'answered'), eb('talked_until', 'is', null)])]),
    )
    .execute();
  return rows.map((row) => ({
    id: row.id,
    callId: row.call_id,
    queue: row.queue,
    priority: row.priority,
    enteredAt: row.entered_at,
    waitedSince: row.waited_since,
    leftAt: row.left_at,
    outcome: row.outcome as QueueOutcome | null,
    reason: row.reason as OverflowReason | null,
    agentId: row.agent_id,
    extension: row.extension,
    talkedUntil: row.talked_until,
    ringMs: row.ring_ms,
    offers: row.offers,
  }));
}

/** Whether a call was answered by way of a queue since an instant. */
export async function readWasAnswered(db: Database, tenantId: number, callId: string, since: Date): Promise<boolean> {
  const row = await db
    .selectFrom('queue_call')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('call_id', '=', callId)
    .where('outcome', '=', 'answered')
    .where('left_at', '>=', since)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** A talk by way of a queue that is over. */
export type PastTalk = Pick<QueueCall, 'queue' | 'leftAt' | 'talkedUntil' | 'ringMs'>;

/** The last talks of all queues, the oldest first: as many as can still tell what is expected of the next. */
export async function readLastTalks(db: Database, tenantId: number): Promise<PastTalk[]> {
  const rows = await db
    .selectFrom('queue_call')
    .select(['queue', 'left_at', 'talked_until', 'ring_ms'])
    .where('tenant_id', '=', tenantId)
    .where('outcome', '=', 'answered')
    .where('talked_until', 'is not', null)
    .orderBy('entered_at', 'desc')
    .limit(mostLastTalks)
    .execute();
  return rows
    .map((row) => ({ queue: row.queue, leftAt: row.left_at, talkedUntil: row.talked_until, ringMs: row.ring_ms }))
    .toReversed();
}

export async function writeCallback(db: Database, tenantId: number, callback: QueueCallback): Promise<void> {
  const now = {
    state: callback.state,
    tries: callback.tries,
    not_before: callback.notBefore,
    call_id: callback.callId,
    agent_id: callback.agentId,
    ended_at: callback.endedAt,
  };
  const { id: queue_call_id, queue, number, priority, since } = callback;
  await db
    .insertInto('queue_callback')
    .values({ tenant_id: tenantId, queue_call_id, queue, number, priority, since, ...now })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'queue_call_id']).doUpdateSet(now))
    .execute();
}

/** Who is still to be called back. */
export async function readOpenCallbacks(db: Database, tenantId: number): Promise<QueueCallback[]> {
  const rows = await db
    .selectFrom('queue_callback as b')
    .innerJoin('queue_call as c', (join) =>
      join.onRef('c.tenant_id', '=', 'b.tenant_id').onRef('c.id', '=', 'b.queue_call_id'),
    )
    .selectAll('b')
    .select('c.call_id as asked_in')
    .where('b.tenant_id', '=', tenantId)
    .where('b.ended_at', 'is', null)
    .execute();
  return rows.map((row) => ({
    id: row.queue_call_id,
    askedIn: row.asked_in,
    queue: row.queue,
    number: row.number,
    priority: row.priority,
    since: row.since,
    state: row.state as QueueCallback['state'],
    tries: row.tries,
    notBefore: row.not_before,
    callId: row.call_id,
    agentId: row.agent_id,
    endedAt: null,
  }));
}

/** The note that a caller gave for the last talk by way of a queue; the first one stays. Without such a talk, none is kept. */
export async function writeSurvey(
  db: Database,
  tenantId: number,
  { callId, score, at }: { readonly callId: string; readonly score: number; readonly at: Date },
): Promise<void> {
  await db
    .insertInto('survey_answer')
    .columns(['tenant_id', 'call_id', 'queue', 'agent_id', 'score', 'answered_at'])
    .expression((eb) =>
      eb
        .selectFrom('queue_call')
        .select(['tenant_id', 'call_id', 'queue', 'agent_id', eb.val(score).as('score'), eb.val(at).as('at')])
        .where('tenant_id', '=', tenantId)
        .where('call_id', '=', callId)
        .where('outcome', '=', 'answered')
        .orderBy('entered_at', 'desc')
        .limit(1),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
