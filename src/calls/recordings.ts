import { Counter, type Registry } from 'prom-client';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Database } from '../storage/database.ts';
import type { CallRecorder, LegChange } from '../telephony/port.ts';
import type { ObjectStore } from './object-store.ts';
import type { RecordingFiles } from './recording-files.ts';
import { recordingName } from './recording-name.ts';
import { createRecordingRules } from './recording-rules.ts';
import { createRecordingShelf } from './recording-shelf.ts';
import {
  addRecording,
  addSilence,
  type OpenRecording,
  openRecordings,
  recordingRuns,
  recordingStored,
  setRecordingState,
  silencesOf,
} from './recording-store.ts';
import type { CallLog, LiveCallView, Recordings } from './service.ts';
import { type Stretch, silence, silencedByKey } from './silence.ts';

interface Parts {
  readonly db: Database;
  /** Where stored ones go; undefined: they stay in the home. */
  readonly archive: ObjectStore | undefined;
  readonly recorder: CallRecorder;
  readonly files: RecordingFiles;
  readonly callLog: Pick<CallLog, 'live' | 'openCallOn' | 'flush'>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly tenantId: number;
  readonly timeZone: string;
  /** So many bytes stay free for everything else: below that nothing is recorded. */
  readonly reserveBytes: number;
}

/** A recording that goes on, and what is being done with it, one thing after the other. */
interface Entry {
  readonly callId: string;
  recording: OpenRecording | undefined;
  /** What is not to be heard of it and is not stored yet, the oldest first. */
  readonly silent: Stretch[];
  work: Promise<void>;
}

/** The recordings of a tenant's talks. No failure of theirs reaches a call: it goes on unrecorded, with an alarm. */
export async function createRecordings(parts: Parts): Promise<Recordings> {
  const { db, recorder, files, callLog, clock, ids, logger, tenantId, timeZone } = parts;
  const alarms = alarmsOf(parts.metrics);
  const rules = await createRecordingRules(db, tenantId);
  /** By leg. */
  const open = new Map<string, Entry>();

  function lost(reason: 'disk_full' | 'failed', error: unknown, call: string): void {
    alarms.inc({ reason });
    logger.error({ err: error, call, reason }, 'a talk goes on, or went on, without a recording');
  }

  async function begin(call: LiveCallView, legId: string, extension: string): Promise<OpenRecording | undefined> {
    const free = await files.free();
    if (free < parts.reserveBytes) {
      lost('disk_full', new AppError('disk_full', `Only ${free} bytes are free for recordings.`), call.id);
      return undefined;
    }
    const startedAt = clock.now();
    const ours = call.direction === 'inbound' ? extension : call.callerNumber;
    const number = call.direction === 'inbound' ? call.callerNumber : call.dialled;
    const { uniqueid, direction } = call;
    const name = recordingName({ startedAt, direction, number, extension: ours, uniqueid }, timeZone);
    const wanted = { tenantId, name, callId: call.id, legId, spoolName: `rec-${ids.uuid()}` };
    await callLog.flush();
    const recording = { ...wanted, name: await addRecording(db, wanted, startedAt) };
    try {
      await recorder.start(call.channelId, recording.spoolName);
      await recordingRuns(db, recording, clock.now());
      return recording;
    } catch (error) {
      await setRecordingState(db, recording, 'failed');
      throw error;
    }
  }

  async function finish(recording: OpenRecording): Promise<void> {
    try {
      const sides = await recorder.finish(recording.spoolName, files.sides(recording.spoolName));
      const silent = await silencesOf(db, recording);
      for (const side of [sides.caller, sides.other]) await silence(side, silent);
      const stored = await files.store(recording.tenantId, recording.name, sides);
      await recordingStored(db, recording, stored, clock.now());
      await recorder.discard(recording.spoolName, sides);
    } catch (error) {
      lost('failed', error, recording.callId);
      await setRecordingState(db, recording, 'failed');
    }
  }

  function start(call: LiveCallView, legId: string, extension: string): Promise<void> {
    const entry: Entry = { callId: call.id, recording: undefined, silent: [], work: Promise.resolve() };
    open.set(legId, entry);
    entry.work = (async () => {
      try {
        entry.recording = await begin(call, legId, extension);
      } catch (error) {
        lost('failed', error, call.id);
      }
      if (entry.recording === undefined) open.delete(legId);
    })();
    return entry.work;
  }

  function stop(legId: string): Promise<void> {
    const entry = open.get(legId);
    if (entry === undefined) return Promise.resolve();
    open.delete(legId);
    return endOf(entry).catch((error: unknown) => lost('failed', error, legId));
  }

  async function endOf(entry: Entry): Promise<void> {
    await entry.work;
    await rememberSilence(entry);
    if (entry.recording !== undefined) await finish(entry.recording);
  }

  async function rememberSilence({ recording, silent }: Entry): Promise<void> {
    if (recording === undefined) return;
    while (silent[0] !== undefined) {
      await addSilence(db, recording, silent[0]);
      silent.shift();
    }
  }

  /** The talk of a call that goes on. @throws AppError `not_found` without one */
  function talkOf(callId: string): { call: LiveCallView; legId: string; extension: string } {
    const call = callLog.live(tenantId).find((one) => one.id === callId);
    const leg = call?.legs.find((one) => one.role === 'placed' && (one.state === 'up' || one.state === 'held'));
    if (call === undefined || leg === undefined) throw new AppError('not_found', 'Nobody talks in this call now.');
    return { call, legId: leg.channelId, extension: leg.number };
  }

  return {
    ...createRecordingShelf(parts),
    legChanged(change: LegChange) {
      if (change.kind === 'ended') void stop(change.legId);
      if (change.kind !== 'answered' || change.legId === change.callerId) return;
      if (rules.isEmpty || open.has(change.legId)) return;
      const isLeg = (one: { channelId: string; role: string }) =>
        one.channelId === change.legId && one.role === 'placed';
      const call = callLog.live(tenantId).find(({ legs }) => legs.some(isLeg));
      const leg = call?.legs.find(isLeg);
      if (call === undefined || leg === undefined || !rules.covers(call, leg.number)) return;
      void start(call, leg.channelId, leg.number);
    },
    keyed({ callerId, at, heldMs }) {
      const callId = callLog.openCallOn(callerId)?.id;
      for (const entry of open.values()) {
        if (entry.callId !== callId) continue;
        entry.silent.push(silencedByKey({ at, heldMs }));
        entry.work = entry.work
          .then(() => rememberSilence(entry))
          .catch((error: unknown) => logger.warn({ err: error, call: callId }, 'keyed digits are noted later'));
      }
    },
    async reconcile() {
      for (const { callEnded, ...recording } of await openRecordings(db, tenantId)) {
        if (open.has(recording.legId)) continue;
        if (callEnded) await finish(recording);
        else open.set(recording.legId, { callId: recording.callId, recording, silent: [], work: Promise.resolve() });
      }
    },
    liveName: (callId) => [...open.values()].find(({ recording }) => recording?.callId === callId)?.recording?.name,
    async begin(callId) {
      const { call, legId, extension } = talkOf(callId);
      if (!open.has(legId)) await start(call, legId, extension);
      const name = open.get(legId)?.recording?.name;
      if (name === undefined) throw new AppError('disk_full', 'It cannot be recorded now: see the log.');
      return name;
    },
    async mute(callId, muted) {
      const recording = open.get(talkOf(callId).legId)?.recording;
      if (recording === undefined) throw new AppError('not_found', 'This call is not being recorded.');
      await recorder.mute(recording.spoolName, muted);
      await setRecordingState(db, recording, muted ? 'paused' : 'running');
    },
    rules,
  };
}

/** One for all tenants. */
function alarmsOf(metrics: Registry): Counter<'reason'> {
  const name = 'uirapuru_recordings_lost_total';
  const known = metrics.getSingleMetric(name) as Counter<'reason'> | undefined;
  if (known !== undefined) return known;
  const help = 'Talks that should have been recorded and were not, by reason';
  return new Counter({ name, help, labelNames: ['reason'], registers: [metrics] });
}
