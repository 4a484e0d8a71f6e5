import type { CallLog } from '../calls/service.ts';
import type { Channel, Telephony, WatchRequest } from '../telephony/port.ts';
import type { Ending } from './ending.ts';

type Mode = WatchRequest['mode'];

const modes = ['listen', 'whisper', 'barge'] as const satisfies readonly Mode[];
const written = /^\*59([0-2])(\d{2,8})$/;

/** What a supervisor's phone calls, once a program had it rung, to hear the talk of an extension. */
export function watchNumber(mode: Mode, extension: string): string {
  return `*59${modes.indexOf(mode)}${extension}`;
}

interface Parts {
  readonly tenantId: number;
  readonly telephony: Pick<Telephony, 'watch'>;
  readonly callLog: Pick<CallLog, 'live'>;
}

/**
 * Lets a supervisor's phone into the talk that its number names.
 * @returns undefined when it names none. Nobody gets there by dialling: only a phone that a program had rung
 */
export function createWatchCalls({ tenantId, telephony, callLog }: Parts) {
  return (channel: Channel, dialled: string): (() => Promise<Ending>) | undefined => {
    const [, mode, extension] = (channel.openedOn === undefined ? null : written.exec(dialled)) ?? [];
    if (mode === undefined || extension === undefined) return undefined;
    return async () => {
      const call = callLog
        .live(tenantId)
        .find(({ legs }) =>
          legs.some((leg) => leg.number === extension && (leg.state === 'up' || leg.state === 'held')),
        );
      const request = { callerId: call?.channelId ?? '', extension, mode: modes[Number(mode)] ?? 'listen' };
      return { reason: (await telephony.watch(channel, request)) ? 'flow_ended' : 'not_answered' };
    };
  };
}
