import type { EndReason } from '../calls/schemas.ts';
import type { CallLog, OpenCall, Recordings } from '../calls/service.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { QueueFloor } from '../queues/service.ts';
import type { CallHandlers, Channel, ChannelEnd, LegChange } from '../telephony/port.ts';
import type { SpendingGuards } from './spending-guards.ts';

/** What a tenant does with its calls. */
export interface TenantCalls extends Required<Pick<CallHandlers, 'incoming' | 'found' | 'transfer' | 'keyed'>> {
  readonly recordings: Pick<Recordings, 'legChanged' | 'keyed' | 'reconcile'>;
  readonly queues: Pick<QueueFloor, 'legChanged' | 'reconcile'>;
  readonly spending: Pick<SpendingGuards, 'legChanged'>;
  /** Told of each call when it is over. */
  readonly ended: (callId: string, reason: EndReason, at: Date) => void;
}

interface Parts {
  /** By tenant; those that are added while calls go on count. */
  readonly tenants: ReadonlyMap<number, TenantCalls>;
  readonly callLog: Pick<CallLog, 'leg' | 'goOnWith' | 'openCalls' | 'openCallOn' | 'tenantOn' | 'close'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** When the telephone exchange was last started: calls older than that died with the one before. */
  readonly exchangeStartedAt: () => Date;
}

/** Q.850: call rejected. */
const rejected = 21;

/** Gives each call to the tenant whose it is, and sees to it that the log has the ends that nobody saw. */
export function createCallDispatch({ tenants, callLog, clock, logger, exchangeStartedAt }: Parts): CallHandlers {
  function give(channel: Channel, tenantId: number | undefined, kind: 'incoming' | 'found'): Promise<void> {
    const tenant = tenantId === undefined ? undefined : tenants.get(tenantId);
    if (tenant !== undefined) return tenant[kind](channel);
    logger.warn({ channel: channel.id, tenantId }, 'a call of no tenant was refused');
    return channel.hangUp(rejected);
  }

  function legChanged(change: LegChange): void {
    callLog.leg(change);
    const tenantId = callLog.tenantOn(change.callerId);
    const tenant = tenantId === undefined ? undefined : tenants.get(tenantId);
    tenant?.recordings.legChanged(change);
    tenant?.queues.legChanged(change);
    tenant?.spending.legChanged(change);
  }

  return {
    incoming: (channel) => give(channel, channel.tenantId, 'incoming'),
    found: (channel) => give(channel, callLog.openCallOn(channel.id)?.tenantId ?? channel.tenantId, 'found'),
    transfer(request) {
      const tenantId = callLog.openCallOn(request.caller.id)?.tenantId;
      if (tenantId !== undefined) tenants.get(tenantId)?.transfer(request);
    },
    leg: legChanged,
    keyed(key) {
      const tenantId = callLog.tenantOn(key.callerId);
      const tenant = tenantId === undefined ? undefined : tenants.get(tenantId);
      tenant?.recordings.keyed(key);
      tenant?.keyed(key);
    },
    async reconciled(channelIds, ends, noted) {
      /** Of calls, and of the last phone that left one which goes on. */
      const endedAt = new Map<string, Date>();
      for (const call of await callLog.openCalls()) {
        const { id: callId, tenantId, channelId, startedAt, openLegs } = call;
        for (const legId of openLegs.filter((leg) => !channelIds.has(leg))) {
          const { at, cause } = ends.get(legId) ?? { at: clock.now(), cause: 0 };
          legChanged({ kind: 'ended', callerId: channelId, legId, at, cause });
          if ((endedAt.get(callId) ?? at) <= at) endedAt.set(callId, at);
        }
        if (channelIds.has(channelId)) continue;
        const heir = openLegs.find((leg) => noted.has(leg));
        if (heir !== undefined) {
          callLog.goOnWith(callId, heir);
          continue;
        }
        const died = startedAt < exchangeStartedAt();
        const reason = endUnseen(call, ends) ?? (died ? 'exchange_died' : 'lost');
        logger.warn({ call: callId, reason }, 'a call ended while nobody was looking');
        const end = ends.get(channelId) ?? { at: clock.now() };
        endedAt.set(callId, end.at);
        callLog.close(callId, { reason, ...end });
        tenants.get(tenantId)?.ended(callId, reason, end.at);
      }
      const open = new Set((await callLog.openCalls()).map(({ id }) => id));
      for (const { recordings, queues } of tenants.values()) {
        await queues.reconcile(open, endedAt);
        recordings.reconcile().catch((error: unknown) => {
          logger.error({ err: error }, 'recordings that ended unseen could not be stored');
        });
      }
    },
  };
}

/** Who hung up first; undefined when the exchange does not know how the caller's channel ended. */
function endUnseen(call: OpenCall, ends: ReadonlyMap<string, ChannelEnd>): EndReason | undefined {
  const end = ends.get(call.channelId);
  if (end === undefined) return undefined;
  const first = call.talkingLegs.some((leg) => (ends.get(leg)?.at ?? end.at) < end.at);
  return first ? 'agent_hung_up' : 'caller_hung_up';
}
