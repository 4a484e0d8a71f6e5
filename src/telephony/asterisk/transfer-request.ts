import type { Logger } from '../../kernel/logger.ts';
import type { TalkSide } from '../parties.ts';
import type { CallHandlers } from '../port.ts';
import type { AriChannel, AriChannelTransfer } from './ari-types.generated.ts';
import type { AsteriskChannel } from './asterisk-channel.ts';
import { type CallControl, isGone } from './call-control.ts';
import { extensionOfChannel, trunkOfChannel } from './names.ts';

/** What a phone in a talk is told that its transfer has come to (RFC 3515 section 2.4.5). */
const progressStates = { accepted: 'channel_answered', refused: 'channel_declined' } as const;

/** The side of a talk, or of a call that is no talk yet, that an extension has on a channel; undefined of a trunk, or of none. */
export function talkSide(
  { id, name }: AriChannel,
  callers: ReadonlyMap<string, AsteriskChannel>,
): TalkSide | undefined {
  if (trunkOfChannel(name) !== undefined) return undefined;
  const extension = extensionOfChannel(name);
  const own = callers.get(id);
  if (own !== undefined) return { caller: own, by: 'caller', extension };
  const caller = [...callers.values()].find(({ talk }) => talk?.legId === id);
  return caller === undefined ? undefined : { caller, by: 'other', extension };
}

/** Hands over what a phone asks for that wants somebody transferred; one that is in no talk is told that it cannot. */
export function transferRequest(
  { referred_by: { source_channel: source }, refer_to: target }: AriChannelTransfer,
  callers: ReadonlyMap<string, AsteriskChannel>,
  control: CallControl,
  logger: Logger,
  handlers: Pick<CallHandlers, 'transfer'> | undefined,
): void {
  const tell = async (outcome: 'accepted' | 'refused'): Promise<void> => {
    try {
      await control.tell('POST /channels/{channelId}/transfer_progress', {
        path: { channelId: source.id },
        query: { states: progressStates[outcome] },
      });
    } catch (error) {
      if (!isGone(error)) logger.warn({ err: error, channel: source.id }, 'a phone was not told of its transfer');
    }
  };
  const asked = talkSide(source, callers);
  const replaced = target.destination_channel === undefined ? undefined : talkSide(target.destination_channel, callers);
  const number = target.requested_destination.destination;
  const to =
    replaced === undefined ? number && ({ kind: 'number', number } as const) : { kind: 'call' as const, ...replaced };
  if (asked?.caller.talk === undefined || !to) {
    return void tell('refused');
  }
  handlers?.transfer?.({ ...asked, to, tell });
}
