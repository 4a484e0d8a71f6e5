import type { Registry } from 'prom-client';
import { type Clock, localDate } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { nothingToDo, type Outcome } from '../kernel/outcome.ts';
import { Personal } from '../kernel/personal.ts';
import type { Database } from '../storage/database.ts';
import { invoiceKey, linkKey, nextUnlockKey, ticketKey } from './act-key.ts';
import type { ActLocks } from './act-locks.ts';
import { inDoubt } from './act-state.ts';
import { type ActPlan, createActs } from './acts.ts';
import type { BreakerSettings } from './breaker.ts';
import { createErpMetrics } from './erp-metrics.ts';
import type {
  Erp,
  InvoiceSent,
  SendNothing,
  SendRefusal,
  TicketOpened,
  Unlocked,
  UnlockNothing,
  UnlockRefusal,
} from './port.ts';
import { type Deadlines, defaultBreaker, defaultDeadlines, withResilience } from './resilience.ts';
import type { ActRequest, ErpGateway, InvoiceRequest, TicketRequest } from './service.ts';
import { type ActRow, createActStore } from './store.ts';

export interface ErpGatewayOptions {
  readonly erp: Erp;
  readonly db: Database;
  readonly tenantId: number;
  /** One for all gateways of a process. */
  readonly locks: ActLocks;
  /** The provider's, in which its months and days are counted. */
  readonly timeZone: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly deadlines?: Deadlines;
  readonly breaker?: BreakerSettings;
  /**
   * How long after sending an act the ERP may still carry it out although it does not know it yet. 0 for an ERP that
   * commits before it answers and dies with us; the act's deadline when left out.
   */
  readonly settleMs?: number;
  /** See `ActOptions`. */
  readonly mandate?: { readonly isSure: boolean } | undefined;
  /** Where a call is found by who works on a ticket that it opened. */
  readonly callUrl?: (callId: string) => string;
}

type UnlockPlan = ActPlan<Unlocked, UnlockRefusal, UnlockNothing>;
type InvoicePlan = ActPlan<InvoiceSent, SendRefusal, SendNothing>;
type TicketPlan = ActPlan<TicketOpened, 'rejected', 'not_found'>;
type LinkPlan = ActPlan<null, 'not_possible', 'not_found'>;

const doubtsAtOnce = 100;
/** Whoever may ask for our health must not be able to make the ERP busy with it. */
const lookEveryMs = 5_000;
/** Not linked so long after it was opened, a ticket is linked whether or not its call is still going on; after a day it is given up. */
const linkLostMs = 600_000;
const linkGivenUpMs = 24 * 3_600_000;

/** Puts deadlines, the breaker and exactly-once acts around one tenant's ERP. */
export function createErpGateway(options: ErpGatewayOptions): ErpGateway {
  const { db, tenantId, timeZone, locks, clock, logger, deadlines = defaultDeadlines } = options;
  const erp = withResilience(options.erp, {
    clock,
    logger,
    deadlines,
    breaker: options.breaker ?? defaultBreaker,
    metrics: createErpMetrics(options.metrics, `${options.erp.name}/${tenantId}`),
  });
  const { settleMs = deadlines.actMs } = options;
  const store = createActStore(db, tenantId);
  const acts = createActs({ store, locks, clock, logger, mandate: options.mandate, settleMs });
  /** An act is finished whether or not its caller is still there. */
  const never = new AbortController().signal;

  const today = () => localDate(clock.now(), timeZone);
  const findUnlock = (row: ActRow) => erp.findUnlock(row.contractId, row.sentAt, never);
  const findTicket = (row: ActRow) => erp.findTicket(row.contractId, row.key, never);
  const unlockLock = (contractId: string) => `${tenantId}:unlock:${contractId}`;

  function unlockPlan(request: ActRequest): UnlockPlan {
    const { contractId } = request;
    return {
      act: 'unlock',
      contractId,
      callId: request.callId,
      lock: unlockLock(contractId),
      latest: () => store.latestUnlock(contractId),
      nextKey: (latest) => nextUnlockKey(contractId, today().slice(0, 7), latest),
      stillHolds: (row) => row.holdsUntil !== undefined && row.holdsUntil >= today(),
      send: (key) => erp.trustUnlock({ ...request, key }, never),
      find: findUnlock,
      revive: (outcome) => outcome as Awaited<ReturnType<UnlockPlan['send']>>,
      holdsUntil: (unlocked) => unlocked.until,
    };
  }

  function invoicePlan(request: InvoiceRequest): InvoicePlan {
    const key = invoiceKey(request.contractId, request.by, request.callId);
    return {
      ...oncePerCall('invoice', request, key),
      send: () => erp.sendInvoice({ ...request, key: key.key }, never),
      find: undefined,
      revive: reviveInvoice,
    };
  }

  function ticketPlan(request: TicketRequest): TicketPlan {
    const key = ticketKey(request.contractId, request.subject, request.callId);
    return {
      ...oncePerCall('ticket', request, key),
      send: () => erp.openTicket({ ...request, key: key.key }, never),
      find: findTicket,
      revive: (outcome) => outcome as Awaited<ReturnType<TicketPlan['send']>>,
    };
  }

  function linkPlan(ticket: ActRow, callId: string, url: string): LinkPlan {
    const key = linkKey(ticket);
    const opened = ticket.outcome as Awaited<ReturnType<TicketPlan['send']>> | undefined;
    const value = opened?.kind === 'done' ? opened.value : { protocol: undefined };
    const { contractId } = ticket;
    return {
      ...oncePerCall('link', { contractId, callId, callerNumber: undefined }, key),
      send: () => erp.linkCall({ key: key.key, contractId, callId, ticket: value, url }, never),
      find: sameAgain,
      revive: (outcome) => outcome as Awaited<ReturnType<LinkPlan['send']>>,
    };
  }

  async function link(tickets: readonly ActRow[]): Promise<void> {
    for (const ticket of tickets) {
      const { callId, contractId } = ticket;
      if (callId === undefined || options.callUrl === undefined) continue;
      const { kind } = await acts.perform(linkPlan(ticket, callId, options.callUrl(callId)));
      if (kind !== 'done') logger.warn({ contractId, callId, outcome: kind }, 'a ticket has no link to its call');
    }
  }

  function oncePerCall<A extends 'invoice' | 'ticket' | 'link'>(
    act: A,
    request: ActRequest,
    key: ReturnType<typeof invoiceKey>,
  ) {
    return {
      act,
      contractId: request.contractId,
      callId: request.callId,
      lock: `${tenantId}:${key.key}`,
      latest: () => store.byKey(key.key),
      nextKey: () => key,
      stillHolds: () => true,
      holdsUntil: () => undefined,
    };
  }

  async function resolveDoubts(): Promise<number> {
    const sentBefore = new Date(clock.now().getTime() - settleMs - deadlines.actMs);
    let known = 0;
    for (const row of await store.inDoubt(sentBefore, doubtsAtOnce)) {
      const name = row.act === 'unlock' ? unlockLock(row.contractId) : `${tenantId}:${row.key}`;
      const cleared = await locks.withLock(name, () => clearDoubt(row.key));
      if (cleared === 'did_not_happen' || (typeof cleared === 'object' && cleared.kind === 'done')) known += 1;
    }
    return known;
  }

  async function clearDoubt(key: string) {
    const row = await store.byKey(key);
    if (row === undefined || !inDoubt(row.state)) return undefined;
    if (row.act === 'unlock') {
      return acts.clearDoubt({ find: findUnlock, holdsUntil: (unlocked) => unlocked.until }, row);
    }
    return acts.clearDoubt({ find: finds[row.act], holdsUntil: () => undefined }, row);
  }
  const finds = { invoice: undefined, ticket: findTicket, link: sameAgain };

  let lastLook: { readonly atMs: number; readonly answer: Promise<'ok' | 'down'> } | undefined;
  function health(): Promise<'ok' | 'down'> {
    const nowMs = clock.now().getTime();
    if (lastLook === undefined || nowMs - lastLook.atMs >= lookEveryMs) {
      const answer = erp.answers(never).then(({ kind }) => (kind === 'unavailable' ? 'down' : 'ok'));
      lastLook = { atMs: nowMs, answer };
    }
    return lastLook.answer;
  }

  return {
    can: erp.can,
    health,
    findByDocument: (document, hangup = never) => erp.findByDocument(document, hangup),
    findByContract: (contractId, hangup = never) => erp.findByContract(contractId, hangup),
    findByPhone: (phone, hangup = never) => erp.findByPhone(phone, hangup),
    openInvoices: (contractId, hangup = never) => erp.openInvoices(contractId, hangup),
    providerAlerts: (hangup = never) => erp.providerAlerts(hangup),
    checkAccess: (contractId, hangup = never) => erp.checkAccess(contractId, hangup),
    trustUnlock: (request) => acts.perform(unlockPlan(request)),
    sendInvoice: (request) => acts.perform(invoicePlan(request)),
    openTicket: (request) => acts.perform(ticketPlan(request)),
    resetSession: (contractId) => erp.resetSession(contractId, never),
    resetMac: (contractId) => erp.resetMac(contractId, never),
    notifyAgent: (notice) => erp.notifyAgent(notice, never),
    resolveDoubts,
    callEnded: async (callId) => {
      if (erp.can.linkCall) await link(await store.unlinked({ callId }));
    },
    linkLostCalls: async () => {
      if (!erp.can.linkCall) return;
      const before = (ms: number) => new Date(clock.now().getTime() - ms);
      await link(await store.unlinked({ openedFrom: before(linkGivenUpMs), openedBefore: before(linkLostMs) }));
    },
  };
}

/** The same link twice is one link: what may have been written is simply written again. */
const sameAgain = async () => nothingToDo('not_found');

/** The row kept the address masked; so it comes back. */
function reviveInvoice(kept: Outcome<unknown, string, string>): Awaited<ReturnType<InvoicePlan['send']>> {
  const outcome = kept as Awaited<ReturnType<InvoicePlan['send']>>;
  if (outcome.kind !== 'done') return outcome;
  const masked = outcome.value.to as string | undefined;
  const to = masked === undefined ? undefined : new Personal(masked, masked);
  return { kind: 'done', value: { protocol: outcome.value.protocol, to } };
}
