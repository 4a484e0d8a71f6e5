import type { Selectable } from 'kysely';
import type { Pool } from 'pg';
import type { Database } from '../storage/database.ts';
import type { DB } from '../storage/tables.generated.ts';
import type { LegRow } from './leg.ts';
import type { CallRow, StepRow } from './live-call.ts';
import { type CallDetail, type CallSummary, direction, endReason } from './schemas.ts';

/**
 * Writes many rows of many calls, all or none. Rows that are there already are brought up to date, so writing again after
 * a lost answer changes nothing.
 */
export async function writeCalls(
  pool: Pool,
  calls: readonly CallRow[],
  steps: readonly StepRow[],
  legs: readonly LegRow[],
  given: readonly Pick<LegRow, 'tenant_id' | 'call_id' | 'channel_id'>[],
): Promise<void> {
  await pool.query({ ...writing, values: [calls, steps, legs, given].map((rows) => JSON.stringify(rows)) });
}

/**
 * $1 rows of calls, $2 of steps, $3 of legs, $4 legs that another call has now. One statement, named: as a transaction of two it took four ways to the
 * database and back for each change, and a third of PostgreSQL's time for a call (docs/benchmarks.md).
 */
const writing = {
  name: 'calls_write',
  text: `
  with written as (
    insert into call (tenant_id, id, channel_id, uniqueid, request_id, direction, started_at, answered_at, ended_at,
      end_reason, hang_up_cause, caller_number, dialled, answered_by, subscriber_id, contract_id, protocols, json1, json2, json3,
      flow_state, ring_ms, wait_ms, talk_ms, hold_ms, trunk_id, flow, queue)
    select * from json_to_recordset($1::json) as r (tenant_id integer, id uuid, channel_id text, uniqueid text,
      request_id text, direction text, started_at timestamptz, answered_at timestamptz, ended_at timestamptz, end_reason text,
      hang_up_cause integer, caller_number text, dialled text, answered_by text, subscriber_id text, contract_id text,
      protocols text[], json1 text, json2 text, json3 text, flow_state jsonb, ring_ms integer, wait_ms integer,
      talk_ms integer, hold_ms integer, trunk_id integer, flow text, queue text)
    on conflict (tenant_id, id) do update set channel_id = excluded.channel_id, answered_at = excluded.answered_at, ended_at = excluded.ended_at,
      end_reason = excluded.end_reason, hang_up_cause = excluded.hang_up_cause, answered_by = excluded.answered_by,
      subscriber_id = excluded.subscriber_id, contract_id = excluded.contract_id, protocols = excluded.protocols,
      json1 = excluded.json1, json2 = excluded.json2, json3 = excluded.json3, flow_state = excluded.flow_state,
      ring_ms = excluded.ring_ms, wait_ms = excluded.wait_ms, talk_ms = excluded.talk_ms, hold_ms = excluded.hold_ms,
      trunk_id = excluded.trunk_id, flow = excluded.flow, queue = excluded.queue),
  stepped as (
    insert into call_step (tenant_id, call_id, position, flow, node, kind, entered_at, left_at, exit, digits)
    select * from json_to_recordset($2::json) as r (tenant_id integer, call_id uuid, position integer, flow text,
      node text, kind text, entered_at timestamptz, left_at timestamptz, exit text, digits text)
    on conflict (tenant_id, call_id, position) do update set left_at = excluded.left_at, exit = excluded.exit,
      digits = excluded.digits),
  given as (
    delete from call_leg using json_to_recordset($4::json) as g (tenant_id integer, call_id uuid, channel_id text)
    where call_leg.tenant_id = g.tenant_id and call_leg.call_id = g.call_id and call_leg.channel_id = g.channel_id)
  insert into call_leg (tenant_id, call_id, channel_id, role, number, started_at, ringing_at, answered_at, ended_at,
    cause, held_at, hold_ms, charged_to, charged_kind, charged_number)
  select * from json_to_recordset($3::json) as r (tenant_id integer, call_id uuid, channel_id text, role text,
    number text, started_at timestamptz, ringing_at timestamptz, answered_at timestamptz, ended_at timestamptz,
    cause integer, held_at timestamptz, hold_ms integer, charged_to text, charged_kind text, charged_number text)
  on conflict (tenant_id, call_id, channel_id) do update set role = excluded.role, ringing_at = excluded.ringing_at,
    answered_at = excluded.answered_at, ended_at = excluded.ended_at, cause = excluded.cause,
    held_at = excluded.held_at, hold_ms = excluded.hold_ms`,
};

/** Every call without an end, each with its legs, its last step's position and that step if it is still open. */
export async function readOpenCalls(
  db: Database,
): Promise<{ row: CallRow; legs: LegRow[]; position: number; openStep: StepRow | undefined }[]> {
  const rows = await db.selectFrom('call').selectAll().where('ended_at', 'is', null).execute();
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  // As they came: the caller's first.
  const legs = await db
    .selectFrom('call_leg')
    .selectAll()
    .where('call_id', 'in', ids)
    .orderBy('started_at')
    .orderBy('role')
    .execute();
  const steps = await db
    .selectFrom('call_step')
    .selectAll()
    .distinctOn(['tenant_id', 'call_id'])
    .where('call_id', 'in', ids)
    .orderBy('tenant_id')
    .orderBy('call_id')
    .orderBy('position', 'desc')
    .execute();
  const last = new Map(steps.map((step) => [`${step.tenant_id}/${step.call_id}`, step]));
  return rows.map((row) => {
    const step = last.get(`${row.tenant_id}/${row.id}`);
    return {
      row: rowOf(row),
      legs: legs.filter((leg) => leg.tenant_id === row.tenant_id && leg.call_id === row.id).map(legOf),
      position: step?.position ?? 0,
      openStep:
        step === undefined || step.left_at !== null
          ? undefined
          : { ...step, entered_at: step.entered_at.toISOString(), left_at: null },
    };
  });
}

/** One page of the log, the newest first; `before` is the id of the last row of the page before. */
export async function readCalls(
  db: Database,
  tenantId: number,
  page: { readonly limit: number; readonly before?: string },
): Promise<CallSummary[]> {
  let query = db.selectFrom('call').selectAll().where('tenant_id', '=', tenantId);
  const before = page.before;
  if (before !== undefined) {
    query = query.where((eb) =>
      eb(
        eb.refTuple('started_at', 'id'),
        '<',
        eb
          .selectFrom('call')
          .select(['started_at', 'id'])
          .where('tenant_id', '=', tenantId)
          .where('id', '=', before)
          .$asTuple('started_at', 'id'),
      ),
    );
  }
  const rows = await query.orderBy('started_at', 'desc').orderBy('id', 'desc').limit(page.limit).execute();
  return rows.map((row) => summaryOf(rowOf(row)));
}

/** One call with all its steps. */
export async function readCall(db: Database, tenantId: number, callId: string): Promise<CallDetail | undefined> {
  const row = await db
    .selectFrom('call')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('id', '=', callId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const steps = await db
    .selectFrom('call_step')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('call_id', '=', callId)
    .orderBy('position')
    .execute();
  const legs = await db
    .selectFrom('call_leg')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('call_id', '=', callId)
    .orderBy('started_at')
    .orderBy('channel_id')
    .execute();
  const told = steps.map((step) => ({
    position: step.position,
    flow: step.flow,
    node: step.node,
    kind: step.kind,
    enteredAt: step.entered_at.toISOString(),
    leftAt: step.left_at?.toISOString() ?? null,
    exit: step.exit,
    digits: step.digits,
  }));
  return detailOf(rowOf(row), legs.map(legOf), told);
}

/** A call as programs get it. */
export function detailOf(row: CallRow, legs: readonly LegRow[], steps: CallDetail['steps']): CallDetail {
  return {
    ...summaryOf(row),
    legs: legs.map((leg) => ({
      channelId: leg.channel_id,
      role: leg.role,
      number: leg.number,
      startedAt: leg.started_at,
      ringingAt: leg.ringing_at,
      answeredAt: leg.answered_at,
      endedAt: leg.ended_at,
      cause: leg.cause,
      holdMs: leg.hold_ms,
    })),
    steps,
  };
}

function legOf(leg: Selectable<DB['call_leg']>): LegRow {
  return {
    ...leg,
    role: leg.role === 'caller' ? 'caller' : 'placed',
    started_at: leg.started_at.toISOString(),
    ringing_at: leg.ringing_at?.toISOString() ?? null,
    answered_at: leg.answered_at?.toISOString() ?? null,
    ended_at: leg.ended_at?.toISOString() ?? null,
    held_at: leg.held_at?.toISOString() ?? null,
  };
}

function rowOf(row: Selectable<DB['call']>): CallRow {
  return {
    ...row,
    direction: direction.parse(row.direction),
    started_at: row.started_at.toISOString(),
    answered_at: row.answered_at?.toISOString() ?? null,
    ended_at: row.ended_at?.toISOString() ?? null,
    end_reason: endReason.nullable().parse(row.end_reason),
    flow_state: row.flow_state as CallRow['flow_state'],
  };
}

function summaryOf(row: CallRow): CallSummary {
  return {
    id: row.id,
    channelId: row.channel_id,
    uniqueid: row.uniqueid,
    direction: row.direction,
    startedAt: row.started_at,
    answeredAt: row.answered_at,
    endedAt: row.ended_at,
    endReason: row.end_reason,
    hangUpCause: row.hang_up_cause,
    ringMs: row.ring_ms,
    waitMs: row.wait_ms,
    talkMs: row.talk_ms,
    holdMs: row.hold_ms,
    callerNumber: row.caller_number,
    dialled: row.dialled,
    answeredBy: row.answered_by,
    subscriberId: row.subscriber_id,
    contractId: row.contract_id,
    protocols: row.protocols,
    json1: row.json1,
    json2: row.json2,
    json3: row.json3,
  };
}
