import type { Pool } from 'pg';
import type { Direction, EndReason } from './schemas.ts';
import type { ReportedCall, ReportRange } from './service.ts';

/**
 * Columns of a call as reports tell of it. Instants come as milliseconds: 500 rows of three timestamps took pg longer to read
 * than PostgreSQL to find.
 */
const columns = `c.id, c.serial, c.uniqueid, c.request_id as "requestId", c.direction,
  extract(epoch from c.started_at)::float8 * 1000 as "startedMs",
  extract(epoch from c.answered_at)::float8 * 1000 as "answeredMs",
  extract(epoch from c.ended_at)::float8 * 1000 as "endedMs",
  c.end_reason as "endReason", c.hang_up_cause as "hangUpCause", c.caller_number as "callerNumber", c.dialled,
  c.answered_by as "answeredBy", c.protocols, coalesce(c.ring_ms, 0) as "ringMs", coalesce(c.wait_ms, 0) as "waitMs",
  coalesce(c.talk_ms, 0) as "talkMs", c.flow, tenant.name as tenant,
  (select name from trunk where trunk.tenant_id = c.tenant_id and trunk.id = c.trunk_id) as trunk,
  -- Of a call that was in no queue nothing is looked for.
  case when c.queue is not null then (
    select round(extract(epoch from sum(q.left_at - q.entered_at)) * 1000)::float8 from queue_call as q
    where q.tenant_id = c.tenant_id and q.call_id = c.id) end as "queueMs"`;
const reportedCalls = `select ${columns} from call as c join tenant on tenant.id = c.tenant_id`;

interface ReportedRow extends Omit<ReportedCall, 'serial' | 'direction' | 'startedAt' | 'answeredAt' | 'endedAt'> {
  readonly serial: number;
  readonly direction: Direction;
  readonly endReason: EndReason | null;
  readonly startedMs: number;
  readonly answeredMs: number | null;
  readonly endedMs: number;
}

/**
 * Calls that ended in a range, the oldest end first. A second is never split: what a page cannot hold whole begins the
 * next one; only a second that holds more than a page comes whole.
 */
export async function readReport(pool: Pool, tenantId: number, range: ReportRange): Promise<ReportedCall[]> {
  const { from, until, limit } = range;
  const rows = await callsThatEnded(pool, tenantId, from, until, limit + 1);
  if (rows.length <= limit) return rows.map(reportedCall);
  const cut = secondOf(rows[limit]?.endedMs ?? 0);
  const whole = rows.filter((row) => secondOf(row.endedMs) < cut);
  if (whole.length > 0) return whole.map(reportedCall);
  return (await callsThatEnded(pool, tenantId, new Date(cut), new Date(cut + 1_000))).map(reportedCall);
}

/** A call that ended, by what a program was given for asking for it, by its unique id, or by its number in reports. */
export async function findReported(pool: Pool, tenantId: number, id: string): Promise<ReportedCall | undefined> {
  const serial = /^\d{1,15}$/.test(id) ? Number(id) : null;
  const { rows } = await pool.query<ReportedRow>({
    name: 'call_reported',
    text: `${reportedCalls} where c.tenant_id = $1 and c.ended_at is not null
      and (c.request_id = $2 or c.uniqueid = $2 or c.serial = $3) order by c.serial desc limit 1`,
    values: [tenantId, id, serial],
  });
  return rows[0] === undefined ? undefined : reportedCall(rows[0]);
}

/** @param most all of them when left out */
async function callsThatEnded(
  pool: Pool,
  tenantId: number,
  from: Date,
  until: Date,
  most: number | null = null,
): Promise<ReportedRow[]> {
  const { rows } = await pool.query<ReportedRow>({
    name: 'calls_reported',
    text: `${reportedCalls} where c.tenant_id = $1 and c.ended_at >= $2 and c.ended_at < $3
      order by c.ended_at, c.serial limit $4`,
    values: [tenantId, from, until, most],
  });
  return rows;
}

function secondOf(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000;
}

function reportedCall({ startedMs, answeredMs, endedMs, serial, ...row }: ReportedRow): ReportedCall {
  return {
    ...row,
    serial: String(serial),
    startedAt: new Date(startedMs),
    answeredAt: answeredMs === null ? null : new Date(answeredMs),
    endedAt: new Date(endedMs),
  };
}
