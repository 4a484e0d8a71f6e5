import type { CallLog } from '../calls/service.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Channel, Telephony } from '../telephony/port.ts';
import type { OutsideNumber } from './dialling.ts';
import { causes, type Ending, talkEnd } from './ending.ts';
import { isTrunkFault, silentLast } from './outbound.ts';
import type { Extension } from './schemas.ts';
import type { Exchange } from './service.ts';

interface Parts {
  readonly telephony: Telephony;
  readonly exchange: Exchange;
  readonly callLog: Pick<CallLog, 'note'>;
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

/** Tries a number of the public network on one trunk after the other, until one carries the call. */
export function createOutsideCalls({ telephony, exchange, callLog, clock, logger }: Parts): CallOutside {
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
    const attempts = silentLast(decision.attempts, silentSince, clock.now());
    for (const [at, { trunkId, dial: number, shown }] of attempts.entries()) {
      const patience = at < attempts.length - 1 ? { lifeSignMs } : {};
      const request = { trunkId, number, shown: { name: '', number: shown }, timeoutMs: outsideTimeoutMs, ...patience };
      callLog.note(callId, { trunkId });
      const result = await telephony.dial(channel, request);
      if (result.kind === 'answered') return talkEnd(result.talk);
      if (result.kind === 'caller_gone') return { reason: 'caller_hung_up' };
      if (result.kind === 'no_answer') return { reason: 'not_answered', cause: causes.noAnswer };
      if (!isTrunkFault(result.cause, result.rang)) return { reason: 'not_answered', cause: result.cause };
      if (result.cause === causes.silence) silentSince.set(trunkId, clock.now());
      logger.warn({ call: callId, trunkId, cause: result.cause }, 'a trunk did not take a call');
    }
    return { reason: 'unreachable', cause: causes.noCircuit };
  };
}
