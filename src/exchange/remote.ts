import { randomInt } from 'node:crypto';
import type { CallLog, NewCall } from '../calls/service.ts';
import { type Clock, localDateTime } from '../kernel/clock.ts';
import type { Telephony } from '../telephony/port.ts';
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
  return {
    async call(extension, number) {
      if (exchange.extension(extension) === undefined || block.refuses(number)) return undefined;
      const startedAt = clock.now();
      const requestId = `${extension}_${compactInstant(startedAt, timeZone)}_${randomInt(100_000, 1_000_000)}`;
      let callId: string | undefined;
      const isRung = await telephony.originate({
        tenantId,
        extension,
        dialled: number,
        timeoutMs: ringTimeoutMs,
        begun: (channelId) => {
          const direction = exchange.destination(number).kind === 'unknown' ? 'outbound' : 'internal';
          const call: NewCall = {
            tenantId,
            channelId,
            callerNumber: extension,
            dialled: number,
            direction,
            startedAt,
            requestId,
          };
          callId = callLog.open(call);
        },
        unanswered: () => {
          if (callId !== undefined) callLog.close(callId, { reason: 'not_answered', at: clock.now() });
        },
      });
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

/** `20210108175724` on the wall of a time zone. */
function compactInstant(at: Date, timeZone: string): string {
  return localDateTime(at, timeZone).replaceAll(/\D/g, '');
}
