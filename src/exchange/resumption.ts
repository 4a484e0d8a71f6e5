import type { OpenCall } from '../calls/service.ts';
import type { Channel } from '../telephony/port.ts';
import type { Consultations } from './consultation.ts';
import type { Ending } from './ending.ts';
import type { TransferNote } from './transfer-note.ts';
import type { TransferSteps, TransferSurroundings } from './transfer-steps.ts';

/** How long a channel waits for whoever goes on with its call, before that has hung up for certain. */
const claimedWithinMs = 1_000;

/**
 * Makes what takes up the sides of talks that were being put together anew when our process died, by what was noted of them.
 * @returns how a channel's call goes on; `claimed`: as another channel's does; undefined when nothing was noted
 */
export function createResumption(
  around: TransferSurroundings,
  { talkTo, release }: Pick<TransferSteps, 'talkTo' | 'release'>,
  consultations: Pick<Consultations, 'resume'>,
): (channel: Channel, call: Pick<OpenCall, 'id' | 'channelId'>) => (() => Promise<Ending>) | 'claimed' | undefined {
  const { callLog, clock, conduct, closeCall, logger } = around;
  /** Found, and not claimed yet by whoever goes on with their calls. */
  const unclaimed = new Map<string, { readonly channel: Channel; readonly callId: string }>();

  function claim(id: string): Channel | undefined {
    const found = unclaimed.get(id)?.channel;
    unclaimed.delete(id);
    return found;
  }

  function keep(channel: Channel, callId: string): void {
    unclaimed.set(channel.id, { channel, callId });
    void (async () => {
      await clock.sleep(claimedWithinMs);
      if (claim(channel.id) !== undefined) await conduct(channel, callId, async () => ({ reason: 'caller_hung_up' }));
    })().catch((error: unknown) => {
      logger.error({ err: error, call: callId }, 'a channel that nobody waits for could not be released');
      release(channel);
    });
  }

  /** Whoever else is found of a call has no part in how it goes on. */
  function releaseRest(callIds: readonly string[]): void {
    for (const [id, { channel, callId }] of unclaimed) {
      if (!callIds.includes(callId)) continue;
      unclaimed.delete(id);
      release(channel);
    }
  }

  function goOn(channel: Channel, callId: string, note: Exclude<TransferNote, { leaves: true }>): Promise<Ending> {
    if (!('joins' in note)) {
      const going = consultations.resume(channel, callId, note, claim);
      releaseRest([callId]);
      return going;
    }
    const target = claim(note.joins);
    // Who was to be talked to has hung up, or still talks to who wanted it so: back to that one.
    const other = target ?? claim(note.from);
    if (target !== undefined) {
      const joins = { callerId: channel.id, legId: target.id, at: clock.now() };
      callLog.leg({ ...joins, kind: 'placed', number: target.callerNumber });
      closeCall(note.second, { reason: 'transferred', at: clock.now() });
    }
    releaseRest(target === undefined ? [callId] : [callId, note.second]);
    return other === undefined ? Promise.resolve({ reason: 'agent_hung_up' }) : talkTo(channel, other, callId);
  }

  return (channel, { id, channelId }) => {
    const note = channel.note === undefined ? undefined : (JSON.parse(channel.note) as TransferNote);
    if (note === undefined && channelId === channel.id) return undefined;
    if (note === undefined || 'leaves' in note) {
      keep(channel, id);
      return 'claimed';
    }
    if (channelId !== channel.id) callLog.goOnWith(id, channel.id);
    return async () => {
      // Everybody who was found has been told of by then.
      await clock.sleep(0);
      return goOn(channel, id, note);
    };
  };
}
