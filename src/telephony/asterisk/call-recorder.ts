import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import type { CallRecorder } from '../port.ts';
import type { AriAddress } from './ari-connection.ts';
import { AriHttp } from './ari-http.ts';
import type { CallControl } from './call-control.ts';
import { throwUnlessGone } from './clean-up.ts';
import { snoopChannelId } from './names.ts';
import type { OpenRecordings } from './open-recordings.ts';

/** What is heard from the caller, and what the caller hears. */
const sides = [
  { side: 'in', file: 'caller' },
  { side: 'out', file: 'other' },
] as const;

/** What Asterisk tells of within milliseconds; events are lost with a connection. */
const arrivalMs = 500;
const endMs = 5_000;
const pollMs = 20;

/** A side that this process began to record. */
interface BegunSide {
  readonly over: Promise<void>;
  isOver: boolean;
}

interface Parts {
  readonly address: AriAddress;
  readonly application: string;
  readonly control: CallControl;
  readonly recordings: OpenRecordings;
  readonly clock: Clock;
}

/**
 * Records each side by a channel of its own that hears it and makes a frame each 20 ms whatever the telephone sends, so that
 * both files keep step; a bridge's own recording would be one track of both. Four requests a talk: that a channel is there, and
 * that a recording is over, is heard rather than asked.
 */
export function createCallRecorder({ address, application, control, recordings, clock }: Parts): CallRecorder {
  const ari = new AriHttp(address);
  const nameOf = (name: string, side: string) => `${name}-${side}`;
  const begun = new Map<string, BegunSide>();

  /** @returns whether it happened in time */
  async function within(ms: number, happened: Promise<void>): Promise<boolean> {
    const over = new AbortController();
    const late = clock.sleep(ms, over.signal).then(
      () => false,
      () => true,
    );
    const inTime = await Promise.race([happened.then(() => true), late]);
    // Without a reason it would make an error with a stack.
    over.abort('happened');
    return inTime;
  }

  async function startSide(channelId: string, name: string, side: 'in' | 'out'): Promise<void> {
    const [snoopId, recordingName] = [snoopChannelId(name, side), nameOf(name, side)];
    const arrival = recordings.arrivalOf(snoopId);
    try {
      await control.tell('POST /channels/{channelId}/snoop/{snoopId}', {
        path: { channelId, snoopId },
        query: { spy: side, app: application, appArgs: 'recording' },
      });
      await within(arrivalMs, arrival);
    } finally {
      recordings.arrived(snoopId);
    }
    const begunSide: BegunSide = { over: recordings.follow(recordingName, snoopId), isOver: false };
    void begunSide.over.then(() => (begunSide.isOver = true));
    begun.set(recordingName, begunSide);
    try {
      await control.tell('POST /channels/{channelId}/record', {
        path: { channelId: snoopId },
        query: { name: recordingName, format: 'wav', ifExists: 'overwrite' },
      });
    } catch (error) {
      recordings.ended(recordingName);
      begun.delete(recordingName);
      throw error;
    }
  }

  async function isRecording(recordingName: string): Promise<boolean> {
    try {
      await control.ask('GET /recordings/live/{recordingName}', { path: { recordingName } });
      return true;
    } catch (error) {
      throwUnlessGone(error);
      return false;
    }
  }

  async function endSide(name: string, side: 'in' | 'out'): Promise<void> {
    const recordingName = nameOf(name, side);
    const known = begun.get(recordingName);
    begun.delete(recordingName);
    // With its caller it ends by itself.
    if (known?.isOver === true) return;
    const path = { channelId: snoopChannelId(name, side) };
    await control.tell('DELETE /channels/{channelId}', { path, query: {} }).catch(throwUnlessGone);
    if (known !== undefined && (await within(endMs, known.over))) return;
    for (let waitedMs = 0; await isRecording(recordingName); waitedMs += pollMs) {
      if (waitedMs >= endMs) throw new AppError('telephony_unavailable', 'Asterisk did not end a recording in time.');
      await clock.sleep(pollMs);
    }
  }

  async function fetch(recordingName: string, into: string): Promise<void> {
    await mkdir(dirname(into), { recursive: true, mode: 0o700 });
    await pipeline(await ari.file(recordingName), createWriteStream(into, { mode: 0o600 }));
  }

  return {
    async start(channelId, name) {
      await Promise.all(sides.map(({ side }) => startSide(channelId, name, side)));
    },
    async mute(name, muted) {
      const operation = muted
        ? ('POST /recordings/live/{recordingName}/mute' as const)
        : ('DELETE /recordings/live/{recordingName}/mute' as const);
      for (const { side } of sides) {
        await control.tell(operation, { path: { recordingName: nameOf(name, side) } }).catch(throwUnlessGone);
      }
    },
    async finish(name, into) {
      await Promise.all(sides.map(({ side }) => endSide(name, side)));
      const { recordingsFolder } = address;
      if (recordingsFolder !== undefined) {
        const at = (side: string) => join(recordingsFolder, `${nameOf(name, side)}.wav`);
        return { caller: at('in'), other: at('out') };
      }
      for (const { side, file } of sides) await fetch(nameOf(name, side), into[file]);
      return into;
    },
    async discard(name, files) {
      if (address.recordingsFolder === undefined) {
        for (const { side } of sides) {
          await ari
            .ask('DELETE /recordings/stored/{recordingName}', { path: { recordingName: nameOf(name, side) } })
            .catch(throwUnlessGone);
        }
      }
      await Promise.all([files.caller, files.other].map((path) => rm(path, { force: true })));
    },
  };
}
