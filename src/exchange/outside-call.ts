import type { CallLog } from '../calls/service.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Channel, Talk, Telephony } from '../telephony/port.ts';
import type { OutsideNumber } from './dialling.ts';
import { causes, type Ending, talkEnd } from './ending.ts';
import { isTrunkFault, silentLast } from './outbound.ts';
import type { Extension } from './schemas.ts';
import type { Exchange } from './service.ts';
import type { SpendingGuards } from './spending-guards.ts';

/** Says a prompt to a caller, who need not have been answered, unless nothing can be said to it. It must not reject. */
export type Announce = (channel: Channel, prompt: string) => Promise<void>;

interface Parts {
  readonly telephony: Telephony;
  readonly exchange: Exchange;
  readonly callLog: Pick<CallLog, 'note'>;
  readonly spending: Pick<SpendingGuards, 'admit' | 'wasStopped'>;
  readonly announce: Announce;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Calls a number of the public network for an extension, until the talk is over or nobody can be reached. */
export type CallOutside = (
  channel: Channel,
  callId: string,
  extension: Extension,
  to: OutsideNumber,
) => Promise<Ending>;

const outsideTimeoutMs = 60_000;
/** A trunk by which nothing is heard of the called side in this time is given up for the next, if there is one. */
const lifeSignMs = 8_000;

/** What is heard when a limit of spending is reached. */
const limitPrompt = 'spending_limit';

/** Tries a number of the public network on one trunk after the other, until one carries the call. */
export function createOutsideCalls(parts: Parts): CallOutside {
  const { telephony, exchange, callLog, spending, announce, clock, logger } = parts;
  /** Trunks that let nothing be heard, so that the next callers do not wait for them. */
  const silentSince = new Map<number, Date>();

  return async (channel, callId, extension, to) => {
    const decision = exchange.decideOutbound(extension, to);
    if (decision.kind === 'not_allowed') {
      logger.warn(
        { call: callId, extension: extension.number, kind: to.kind },
        'an extension may not call this number',
      );
      return { reason: 'not_allowed', cause: causes.rejected };
    }
    const charge =
      to.kind === 'emergency' ? undefined : { extension: extension.number, kind: to.kind, number: to.number };
    if (charge !== undefined && !spending.admit({ callId, callerId: channel.id, charge })) {
      await announce(channel, limitPrompt);
      return { reason: 'spending_limit', cause: causes.rejected };
    }
    const paid = charge === undefined ? {} : { charge };
    const attempts = silentLast(decision.attempts, silentSince, clock.now());
    for (const [at, { trunkId, dial: number, shown }] of attempts.entries()) {
      const patience = at < attempts.length - 1 ? { lifeSignMs } : {};
      const request = { trunkId, number, shown: { name: '', number: shown }, timeoutMs: outsideTimeoutMs };
      callLog.note(callId, { trunkId });
      const result = await telephony.dial(channel, { ...request, ...paid, ...patience });
      if (result.kind === 'answered') {
        callLog.note(callId, { answeredBy: to.number });
        return paidTalkEnd(channel, callId, result.talk, parts);
      }
      if (result.kind === 'caller_gone') return { reason: 'caller_hung_up' };
      if (result.kind === 'no_answer') return { reason: 'not_answered', cause: causes.noAnswer };
      if (!isTrunkFault(result.cause, result.rang)) return { reason: 'not_answered', cause: result.cause };
      if (result.cause === causes.silence) silentSince.set(trunkId, clock.now());
      logger.warn({ call: callId, trunkId, cause: result.cause }, 'a trunk did not take a call');
    }
    return { reason: 'unreachable', cause: causes.noCircuit };
  };
}

/** The end of a talk that somebody may pay for: who is cut off because the minutes are used up hears why. */
export async function paidTalkEnd(
  channel: Channel,
  callId: string,
  talk: Talk,
  { spending, announce }: Pick<Parts, 'spending' | 'announce'>,
): Promise<Ending> {
  const end = await talkEnd(talk);
  if (end.reason !== 'agent_hung_up' || !spending.wasStopped(callId, channel.id)) return end;
  await announce(channel, limitPrompt);
  return { reason: 'spending_limit' };
}
