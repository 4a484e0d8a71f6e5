import type { Selectable } from 'kysely';
import type { Database } from '../storage/database.ts';
import type { DB } from '../storage/tables.generated.ts';
import { direction, endReason } from './schemas.ts';
import type { ReportedCall, ReportRange } from './service.ts';

const reported = [
  'id',
  'serial',
  'uniqueid',
  'request_id',
  'direction',
  'started_at',
  'answered_at',
  'ended_at',
  'end_reason',
  'hang_up_cause',
  'caller_number',
  'dialled',
  'answered_by',
  'protocols',
  'ring_ms',
  'wait_ms',
  'talk_ms',
  'trunk_id',
  'flow',
  'queue',
  'queue_ms',
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
  const row = await db
    .selectFrom('call')
    .select(reported)
    .where('tenant_id', '=', tenantId)
    .where('ended_at', 'is not', null)
    .where((eb) =>
      eb.or([
        eb('request_id', '=', id),
        eb('uniqueid', '=', id),
        ...(/^\d{1,15}$/.test(id) ? [eb('serial', '=', Number(id))] : []),
      ]),
    )
    .orderBy('serial', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : reportedCall(row);
}

function callsThatEnded(db: Database, tenantId: number, from: Date, until: Date) {
  return db
    .selectFrom('call')
    .select(reported)
    .where('tenant_id', '=', tenantId)
    .where('ended_at', '>=', from)
    .where('ended_at', '<', until)
    .orderBy('ended_at')
    .orderBy('serial');
}

function secondOf(instant: Date | null | undefined): number {
  return Math.floor((instant?.getTime() ?? 0) / 1_000) * 1_000;
}

function reportedCall(row: Pick<Selectable<DB['call']>, (typeof reported)[number]>): ReportedCall {
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
    trunkId: row.trunk_id,
    flow: row.flow,
    queue: row.queue,
    queueMs: row.queue_ms,
  };
}
