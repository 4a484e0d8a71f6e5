import { type Agents, createAgents, createJournal, type Journal, watchPhones } from './agents/service.ts';
import { createRecordings } from './calls/recordings.ts';
import type { EndReason } from './calls/schemas.ts';
import type { CallLog, Recordings } from './calls/service.ts';
import type { ErpGateway } from './erp/service.ts';
import { createTenantBlock } from './exchange/block.ts';
import type { TenantCalls } from './exchange/dispatch.ts';
import { createCallFrom, createRemoteControl } from './exchange/remote.ts';
import type { Provisioned, TenantSummary } from './exchange/schemas.ts';
import { type Exchange, openExchange, type RemoteControl } from './exchange/service.ts';
import { createSpendingAlarm } from './exchange/spending-alarm.ts';
import { openSpendingGuards, type SpendingGuards } from './exchange/spending-guards.ts';
import { createCallHandlers, type MenuRunner } from './exchange/stasis.ts';
import { watchNumber } from './exchange/watch-call.ts';
import type { Speech } from './ivr/speech/speech.ts';
import type { Clock } from './kernel/clock.ts';
import type { Logger } from './kernel/logger.ts';
import type { Messaging } from './messaging/service.ts';
import { openFloor, type QueueFloor } from './queues/service.ts';
import { type CallScreens, createCallScreens, type Screens } from './screen-pop/service.ts';
import type { Database } from './storage/database.ts';
import type { Parties } from './telephony/parties.ts';
import type { Channel, Telephony, WatchRequest } from './telephony/port.ts';

/** A tenant of the installation with everything that is its own: what `app.ts` is for all, this is for one. */
export interface Tenant extends TenantCalls {
  readonly exchange: Exchange;
  readonly erp: ErpGateway;
  readonly recordings: Recordings;
  readonly spending: SpendingGuards;
  readonly remote: RemoteControl;
  readonly queues: QueueFloor;
  readonly agents: Agents;
  readonly journal: Journal;
  readonly screens: CallScreens;
  /** Rings a supervisor's extension, and lets it into the talk of another one. @returns false when it has no phone */
  readonly watch: (supervisor: string, extension: string, mode: WatchRequest['mode']) => Promise<boolean>;
}

interface Parts extends Omit<Parameters<typeof createRecordings>[0], 'tenantId'> {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly callLog: CallLog;
  readonly telephony: Telephony;
  readonly parties: Parties;
  readonly exchangeStartedAt: () => Date;
  readonly menus: MenuRunner;
  readonly screens: Screens;
  readonly erpOf: (tenantId: number) => Promise<ErpGateway>;
  readonly publish: (wanted: Provisioned) => Promise<void>;
  readonly withDemo: boolean;
  /** Numbers of the extensions of the exchange with this domain that have a phone. */
  readonly registered: (domain: string | null) => Promise<ReadonlySet<string>>;
  readonly speech: Speech;
  readonly messaging: Pick<Messaging, 'sendEmail'>;
  readonly alarmEmail: string | undefined;
}

/** How long a call that was found again waits at most for what is done to its windows. */
const windowsMs = 500;

/** @param listed what the list of tenants says of it, asked at each call */
export async function openTenant(parts: Parts, tenantId: number, listed: () => TenantSummary): Promise<Tenant> {
  const { db, clock, logger, callLog, telephony, timeZone, withDemo, publish } = parts;
  const exchange = await openExchange(db, tenantId, { domain: listed().domain, withDemo, publish });
  const erp = await parts.erpOf(tenantId);
  const recordings = await createRecordings({ ...parts, tenantId });
  const block = createTenantBlock(() => listed().blockedAt !== null);
  const spending = await openSpendingGuards({
    ...parts,
    tenantId,
    hangUp: (legId) => telephony.hangUp(legId),
    tell: createSpendingAlarm({ ...parts, tenantId }),
  });
  const announce = async (channel: Channel, prompt: string): Promise<void> => {
    // It would hear silence for as long as this takes to say.
    if (channel.passThrough) return;
    const { media } = await parts.speech.speak([{ say: prompt }]);
    await channel.play(media).finished;
  };
  const screens = createCallScreens({ ...parts, tenantId, erp });
  const screensOf = ({ callerNumber, gone }: Channel, callId: string) => screens.of({ callId, callerNumber, gone });
  const journal = createJournal({ db, tenantId, clock, logger });
  const unanswered = (callId: string): void => ended(callId, 'not_answered', clock.now());
  const callFrom = createCallFrom({ tenantId, telephony, callLog, clock, unanswered });
  const queues = await openFloor({
    ...parts,
    exchange,
    journal,
    callFrom: ({ askedIn, ...wish }) =>
      callFrom({ ...wish, onPhone: (callId) => screens.of({ callId, callerNumber: wish.number, askedIn }) }),
    mayDecide: () => telephony.connected,
  });
  const reload = () => queues.reload();
  // One that is added while calls go on has none of its own yet.
  if (telephony.connected) await queues.reconcile(new Set(), new Map());
  watchPhones({
    roster: queues.roster,
    registered: () => parts.registered(exchange.domain),
    upSince: () => (telephony.connected ? parts.exchangeStartedAt() : undefined),
    clock,
    logger,
  });
  const joined = (callId: string, into: string, extension: string) => queues.joined(callId, into, extension);
  function ended(callId: string, reason: EndReason, at: Date): void {
    queues.callEnded(callId, reason === 'exchange_died' || reason === 'stopped', at);
    screens.ended(callId);
    erp.callEnded(callId).catch((error: unknown) => logger.error({ err: error, callId }, 'a call was not linked'));
  }
  // A database that does not answer must not keep the caller waiting.
  const ringsNoMore = (callId: string, extension: string | undefined) =>
    Promise.race([screens.takeBack(callId, extension), clock.sleep(windowsMs)]);
  const handlers = createCallHandlers({
    ...parts,
    exchange,
    block,
    spending,
    announce,
    screensOf,
    ended,
    joined,
    ringsNoMore,
  });
  return {
    ...handlers,
    exchange,
    erp,
    recordings,
    spending,
    queues,
    agents: createAgents({ db, exchange, roster: queues.roster, journal, clock, reload }),
    journal,
    screens,
    watch: (supervisor, extension, mode) =>
      callFrom({
        extension: supervisor,
        number: watchNumber(mode, extension),
        direction: 'internal',
        timeoutMs: 30_000,
      }),
    remote: createRemoteControl({ timeZone, exchange, telephony, callLog, block, clock }),
    ended,
  };
}

/** Keeps every tenant of the list running. */
export interface TenantKeeper {
  /** Reads the list again, and opens tenants that are new in it. Asked while it reads, it reads once more. */
  refresh(): Promise<void>;
}

/** @param tenants where those that run are put, by their ids */
export function keepTenants(
  tenants: Map<number, Tenant>,
  list: () => Promise<readonly TenantSummary[]>,
  open: (tenantId: number, listed: () => TenantSummary) => Promise<Tenant>,
): TenantKeeper {
  const known = new Map<number, TenantSummary>();
  let reading: Promise<void> = Promise.resolve();

  async function read(): Promise<void> {
    for (const summary of await list()) {
      const { id } = summary;
      known.set(id, summary);
      if (tenants.has(id)) continue;
      const tenant = await open(id, () => known.get(id) ?? summary);
      tenants.set(id, tenant);
      await tenant.exchange.refresh();
    }
  }

  return {
    refresh() {
      reading = reading.catch(() => undefined).then(read);
      return reading;
    },
  };
}
