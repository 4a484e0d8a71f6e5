import { Counter, type Registry } from 'prom-client';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Database } from '../storage/database.ts';
import type { CallRecorder, LegChange } from '../telephony/port.ts';
import type { ObjectStore } from './object-store.ts';
import {
  extensionsIn,
  guestOf,
  isCallsOwn,
  namedAfter,
  type Talk,
  talkBetween,
  talkOfCaller,
} from './recorded-talk.ts';
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
import type { CallLog, Recordings } from './service.ts';
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
  /** The two in the talk; it is the first one's channel that is recorded. */
  readonly callerId: string;
  readonly legId: string;
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
  const open = new Set<Entry>();
  /** Channels whose every talk is recorded from now on, wherever they are sent: the rule was their trunk's or their queue's. */
  const whole = new Set<string>();

  function lost(reason: 'disk_full' | 'failed', error: unknown, call: string): void {
    alarms.inc({ reason });
    logger.error({ err: error, call, reason }, 'a talk goes on, or went on, without a recording');
  }

  async function begin(talk: Talk): Promise<OpenRecording | undefined> {
    const { call, leg } = talk;
    const free = await files.free();
    if (free < parts.reserveBytes) {
      lost('disk_full', new AppError('disk_full', `Only ${free} bytes are free for recordings.`), call.id);
      return undefined;
    }
    const startedAt = clock.now();
    const name = recordingName({ ...namedAfter(talk), startedAt }, timeZone);
    const wanted = { tenantId, name, callId: call.id, legId: leg.channelId, spoolName: `rec-${ids.uuid()}` };
    await callLog.flush();
    const recording = { ...wanted, name: await addRecording(db, wanted, startedAt) };
    try {
      await recorder.start(talk.callerId, recording.spoolName);
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

  function start(talk: Talk): Entry {
    const { call, callerId, leg } = talk;
    const parties = { callId: call.id, callerId, legId: leg.channelId };
    const entry: Entry = { ...parties, recording: undefined, silent: [], work: Promise.resolve() };
    open.add(entry);
    entry.work = (async () => {
      try {
        entry.recording = await begin(talk);
      } catch (error) {
        lost('failed', error, call.id);
      }
      if (entry.recording === undefined) open.delete(entry);
    })();
    return entry;
  }

  /** Ends those that this is true of. */
  function stop(isOver: (entry: Entry) => boolean): void {
    for (const entry of open) {
      if (!isOver(entry)) continue;
      open.delete(entry);
      endOf(entry).catch((error: unknown) => lost('failed', error, entry.callId));
    }
  }

  /** Whether a rule wants a talk to be recorded. */
  function isWanted(talk: Talk): boolean {
    const isWhole =
      (isCallsOwn(talk) && rules.coversCall(talk.call)) || whole.has(talk.callerId) || whole.has(talk.leg.channelId);
    if (isWhole) whole.add(guestOf(talk));
    return isWhole || extensionsIn(talk).some((extension) => rules.coversExtension(extension));
  }

  /** Two talk to each other from now on. */
  function talks(parties: Pick<LegChange, 'callerId' | 'legId'>): void {
    const { callerId, legId } = parties;
    const both = [callerId, legId];
    // Taken apart for a while, and together again.
    if ([...open].some((entry) => both.includes(entry.callerId) && both.includes(entry.legId))) return;
    // By a transfer one of them has left another talk for this one; who only asks somebody else goes back to it.
    stop((entry) => both.includes(entry.callerId) || entry.legId === legId);
    if (rules.isEmpty && whole.size === 0) return;
    const talk = talkBetween(callLog.live(tenantId), parties);
    if (talk !== undefined && isWanted(talk)) void start(talk);
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
  function talkOf(callId: string): Talk {
    const call = callLog.live(tenantId).find((one) => one.id === callId);
    const talk = call === undefined ? undefined : talkOfCaller(call);
    if (talk === undefined) throw new AppError('not_found', 'Nobody talks in this call now.');
    return talk;
  }

  /** Those of a call, the latest last. */
  function entriesOf(callId: string): Entry[] {
    return [...open].filter((entry) => entry.callId === callId);
  }

  return {
    ...createRecordingShelf(parts),
    legChanged(change: LegChange) {
      const { kind, callerId, legId } = change;
      if (kind === 'answered' && legId !== callerId) talks(change);
      if (kind !== 'ended') return;
      whole.delete(legId);
      stop((entry) => entry.legId === legId || entry.callerId === legId);
    },
    keyed({ callerId, at, heldMs }) {
      const callId = callLog.openCallOn(callerId)?.id;
      if (callId === undefined) return;
      for (const entry of entriesOf(callId)) {
        entry.silent.push(silencedByKey({ at, heldMs }));
        entry.work = entry.work
          .then(() => rememberSilence(entry))
          .catch((error: unknown) => logger.warn({ err: error, call: callId }, 'keyed digits are noted later'));
      }
    },
    async reconcile() {
      for (const { callEnded, ...recording } of await openRecordings(db, tenantId)) {
        const { callId, legId } = recording;
        if ([...open].some((entry) => entry.legId === legId)) continue;
        if (callEnded) {
          await finish(recording);
          continue;
        }
        const callerId = callLog.live(tenantId).find(({ id }) => id === callId)?.channelId ?? '';
        open.add({ callId, callerId, legId, recording, silent: [], work: Promise.resolve() });
        const talk = talkBetween(callLog.live(tenantId), { callerId, legId });
        if (talk !== undefined && rules.coversCall(talk.call)) whole.add(guestOf(talk));
      }
    },
    liveName: (callId) => entriesOf(callId).findLast(({ recording }) => recording !== undefined)?.recording?.name,
    async begin(callId) {
      const talk = talkOf(callId);
      const entry = entriesOf(callId).find(({ legId }) => legId === talk.leg.channelId) ?? start(talk);
      await entry.work;
      const name = entry.recording?.name;
      if (name === undefined) throw new AppError('disk_full', 'It cannot be recorded now: see the log.');
      return name;
    },
    async mute(callId, muted) {
      talkOf(callId);
      const recordings = entriesOf(callId).flatMap(({ recording }) => recording ?? []);
      if (recordings.length === 0) throw new AppError('not_found', 'This call is not being recorded.');
      for (const recording of recordings) {
        await recorder.mute(recording.spoolName, muted);
        await setRecordingState(db, recording, muted ? 'paused' : 'running');
      }
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
