import { randomInt } from 'node:crypto';
import type { Direction } from '../calls/schemas.ts';
import type { CallLog } from '../calls/service.ts';
import { type Clock, localDateTime } from '../kernel/clock.ts';
import type { RingRequest, Telephony } from '../telephony/port.ts';
import type { Exchange, TenantBlock } from './service.ts';

/** What programs may do with calls that go on. */
export interface RemoteControl {
  /**
   * Rings an extension, and calls a number from it as soon as somebody answers.
   * @returns what the call can be found by later; undefined when the extension has no phone that could be rung
   */
  call(extension: string, number: string): Promise<string | undefined>;
  /** Ends a call, by its unique id. @returns false when there is none that goes on */
  hangUp(uniqueid: string): Promise<boolean>;
  /** Ends whatever an extension is in: its own calls, and its part in those of others. */
  free(extension: string): Promise<void>;
}

interface Parts {
  readonly timeZone: string;
  readonly exchange: Pick<Exchange, 'tenantId' | 'extension' | 'destination'>;
  readonly telephony: Pick<Telephony, 'hangUp' | 'originate'>;
  readonly callLog: Pick<CallLog, 'live' | 'open' | 'close'>;
  readonly block: Pick<TenantBlock, 'refuses'>;
  readonly clock: Clock;
}

/** How long an extension rings that a program wants a call from. */
const ringTimeoutMs = 30_000;

/** The remote control of a tenant's exchange. */
export function createRemoteControl({ timeZone, exchange, telephony, callLog, block, clock }: Parts): RemoteControl {
  const { tenantId } = exchange;
  const callFrom = createCallFrom({ tenantId, telephony, callLog, clock });
  return {
    async call(extension, number) {
      if (exchange.extension(extension) === undefined || block.refuses(number)) return undefined;
      const requestId = `${extension}_${compactInstant(clock.now(), timeZone)}_${randomInt(100_000, 1_000_000)}`;
      const direction = exchange.destination(number).kind === 'unknown' ? 'outbound' : 'internal';
      const isRung = await callFrom({ extension, number, direction, requestId, timeoutMs: ringTimeoutMs });
      return isRung ? requestId : undefined;
    },
    async hangUp(uniqueid) {
      const call = callLog.live(tenantId).find((one) => one.uniqueid === uniqueid);
      return call !== undefined && (await telephony.hangUp(call.channelId));
    },
    async free(extension) {
      const legs = callLog
        .live(tenantId)
        .flatMap((call) => call.legs.filter((leg) => leg.role === 'placed' || call.direction !== 'inbound'));
      await Promise.all(legs.filter((leg) => leg.number === extension).map((leg) => telephony.hangUp(leg.channelId)));
    },
  };
}

/** A call that is to be made from an extension. */
interface CallWish {
  readonly extension: string;
  readonly number: string;
  readonly timeoutMs: number;
  readonly direction?: Direction;
  readonly requestId?: string;
  /** Told the call in the log, before any phone rings. */
  readonly begun?: (callId: string) => void;
  /** Makes what is told of the extension when its phones are about to ring, and when none of them took the call. */
  readonly onPhone?: (callId: string) => NonNullable<RingRequest['onPhone']>;
}

interface CallFromParts extends Pick<Parts, 'clock'> {
  readonly tenantId: number;
  readonly telephony: Pick<Telephony, 'originate'>;
  readonly callLog: Pick<CallLog, 'open' | 'close'>;
  /** Told of a call that nobody took at the extension, when it is closed. */
  readonly unanswered?: (callId: string) => void;
}

/**
 * Rings an extension, and calls a number from it as soon as somebody answers.
 * @returns a function that gives false when the extension has no phone that could be rung
 */
export function createCallFrom({ tenantId, telephony, callLog, clock, unanswered }: CallFromParts) {
  return (wish: CallWish): Promise<boolean> => {
    const { extension, number, timeoutMs, direction = 'outbound', requestId } = wish;
    let callId: string | undefined;
    let tell: RingRequest['onPhone'];
    return telephony.originate({
      tenantId,
      extension,
      dialled: number,
      timeoutMs,
      begun: (channelId) => {
        const call = { tenantId, channelId, callerNumber: extension, dialled: number, direction };
        const startedAt = clock.now();
        callId = callLog.open({ ...call, startedAt, ...(requestId === undefined ? {} : { requestId }) });
        wish.begun?.(callId);
        tell = wish.onPhone?.(callId);
        tell?.({ extension, state: 'ringing' });
      },
      unanswered: () => {
        if (callId === undefined) return;
        tell?.({ extension, state: 'lost' });
        callLog.close(callId, { reason: 'not_answered', at: clock.now() });
        unanswered?.(callId);
      },
    });
  };
}

/** `20210108175724` on the wall of a time zone. */
function compactInstant(at: Date, timeZone: string): string {
  return localDateTime(at, timeZone).replaceAll(/\D/g, '');
}
