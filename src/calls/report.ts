import { sql } from 'kysely';
import type { Database } from '../storage/database.ts';
import { direction, endReason } from './schemas.ts';
import type { ReportedCall, ReportRange } from './service.ts';

const reported = [
  'call.id',
  'call.serial',
  'call.uniqueid',
  'call.request_id',
  'call.direction',
  'call.started_at',
  'call.answered_at',
  'call.ended_at',
  'call.end_reason',
  'call.hang_up_cause',
  'call.caller_number',
  'call.dialled',
  'call.answered_by',
  'call.protocols',
  'call.ring_ms',
  'call.wait_ms',
  'call.talk_ms',
  'call.flow',
  'tenant.name as tenant',
] as const;

/**
 * Calls that ended in a range, the oldest end first. A second is never split: what a page cannot hold whole begins the
 * next one; only a second that holds more than a page comes whole.
 */
export async function readReport(db: Database, tenantId: number, range: ReportRange): Promise<ReportedCall[]> {
  const { from, until, limit } = range;
  const rows = await callsThatEnded(db, tenantId, from, until)
    .limit(limit + 1)
    .execute();
  if (rows.length <= limit) return rows.map(reportedCall);
  const cut = secondOf(rows[limit]?.ended_at);
  const whole = rows.filter((row) => secondOf(row.ended_at) < cut);
  if (whole.length > 0) return whole.map(reportedCall);
  const crowded = await callsThatEnded(db, tenantId, new Date(cut), new Date(cut + 1_000)).execute();
  return crowded.map(reportedCall);
}

/** A call that ended, by what a program was given for asking for it, by its unique id, or by its number in reports. */
export async function findReported(db: Database, tenantId: number, id: string): Promise<ReportedCall | undefined> {
  const row = await reportedCalls(db, tenantId)
    .where('call.ended_at', 'is not', null)
    .where((eb) =>
      eb.or([
        eb('call.request_id', '=', id),
        eb('call.uniqueid', '=', id),
        ...(/^\d{1,15}$/.test(id) ? [eb('call.serial', '=', Number(id))] : []),
      ]),
    )
    .orderBy('call.serial', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : reportedCall(row);
}

function callsThatEnded(db: Database, tenantId: number, from: Date, until: Date) {
  return reportedCalls(db, tenantId)
    .where('call.ended_at', '>=', from)
    .where('call.ended_at', '<', until)
    .orderBy('call.ended_at')
    .orderBy('call.serial');
}

function reportedCalls(db: Database, tenantId: number) {
  return db
    .selectFrom('call')
    .innerJoin('tenant', 'tenant.id', 'call.tenant_id')
    .select(reported)
    .select((eb) => [
      eb
        .selectFrom('trunk')
        .whereRef('trunk.tenant_id', '=', 'call.tenant_id')
        .whereRef('trunk.id', '=', 'call.trunk_id')
        .select('trunk.name')
        .as('trunk'),
      // Of a call that was in no queue nothing is looked for.
      sql<number | null>`case when call.queue is not null then (
        select round(extract(epoch from sum(q.left_at - q.entered_at)) * 1000)::float8 from queue_call as q
        where q.tenant_id = call.tenant_id and q.call_id = call.id) end`.as('queue_ms'),
    ])
    .where('call.tenant_id', '=', tenantId);
}

type ReportedRow = Awaited<ReturnType<ReturnType<typeof reportedCalls>['execute']>>[number];

function secondOf(instant: Date | null | undefined): number {
  return Math.floor((instant?.getTime() ?? 0) / 1_000) * 1_000;
}

function reportedCall(row: ReportedRow): ReportedCall {
  return {
    id: row.id,
    serial: String(row.serial),
    uniqueid: row.uniqueid,
    requestId: row.request_id,
    direction: direction.parse(row.direction),
    startedAt: row.started_at,
    answeredAt: row.answered_at,
    endedAt: row.ended_at ?? row.started_at,
    endReason: endReason.nullable().parse(row.end_reason),
    hangUpCause: row.hang_up_cause,
    callerNumber: row.caller_number,
    dialled: row.dialled,
    answeredBy: row.answered_by,
    protocols: row.protocols,
    ringMs: row.ring_ms ?? 0,
    waitMs: row.wait_ms ?? 0,
    talkMs: row.talk_ms ?? 0,
    trunk: row.trunk,
    flow: row.flow,
    queueMs: row.queue_ms,
    tenant: row.tenant,
  };
}
