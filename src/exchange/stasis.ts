import type { EndReason } from '../calls/schemas.ts';
import type { CallLog, OpenCall } from '../calls/service.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { CallHandlers, Channel, HangUp, Telephony } from '../telephony/port.ts';
import type { Exchange, TenantBlock } from './service.ts';

/** How a run of menus ended; `interrupted` when the caller is still there but the exchange could not be reached. */
export type MenuEnd = EndReason | 'interrupted';

/** Plays menus; the ivr room is one. Neither rejects. */
export interface MenuRunner {
  handle(channel: Channel, call: { tenantId: number; callId: string; flow: string }): Promise<MenuEnd>;
  /** Goes on at the node where the call was when the process died or the exchange was lost. */
  resume(channel: Channel, call: OpenCall): Promise<MenuEnd>;
}

interface Parts {
  readonly telephony: Telephony;
  readonly exchange: Exchange;
  readonly menus: MenuRunner;
  readonly callLog: CallLog;
  readonly block: Pick<TenantBlock, 'refuses'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** When the telephone exchange was last started: calls older than that died with the one before. */
  readonly exchangeStartedAt: () => Date;
  /** Told of each call when it is over. */
  readonly ended: (call: { tenantId: number; callId: string }) => void;
}

const ringTimeoutMs = 30_000;
const reconnectPollMs = 100;
/** The flow that tells a caller that the number does not exist. */
const unknownNumberFlow = 'numero-inexistente';

/** Decides what becomes of each call, and sees to it that the log has its beginning and its end. */
export function createCallHandlers(parts: Parts): CallHandlers {
  const { telephony, exchange, menus, callLog, clock, logger } = parts;

  function closeCall(callId: string, end: Parameters<CallLog['close']>[1]): void {
    callLog.close(callId, end);
    parts.ended({ tenantId: exchange.tenantId, callId });
  }

  /** Runs what becomes of a call, and closes its row whichever way that ends. */
  async function conduct(channel: Channel, callId: string, run: () => Promise<EndReason>): Promise<void> {
    let reason: EndReason | undefined;
    const close = () => closeCall(callId, { reason: reason ?? reasonOf(channel), ...endOf(channel, clock) });
    channel.gone.addEventListener('abort', close, { once: true });
    try {
      reason = await run();
    } catch (error) {
      reason = 'failed';
      if (!channel.gone.aborted) throw error;
    } finally {
      if (reason === 'left_to_dialplan' || reason === 'failed') close();
      else if (!channel.gone.aborted) await channel.hangUp().catch(close);
    }
  }

  function begin(channel: Channel, dialled = channel.dialled): Promise<void> {
    const { tenantId } = exchange;
    const opened = channel.openedOn === undefined ? undefined : callLog.move(channel.openedOn, channel.id);
    const callId =
      opened ??
      callLog.open({
        tenantId,
        channelId: channel.id,
        callerNumber: channel.callerNumber,
        dialled,
        direction: exchange.extension(channel.callerNumber) !== undefined ? 'internal' : 'inbound',
        startedAt: channel.startedAt,
      });
    if (parts.block.refuses(dialled)) return conduct(channel, callId, () => Promise.resolve('blocked'));
    const destination = exchange.destination(dialled);
    if (destination.kind === 'extension' || destination.kind === 'group') {
      return conduct(channel, callId, () => connect(channel, callId, destination.extensions));
    }
    const flow = destination.kind === 'flow' ? destination.flow : unknownNumberFlow;
    return conduct(channel, callId, async () => goOn(channel, await menus.handle(channel, { tenantId, callId, flow })));
  }

  /** Takes an interrupted run up again when the exchange can be reached, until it ends. */
  async function goOn(channel: Channel, end: MenuEnd): Promise<EndReason> {
    let last = end;
    while (last === 'interrupted') {
      await clock.sleep(reconnectPollMs, channel.gone).catch(() => undefined);
      if (channel.gone.aborted) return reasonOf(channel);
      const open = callLog.openCallOn(channel.id);
      if (telephony.connected && open !== undefined) last = await menus.resume(channel, open);
    }
    return last;
  }

  /** Rings extensions for the caller and waits for the end of their talk. */
  async function connect(channel: Channel, callId: string, extensions: readonly string[]): Promise<EndReason> {
    const rung = await telephony.ring(channel, { extensions, timeoutMs: ringTimeoutMs, music: false });
    if (rung.kind === 'answered') {
      callLog.note(callId, { answeredBy: rung.extension });
      return (await rung.talk.ended) === 'agent' ? 'agent_hung_up' : 'caller_hung_up';
    }
    return rung.kind === 'caller_gone' ? 'caller_hung_up' : 'not_answered';
  }

  function legEndedUnseen(callerId: string, legId: string): void {
    callLog.leg({ kind: 'ended', callerId, legId, at: clock.now(), cause: 0 });
  }

  return {
    incoming: (channel) => begin(channel),
    leg: (change) => callLog.leg(change),
    async found(channel) {
      const open = callLog.openCallOn(channel.id);
      if (open?.flowState !== undefined) {
        return conduct(channel, open.id, async () => goOn(channel, await menus.resume(channel, open)));
      }
      const { talk } = channel;
      if (open === undefined || talk === undefined) return begin(channel, open?.dialled);
      return conduct(channel, open.id, async () =>
        (await talk.ended) === 'agent' ? 'agent_hung_up' : 'caller_hung_up',
      );
    },
    async reconciled(channelIds) {
      for (const call of await callLog.openCalls()) {
        if (channelIds.has(call.channelId)) {
          for (const legId of call.openLegs) if (!channelIds.has(legId)) legEndedUnseen(call.channelId, legId);
          continue;
        }
        const died = call.startedAt < parts.exchangeStartedAt();
        logger.warn({ call: call.id, died }, 'a call ended while nobody was looking');
        closeCall(call.id, { reason: died ? 'exchange_died' : 'lost', at: clock.now() });
      }
    },
  };

  function reasonOf(channel: Channel): EndReason {
    const hangUp = channel.gone.reason as HangUp | undefined;
    // Nothing of ours had come to its end, or it would say so itself.
    if (hangUp?.by === 'us') return 'ended_by_program';
    if (hangUp === undefined || hangUp.by !== 'unknown') return 'caller_hung_up';
    return channel.startedAt < parts.exchangeStartedAt() ? 'exchange_died' : 'lost';
  }
}

function endOf(channel: Channel, clock: Clock): { at: Date; cause?: number } {
  const hangUp = channel.gone.aborted ? (channel.gone.reason as HangUp) : undefined;
  return hangUp === undefined ? { at: clock.now() } : { at: hangUp.at, cause: hangUp.cause };
}
