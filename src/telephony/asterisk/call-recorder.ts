import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import type { CallRecorder } from '../port.ts';
import type { AriAddress } from './ari-connection.ts';
import { AriHttp } from './ari-http.ts';
import { isGone } from './call-control.ts';
import { snoopChannelId } from './names.ts';

/** What is heard from the caller, and what the caller hears. */
const sides = [
  { side: 'in', file: 'caller' },
  { side: 'out', file: 'other' },
] as const;

/** Steps of Asterisk that take a moment are asked for until they are there. */
const pollMs = 20;
const mostPolls = 250;

interface Parts {
  readonly address: AriAddress;
  readonly application: string;
  readonly clock: Clock;
}

/**
 * Records over ARI, off the event socket. Each side is heard by a channel of its own, which makes a frame each 20 ms whatever
 * the telephone sends, so that both files keep step; a bridge's own recording would be one track of both.
 */
export function createCallRecorder({ address, application, clock }: Parts): CallRecorder {
  const ari = new AriHttp(address);
  const nameOf = (name: string, side: string) => `${name}-${side}`;

  async function poll(done: () => Promise<boolean>, what: string): Promise<void> {
    for (let i = 0; i < mostPolls; i++) {
      if (await done()) return;
      await clock.sleep(pollMs);
    }
    throw new AppError('telephony_unavailable', `Asterisk did not ${what} in time.`);
  }

  async function startSide(channelId: string, name: string, side: 'in' | 'out'): Promise<void> {
    const snoopId = snoopChannelId(name, side);
    await ari.ask('POST /channels/{channelId}/snoop/{snoopId}', {
      path: { channelId, snoopId },
      query: { spy: side, app: application, appArgs: 'recording' },
    });
    // It has to enter our application first.
    await poll(async () => {
      try {
        await ari.ask('POST /channels/{channelId}/record', {
          path: { channelId: snoopId },
          query: { name: nameOf(name, side), format: 'wav', ifExists: 'overwrite' },
        });
        return true;
      } catch (error) {
        if (error instanceof AppError && error.code === 'conflict') return false;
        throw error;
      }
    }, 'record a channel');
  }

  async function isRecording(name: string): Promise<boolean> {
    try {
      await ari.ask('GET /recordings/live/{recordingName}', { path: { recordingName: name } });
      return true;
    } catch (error) {
      throwUnlessGone(error);
      return false;
    }
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
        await ari.ask(operation, { path: { recordingName: nameOf(name, side) } }).catch(throwUnlessGone);
      }
    },
    async finish(name, into) {
      for (const { side, file } of sides) {
        const path = { channelId: snoopChannelId(name, side) };
        await ari.ask('DELETE /channels/{channelId}', { path, query: {} }).catch(throwUnlessGone);
        await poll(async () => !(await isRecording(nameOf(name, side))), 'end a recording');
        await pipeline(await ari.file(nameOf(name, side)), createWriteStream(into[file], { mode: 0o600 }));
      }
    },
    async discard(name) {
      for (const { side } of sides) {
        await ari
          .ask('DELETE /recordings/stored/{recordingName}', { path: { recordingName: nameOf(name, side) } })
          .catch(throwUnlessGone);
      }
    },
  };
}

function throwUnlessGone(error: unknown): void {
  if (!isGone(error)) throw error;
}
