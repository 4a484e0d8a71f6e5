import type { Logger } from '../../kernel/logger.ts';
import type { TransferRequest } from '../parties.ts';
import type { AriChannelTransfer } from './ari-types.generated.ts';
import type { AsteriskChannel } from './asterisk-channel.ts';
import { type CallControl, isGone } from './call-control.ts';
import { extensionOfChannel } from './names.ts';

/** What a phone in a talk is told that its transfer has come to (RFC 3515 section 2.4.5). */
const progressStates = { accepted: 'channel_answered', refused: 'channel_declined' } as const;

/** What a phone that wants somebody transferred asks for; undefined when it is in no talk, and has been told so. */
export function transferRequest(
  { referred_by: { source_channel: source }, refer_to: target }: AriChannelTransfer,
  callers: ReadonlyMap<string, AsteriskChannel>,
  control: CallControl,
  logger: Logger,
): TransferRequest | undefined {
  const sideOf = (id: string): { caller: AsteriskChannel; by: 'caller' | 'other' } | undefined => {
    for (const caller of callers.values()) {
      if (caller.id === id) return { caller, by: 'caller' };
      if (caller.talk?.legId === id) return { caller, by: 'other' };
    }
    return undefined;
  };
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
  const asked = sideOf(source.id);
  const replaced = target.destination_channel === undefined ? undefined : sideOf(target.destination_channel.id);
  const number = target.requested_destination.destination;
  const to =
    replaced === undefined ? number && ({ kind: 'number', number } as const) : { kind: 'call' as const, ...replaced };
  if (asked?.caller.talk === undefined || !to) {
    void tell('refused');
    return undefined;
  }
  return { ...asked, extension: extensionOfChannel(source.name), to, tell };
}
