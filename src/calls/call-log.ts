import type { Pool } from 'pg';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Database } from '../storage/database.ts';
import type { LegRow } from './leg.ts';
import { LiveCall } from './live-call.ts';
import { PhonesInCalls } from './phones-in-calls.ts';
import { findReported, readReport } from './report.ts';
import type { CallLog, LiveCallView, LiveLeg, OpenCall } from './service.ts';
import { detailOf, readCall, readCalls, readOpenCalls, writeCalls } from './store.ts';

interface Parts {
  readonly db: Database;
  /** Of the same database, for the one statement that every step of every call needs. */
  readonly pool: Pool;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
}

/**
 * Pause between two writes while calls go on: changes of many calls share one statement, and a busy machine commits at
 * most fifty times a second. A process that is killed loses this much.
 */
const writePauseMs = 20;
const retryPauseMs = 250;
const longestFlushMs = 3_000;
/** An act that a caller did not wait for may still have a protocol to be noted: longer than any act and its locks take. */
const lateNotesMs = 60_000;

/** The call log over PostgreSQL; see `CallLog` for what it promises. */
export function createCallLog({ db, pool, clock, ids, logger }: Parts): CallLog {
  const live = new Map<string, LiveCall>();
  const byChannel = new Map<string, LiveCall>();
  const phones = new PhonesInCalls();
  const dirty = new Set<LiveCall>();
  /** Stored to their end, and remembered for a while. */
  const endedCalls = new Set<LiveCall>();
  let isWriting = false;
  /** How many changes were said, and how many of them, from the first on, are stored. */
  let said = 0;
  let stored = 0;
  let waiting: { readonly upTo: number; readonly resolve: () => void }[] = [];

  function changed(call: LiveCall): void {
    said += 1;
    phones.follow(call);
    dirty.add(call);
    if (!isWriting) void writeAll();
  }

  /** Goes on while anything is said, which on a busy day is always. Never rejects. */
  async function writeAll(): Promise<void> {
    isWriting = true;
    while (dirty.size > 0) {
      await clock.sleep(writePauseMs);
      const upTo = said;
      const batch = [...dirty];
      dirty.clear();
      if (await write(batch)) tellStored(upTo);
      else await clock.sleep(retryPauseMs);
    }
    isWriting = false;
  }

  function tellStored(upTo: number): void {
    stored = upTo;
    for (const flush of waiting) if (flush.upTo <= stored) flush.resolve();
    waiting = waiting.filter((flush) => flush.upTo > stored);
  }

  /** Stores a batch; one that the database refuses for its content is stored call by call, so that one bad row harms no other. */
  async function write(batch: readonly LiveCall[]): Promise<boolean> {
    const taken = batch.map((call) => ({ call, rows: call.takeDirty() }));
    try {
      await writeCalls(
        pool,
        taken.flatMap(({ rows }) => rows.row ?? []),
        taken.flatMap(({ rows }) => rows.steps),
        taken.flatMap(({ rows }) => rows.legs),
        taken.flatMap(({ call, rows }) => rows.given.map((channelId) => ({ ...keyOf(call), channel_id: channelId }))),
      );
    } catch (error) {
      if (isContentError(error) && batch.length > 1) {
        for (const { call, rows } of taken) call.giveBack(rows);
        const stored = await Promise.all(batch.map((call) => write([call])));
        return stored.every(Boolean);
      }
      if (isContentError(error)) {
        logger.error({ err: error, call: batch[0]?.row.id }, 'a row of the call log was refused and is lost');
        return true;
      }
      for (const { call, rows } of taken) {
        call.giveBack(rows);
        dirty.add(call);
      }
      logger.warn({ err: error, calls: dirty.size }, 'the call log waits for the database');
      return false;
    }
    for (const { call } of taken) if (call.ended && !dirty.has(call)) endedCalls.add(call);
    forgetOldCalls();
    return true;
  }

  function forgetOldCalls(): void {
    const before = clock.now().getTime() - lateNotesMs;
    for (const call of endedCalls) {
      // In the order in which they were stored.
      if (Date.parse(call.row.ended_at ?? '') > before) return;
      endedCalls.delete(call);
      live.delete(call.row.id);
      for (const { channel_id: id } of call.legs) if (byChannel.get(id) === call) byChannel.delete(id);
    }
  }

  function remember(call: LiveCall): void {
    live.set(call.row.id, call);
    phones.follow(call);
    byChannel.set(call.row.channel_id, call);
    for (const leg of call.legs) byChannel.set(leg.channel_id, call);
  }

  function change(callId: string, apply: (call: LiveCall) => void): void {
    const call = live.get(callId);
    if (call === undefined) return logger.warn({ call: callId }, 'a change of a call that has ended was ignored');
    apply(call);
    changed(call);
  }

  async function flush(): Promise<void> {
    if (stored < said) await new Promise<void>((resolve) => waiting.push({ upTo: said, resolve }));
  }

  /** @throws AppError `database_unavailable` when nothing could be stored for so long that whoever asks has better be told */
  async function flushSoon(): Promise<void> {
    const late = new AbortController();
    const waited = clock.sleep(longestFlushMs, late.signal).then(
      () => true,
      () => false,
    );
    const isLate = await Promise.race([flush().then(() => false), waited]);
    late.abort();
    if (isLate) throw new AppError('database_unavailable', 'The database does not take the call log now.');
  }

  return {
    open(call) {
      const known = byChannel.get(call.channelId);
      if (known !== undefined) return known.row.id;
      const begun = LiveCall.begin(ids.uuid(), call);
      remember(begun);
      changed(begun);
      return begun.row.id;
    },
    move(openedOn, channelId) {
      const call = byChannel.get(openedOn);
      if (call === undefined || call.ended) return undefined;
      call.move(channelId);
      byChannel.set(channelId, call);
      changed(call);
      return call.row.id;
    },
    goOnWith: (callId, channelId) =>
      change(callId, (call) => {
        call.goOnWith(channelId, clock.now());
        byChannel.set(channelId, call);
      }),
    step: (callId, { left, entered }) => change(callId, (call) => call.step(left, entered)),
    leg(change) {
      const call = byChannel.get(change.callerId);
      if (call === undefined) return;
      const before = change.kind === 'placed' ? byChannel.get(change.legId) : undefined;
      const given = before === call ? undefined : before?.give(change.legId, change.at);
      if (before !== undefined && given !== undefined) {
        call.take(given);
        changed(before);
      }
      call.leg(change);
      if (change.kind === 'placed') byChannel.set(change.legId, call);
      changed(call);
    },
    note: (callId, facts) => change(callId, (call) => call.note(facts)),
    close: (callId, { reason, cause, at }) => change(callId, (call) => call.close(reason, cause, at)),
    flush,
    async openCalls() {
      for (const { row, legs, position, openStep } of await readOpenCalls(db)) {
        if (!live.has(row.id)) remember(new LiveCall(row, legs, openStep, position));
      }
      return [...live.values()].filter((call) => !call.ended).map(openCallOf);
    },
    openCallOn(channelId) {
      const call = byChannel.get(channelId);
      return call === undefined || call.ended ? undefined : openCallOf(call);
    },
    tenantOn: (channelId) => byChannel.get(channelId)?.row.tenant_id,
    phones: (tenantId) => phones.of(tenantId),
    live: (tenantId) =>
      [...live.values()].filter((call) => !call.ended && call.row.tenant_id === tenantId).map(liveViewOf),
    async report(tenantId, range) {
      await flushSoon();
      return readReport(pool, tenantId, range);
    },
    async findReported(tenantId, id) {
      await flushSoon();
      return findReported(pool, tenantId, id);
    },
    list: (tenantId, page) => readCalls(db, tenantId, page),
    async find(tenantId, callId) {
      const call = live.get(callId);
      // All that there is of a call that has been in no menu.
      if (call?.row.tenant_id === tenantId && !call.hasSteps) return detailOf(call.row, call.legs, []);
      await flushSoon();
      return readCall(db, tenantId, callId);
    },
  };
}

function keyOf({ row }: LiveCall): { tenant_id: number; call_id: string } {
  return { tenant_id: row.tenant_id, call_id: row.id };
}

function openCallOf({ row, legs }: LiveCall): OpenCall {
  const open = legs.filter((leg) => leg.channel_id !== row.channel_id && leg.ended_at === null);
  return {
    id: row.id,
    channelId: row.channel_id,
    tenantId: row.tenant_id,
    dialled: row.dialled,
    startedAt: new Date(row.started_at),
    flowState: row.flow_state ?? undefined,
    openLegs: open.map((leg) => leg.channel_id),
    talkingLegs: open.filter((leg) => leg.role === 'placed' && leg.answered_at !== null).map((leg) => leg.channel_id),
  };
}

function liveViewOf({ row, legs }: LiveCall): LiveCallView {
  return {
    id: row.id,
    channelId: row.channel_id,
    uniqueid: row.uniqueid,
    direction: row.direction,
    startedAt: new Date(row.started_at),
    callerNumber: row.caller_number,
    dialled: row.dialled,
    answeredBy: row.answered_by,
    trunkId: row.trunk_id,
    queue: row.queue,
    json1: row.json1,
    json2: row.json2,
    json3: row.json3,
    legs: legs
      .filter((leg) => leg.ended_at === null)
      .map((leg) => ({ channelId: leg.channel_id, role: leg.role, number: leg.number, state: stateOf(leg) })),
  };
}

function stateOf(leg: LegRow): LiveLeg['state'] {
  if (leg.held_at !== null) return 'held';
  if (leg.answered_at !== null) return 'up';
  return leg.ringing_at === null ? 'calling' : 'ringing';
}

/** PostgreSQL's classes 22 (bad data) and 23 (broken constraint): trying again cannot help. */
function isContentError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^2[23]/.test(String(error.code));
}
