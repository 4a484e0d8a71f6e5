import type { CallLog } from '../calls/service.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Channel, RingRequest, Telephony } from '../telephony/port.ts';
import { type Ending, talkEnd, untaken } from './ending.ts';
import { forwardTarget, mayGoOn, type NotTaken } from './forwarding.ts';
import type { Extension, RingGroup } from './schemas.ts';
import type { Exchange } from './service.ts';
import { fallbackWay, voicemailWay, type Way, wayOf } from './way.ts';

interface Parts {
  readonly telephony: Telephony;
  readonly exchange: Exchange;
  readonly callLog: Pick<CallLog, 'note'>;
  readonly logger: Logger;
  /** Makes what tells the screens of a call's phones what becomes of them. */
  readonly screensOf: ScreensOf;
  /** Lets a call go a way. */
  readonly follow: (way: Way, channel: Channel, callId: string) => Promise<Ending>;
}

export type ScreensOf = (channel: Channel, callId: string) => NonNullable<RingRequest['onPhone']>;

/** Calls of extensions and groups, each until the talk is over or nobody took it. */
export interface ExtensionCalls {
  /** Rings an extension's phones, or sends the call on as the extension has it forwarded. */
  callExtension(channel: Channel, callId: string, number: string): Promise<Ending>;
  /** Rings a group's phones together; a call that nobody takes goes on as the group has it. */
  callGroup(channel: Channel, callId: string, group: RingGroup): Promise<Ending>;
}

const groupTimeoutMs = 30_000;

/** Calls extensions and groups on the exchange's phones. */
export function createExtensionCalls(parts: Parts): ExtensionCalls {
  const { telephony, exchange, callLog, logger, screensOf, follow } = parts;

  /** @param past the extensions and groups that sent it on to here */
  async function call(channel: Channel, callId: string, number: string, past: readonly string[]): Promise<Ending> {
    const extension = exchange.extension(number);
    if (extension === undefined) return untaken('unreachable');
    const onwards = (why: NotTaken): Promise<Ending> | undefined => {
      const target = forwardTarget(extension, why, past);
      return target === undefined ? undefined : forward(channel, callId, extension, target, past);
    };
    const always = onwards('always');
    if (always !== undefined) return always;
    if (!exchange.isOpen(extension)) {
      return onwards('closed') ?? takeMessage(channel, callId, number) ?? untaken('unreachable');
    }
    const rung = extension.doNotDisturb
      ? ({ kind: 'busy' } as const)
      : await telephony.ring(channel, {
          extensions: [number],
          timeoutMs: extension.ringSeconds * 1000,
          music: false,
          onPhone: screensOf(channel, callId),
        });
    if (rung.kind === 'answered') return talkWith(callId, rung);
    if (rung.kind === 'caller_gone') return { reason: 'caller_hung_up' };
    return onwards(rung.kind) ?? takeMessage(channel, callId, number) ?? untaken(rung.kind);
  }

  /** Lets a caller whom nobody answers leave a message, where the extension takes them. */
  function takeMessage(channel: Channel, callId: string, number: string): Promise<Ending> | undefined {
    return exchange.takesMessages(number) ? follow(voicemailWay('internal', number), channel, callId) : undefined;
  }

  /** Lets a call go on as if the extension that it was for had dialled the number: it goes where that may call. */
  function forward(
    channel: Channel,
    callId: string,
    extension: Extension,
    target: string,
    past: readonly string[],
  ): Promise<Ending> {
    const way = wayOf({ callerNumber: extension.number, dialled: target, trunkId: undefined }, exchange);
    logger.info({ call: callId, extension: extension.number }, 'a call is forwarded');
    return goOn(channel, callId, way, [...past, extension.number]);
  }

  async function callGroup(
    channel: Channel,
    callId: string,
    group: RingGroup,
    past: readonly string[],
  ): Promise<Ending> {
    const extensions = group.extensions.filter((number) => exchange.extension(number)?.doNotDisturb === false);
    const onPhone = screensOf(channel, callId);
    const rung = await telephony.ring(channel, { extensions, timeoutMs: groupTimeoutMs, music: false, onPhone });
    if (rung.kind === 'answered') return talkWith(callId, rung);
    if (rung.kind === 'caller_gone') return { reason: 'caller_hung_up' };
    const [onward, been] = [fallbackWay(group, exchange), [...past, group.number]];
    if (onward === undefined || !mayGoOn(group.fallback ?? '', been)) return untaken(rung.kind);
    return goOn(channel, callId, onward, been);
  }

  /** Phones are rung here, by which it is known whether a call goes round in circles. */
  function goOn(channel: Channel, callId: string, way: Way, past: readonly string[]): Promise<Ending> {
    if (way.kind === 'extension') return call(channel, callId, way.number, past);
    return way.kind === 'group' ? callGroup(channel, callId, way, past) : follow(way, channel, callId);
  }

  function talkWith(callId: string, { extension, talk }: { extension: string; talk: Parameters<typeof talkEnd>[0] }) {
    callLog.note(callId, { answeredBy: extension });
    return talkEnd(talk);
  }

  return {
    callExtension: (channel, callId, number) => call(channel, callId, number, []),
    callGroup: (channel, callId, group) => callGroup(channel, callId, group, []),
  };
}
