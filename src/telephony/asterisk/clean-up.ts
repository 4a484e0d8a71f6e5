import type { AriConnection } from './ari-connection.ts';
import type { AsteriskPlayback } from './asterisk-playback.ts';
import { isGone } from './call-control.ts';
import { normalClearing } from './hang-up-cause.ts';
import { playbackId, playbackNames } from './names.ts';

/** Hangs a channel up; one that is gone already is as good. */
export async function discard(connection: AriConnection, channelId: string): Promise<void> {
  await connection
    .tell('DELETE /channels/{channelId}', { path: { channelId }, query: { reason_code: String(normalClearing) } })
    .catch(throwUnlessGone);
}

/** Takes a bridge away, after the caller who is left in it was taken out. */
export async function removeBridge(
  connection: AriConnection,
  bridgeId: string,
  callerId: string | undefined,
): Promise<void> {
  const path = { bridgeId };
  if (callerId !== undefined) {
    await connection
      .tell('POST /bridges/{bridgeId}/removeChannel', { path, query: { channel: [callerId] } })
      .catch(throwUnlessGone);
  }
  await connection.tell('DELETE /bridges/{bridgeId}', { path }).catch(throwUnlessGone);
}

/**
 * Stops what a process before us plays to a caller: what we play would wait behind it, and keys would not end it.
 * @returns the turn from which playback names are free
 */
export async function hush(connection: AriConnection, callerId: string): Promise<number> {
  const turns = Array.from({ length: playbackNames }, (_, turn) => turn);
  const wasPlaying = await Promise.all(
    turns.map(async (turn) => {
      try {
        await connection.tell('DELETE /playbacks/{playbackId}', {
          path: { playbackId: playbackId(callerId, turn) },
        });
        return true;
      } catch (error) {
        throwUnlessGone(error);
        return false;
      }
    }),
  );
  // Asterisk still has to say that those have ended: the first name after them is the last to be theirs again.
  const free = turns.find((turn) => !wasPlaying[turn] && wasPlaying.at(turn - 1) === true);
  return free ?? 0;
}

/** Ends playbacks whose end was told while nobody listened. */
export async function checkPlaybacks(
  connection: AriConnection,
  playbacks: ReadonlyMap<string, AsteriskPlayback>,
): Promise<void> {
  for (const playback of [...playbacks.values()].filter((candidate) => candidate.accepted)) {
    try {
      await connection.ask('GET /playbacks/{playbackId}', { path: { playbackId: playback.id } });
    } catch (error) {
      throwUnlessGone(error);
      playback.end('completed');
    }
  }
}

/** Lets an error pass unless it says that what was acted on is gone. */
export function throwUnlessGone(error: unknown): void {
  if (!isGone(error)) throw error;
}
