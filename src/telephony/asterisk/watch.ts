import type { WatchRequest } from '../port.ts';
import type { AsteriskChannel } from './asterisk-channel.ts';
import { isGone } from './call-control.ts';
import { hangUp } from './hang-up.ts';
import { watchBridgeId, watchSnoopId } from './names.ts';
import type { RingSurroundings } from './ring.ts';

/** Into which directions of the watched side's channel a supervisor speaks: `out` is what its phone hears. */
const whispers = { listen: 'none', whisper: 'out', barge: 'both' } as const;

/** See `Telephony.watch`. The talk itself is left as it is, so that whatever becomes of the supervisor does nothing to it. */
export async function watch(
  watcher: AsteriskChannel | undefined,
  { mode, extension }: WatchRequest,
  caller: AsteriskChannel | undefined,
  around: RingSurroundings,
): Promise<boolean> {
  const talk = caller?.talk;
  if (watcher === undefined || caller === undefined || talk === undefined) return false;
  const { control, application, logger } = around;
  // Who is at the extension may be the one who called.
  const watched = talk.extension === extension ? talk.legId : caller.id;
  const over = Promise.race([
    talk.ended,
    new Promise((resolve) => watcher.gone.addEventListener('abort', resolve, { once: true })),
  ]);
  const bridgeId = watchBridgeId(watcher.id);
  const snoopId = watchSnoopId(watcher.id);
  try {
    const query = { spy: 'both', whisper: whispers[mode], app: application };
    await control.tell('POST /channels/{channelId}/snoop/{snoopId}', { path: { channelId: watched, snoopId }, query });
    await control.tell('POST /bridges/{bridgeId}', { path: { bridgeId }, query: { type: 'mixing' }, body: {} });
    // One who is found again may hear music meanwhile.
    await watcher.stopMusic();
    const channel = [watcher.id, snoopId];
    await control.tell('POST /bridges/{bridgeId}/addChannel', { path: { bridgeId }, query: { channel } });
    await over;
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  } finally {
    await hangUp(snoopId, around);
    await control.tell('DELETE /bridges/{bridgeId}', { path: { bridgeId } }).catch((error: unknown) => {
      if (!isGone(error)) logger.warn({ err: error }, 'what a supervisor listened by could not be taken away');
    });
  }
}
