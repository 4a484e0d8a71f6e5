import type { EndReason } from '../calls/schemas.ts';
import type { CallLog, OpenCall } from '../calls/service.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Parties } from '../telephony/parties.ts';
import type { CallHandlers, Channel, HangUp, Telephony } from '../telephony/port.ts';
import { causes, type Ending, untaken } from './ending.ts';
import { createExtensionCalls, type ScreensOf } from './extension-call.ts';
import { type Announce, createOutsideCalls, paidTalkEnd } from './outside-call.ts';
import type { Exchange, TenantBlock } from './service.ts';
import type { SpendingGuards } from './spending-guards.ts';
import { createTalkFeatures } from './talk-features.ts';
import type { TransferSurroundings } from './transfer-steps.ts';
import { createWatchCalls } from './watch-call.ts';
import { type Way, wayOf } from './way.ts';

/** How a run of menus ended; `interrupted` when the caller is still there but the exchange could not be reached. */
export type MenuEnd = EndReason | 'interrupted';

interface MenuCall {
  readonly tenantId: number;
  readonly callId: string;
  readonly flow: string;
  /** The queue that the call is for, at which the flow begins. */
  readonly queue?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** Plays menus; the ivr room is one. Neither rejects. */
export interface MenuRunner {
  handle(channel: Channel, call: MenuCall): Promise<MenuEnd>;
  /** Goes on at the node where the call was when the process died or the exchange was lost. */
  resume(channel: Channel, call: OpenCall): Promise<MenuEnd>;
}

interface Parts {
  readonly telephony: Telephony;
  readonly parties: Parties;
  readonly exchange: Exchange;
  readonly menus: MenuRunner;
  readonly callLog: CallLog;
  readonly block: Pick<TenantBlock, 'refuses'>;
  readonly spending: Pick<SpendingGuards, 'admit' | 'wasStopped'>;
  readonly announce: Announce;
  readonly screensOf: ScreensOf;
  readonly clock: Clock;
  readonly logger: Logger;
  /** When the telephone exchange was last started: calls older than that died with the one before. */
  readonly exchangeStartedAt: () => Date;
  /** Told of each call when it is over. */
  readonly ended: (callId: string, reason: EndReason, at: Date) => void;
  readonly joined: TransferSurroundings['joined'];
  /** Takes back what was told of the phones that rang for a call that was found again, but for the extension that talks. It must not reject. */
  readonly ringsNoMore: (callId: string, extension: string | undefined) => Promise<unknown>;
}

/** The flow by which a call gets to a person; a call for a queue goes straight to its queue node. */
const personFlow = 'pessoa';

const reconnectPollMs = 100;

/** Decides what becomes of each call of a tenant, and sees to it that the log has its beginning and its end. */
export function createCallHandlers(
  parts: Parts,
): Required<Pick<CallHandlers, 'incoming' | 'found' | 'transfer' | 'keyed'>> {
  const { telephony, exchange, menus, callLog, clock, logger } = parts;
  const callOutside = createOutsideCalls(parts);
  const watchCall = createWatchCalls({ tenantId: exchange.tenantId, telephony, callLog });
  const phones = createExtensionCalls({ ...parts, follow });

  function closeCall(callId: string, end: Parameters<CallLog['close']>[1]): void {
    callLog.close(callId, end);
    parts.ended(callId, end.reason, end.at);
  }

  /** Runs what becomes of a call, and closes its row whichever way that ends. */
  async function conduct(
    channel: Channel,
    callId: string,
    run: () => Promise<Ending>,
    othersGoOn?: () => boolean,
  ): Promise<void> {
    let reason: EndReason | undefined;
    let cause: number | undefined;
    const close = () => {
      // It goes on in another channel's name.
      if (hangUpOf(channel)?.by === 'transfer' || othersGoOn?.() === true) return;
      closeCall(callId, { reason: reason ?? reasonOf(channel), ...endOf(channel, clock) });
    };
    if (channel.gone.aborted) return close();
    channel.gone.addEventListener('abort', close, { once: true });
    try {
      ({ reason, cause } = await run());
    } catch (error) {
      reason = 'failed';
      if (!channel.gone.aborted) throw error;
    } finally {
      if (reason === 'left_to_dialplan' || reason === 'failed') close();
      else if (!channel.gone.aborted) await channel.hangUp(cause).catch(close);
    }
  }

  function begin(channel: Channel, dialled = channel.dialled): Promise<void> {
    const { tenantId } = exchange;
    const { callerNumber, trunkId } = channel;
    const way = wayOf({ callerNumber, dialled, trunkId }, exchange);
    const opened = channel.openedOn === undefined ? undefined : callLog.move(channel.openedOn, channel.id);
    const callId =
      opened ??
      callLog.open({
        tenantId,
        channelId: channel.id,
        callerNumber,
        dialled,
        direction: way.direction,
        startedAt: channel.startedAt,
        trunkId,
      });
    const watched = watchCall(channel, dialled);
    if (watched !== undefined) return conduct(channel, callId, watched);
    if (parts.block.refuses(dialled)) return conduct(channel, callId, async () => ({ reason: 'blocked' }));
    return conduct(channel, callId, () => follow(way, channel, callId));
  }

  async function follow(way: Way, channel: Channel, callId: string): Promise<Ending> {
    if (way.kind === 'extension') return phones.callExtension(channel, callId, way.number);
    if (way.kind === 'group') return phones.callGroup(channel, callId, way);
    if (way.kind === 'pickup') return pickUp(channel, callId, way.extensions);
    if (way.kind === 'outside') return callOutside(channel, callId, way.extension, way.to);
    if (way.kind === 'refused') {
      logger.warn({ call: callId, reason: way.reason }, 'a call was refused');
      return { reason: way.reason, cause: way.cause };
    }
    if (channel.passThrough) {
      logger.warn({ call: callId }, 'a phone that speaks nothing that a menu can speak called one');
      return { reason: 'unreachable', cause: causes.noCodec };
    }
    const { tenantId } = exchange;
    const menu = way.kind === 'queue' ? { flow: personFlow, queue: way.number } : way;
    return goOn(channel, await menus.handle(channel, { ...menu, tenantId, callId }));
  }

  /** The call of who picks up is over by that: what it picked up goes on. */
  async function pickUp(channel: Channel, callId: string, extensions: readonly string[]): Promise<Ending> {
    if (!(await parts.parties.pickUp(channel, extensions))) return untaken('no_answer');
    closeCall(callId, { reason: 'picked_up', at: clock.now() });
    return { reason: 'picked_up' };
  }

  /** Takes an interrupted run up again when the exchange can be reached, until it ends. */
  async function goOn(channel: Channel, end: MenuEnd): Promise<Ending> {
    let last = end;
    while (last === 'interrupted') {
      await clock.sleep(reconnectPollMs, channel.gone).catch(() => undefined);
      if (channel.gone.aborted) return { reason: reasonOf(channel) };
      const open = callLog.openCallOn(channel.id);
      if (telephony.connected && open !== undefined) last = await menus.resume(channel, open);
    }
    return { reason: last };
  }

  const features = createTalkFeatures({
    parties: parts.parties,
    telephony,
    exchange,
    callLog,
    clock,
    logger,
    follow,
    conduct,
    closeCall,
    talkEnd: (channel, callId, talk) => paidTalkEnd(channel, callId, talk, parts),
    joined: parts.joined,
  });

  return {
    incoming: (channel) => begin(channel),
    transfer: (request) => features.transfer(request),
    keyed: (key) => features.keyed(key),
    async found(channel) {
      const open = callLog.openCallOn(channel.id);
      // The call that it was to go on with, or to leave, is over.
      if (open === undefined && channel.note !== undefined) return channel.hangUp();
      if (open === undefined) return begin(channel);
      // What rang when we were lost rings anew, if at all.
      const takenBack = parts.ringsNoMore(open.id, channel.talk?.extension);
      const inMenu = open.flowState !== undefined && channel.note === undefined;
      // Asked for at once: who leads others goes on as soon as everybody is told of.
      const run = inMenu
        ? async () => goOn(channel, await menus.resume(channel, open))
        : features.resume(channel, open);
      if (run === 'claimed') return;
      if (run !== undefined) {
        return conduct(channel, open.id, async () => {
          await takenBack;
          return run();
        });
      }
      const { talk } = channel;
      if (talk !== undefined) return conduct(channel, open.id, () => paidTalkEnd(channel, open.id, talk, parts));
      await takenBack;
      return begin(channel, open.dialled);
    },
  };

  function reasonOf(channel: Channel): EndReason {
    const hangUp = hangUpOf(channel);
    // Nothing of ours had come to its end, or it would say so itself.
    if (hangUp?.by === 'us') return 'ended_by_program';
    if (hangUp === undefined || hangUp.by !== 'unknown') return 'caller_hung_up';
    return channel.startedAt < parts.exchangeStartedAt() ? 'exchange_died' : 'lost';
  }
}

function endOf(channel: Channel, clock: Clock): { at: Date; cause?: number } {
  const hangUp = hangUpOf(channel);
  return hangUp === undefined ? { at: clock.now() } : { at: hangUp.at, cause: hangUp.cause };
}

function hangUpOf({ gone }: Channel): HangUp | undefined {
  return gone.aborted ? (gone.reason as HangUp) : undefined;
}
