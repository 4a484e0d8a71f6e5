import type { CallLog } from '../calls/service.ts';
import type { Telephony } from '../telephony/port.ts';

/** What programs may do with calls that go on. */
export interface RemoteControl {
  /** Ends a call, by its unique id. @returns false when there is none that goes on */
  hangUp(uniqueid: string): Promise<boolean>;
  /** Ends whatever an extension is in: its own calls, and its part in those of others. */
  free(extension: string): Promise<void>;
}

interface Parts {
  readonly tenantId: number;
  readonly telephony: Pick<Telephony, 'hangUp'>;
  readonly callLog: Pick<CallLog, 'live'>;
}

/** The remote control of a tenant's exchange. */
export function createRemoteControl({ tenantId, telephony, callLog }: Parts): RemoteControl {
  return {
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
