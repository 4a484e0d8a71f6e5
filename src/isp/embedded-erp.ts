import type { Erp } from '../erp/port.ts';
import { done, nothingToDo, refused, unavailable } from '../kernel/outcome.ts';
import type { Messaging } from '../messaging/service.ts';
import { createScreens } from '../screen-pop/service.ts';
import { databaseTrouble } from '../storage/database-trouble.ts';
import { showCall } from './agent-windows.ts';
import type { PaintBoleto } from './billing/boleto-painter.ts';
import { findUnlock, openInvoices, type SchedulePromiseEnd, sendBill, unlockOnTrust } from './billing/service.ts';
import { type Concentrators, noConcentrators } from './network/concentrators.ts';
import { checkAccess, resetMac, resetSession } from './network/service.ts';
import type { Provider } from './provider.ts';
import {
  alertsForEveryone,
  findByContract,
  findByDocument,
  findByPhone,
  parseContractId,
} from './subscribers/service.ts';
import { findTicket, openTicket } from './tickets/service.ts';

export interface EmbeddedErpOptions extends Provider {
  readonly messaging: Messaging;
  readonly paintBoleto: PaintBoleto;
  readonly schedulePromiseEnd: SchedulePromiseEnd;
  /** Without them accounting alone tells who is online, and a reset is `not_possible`. */
  readonly concentrators?: Concentrators;
}

const unknown = nothingToDo('not_found');

/**
 * The back office of a provider that has no ERP of its own, as the contact centre's port. Everything it does is in our
 * database and commits before it answers. The tenant's ticket lists must be installed (`installTicketCatalogue`).
 */
export function createEmbeddedErp(options: EmbeddedErpOptions): Erp {
  const { messaging, paintBoleto, schedulePromiseEnd, concentrators = noConcentrators, ...provider } = options;
  const screens = createScreens(provider);

  /** `down` is said only of what was not done. Other errors are bugs, and go to the one who puts a bound around us. */
  async function answer<T>(signal: AbortSignal, ifBroken: 'down' | 'unknown', work: () => Promise<T>) {
    if (signal.aborted) return unavailable('down', 'The caller did not wait.');
    try {
      return await work();
    } catch (error) {
      if (error === signal.reason) return unavailable('down', 'The caller did not wait; nothing was done.');
      const trouble = databaseTrouble(error);
      if (trouble === undefined) throw error;
      return unavailable(trouble === 'unreached' ? 'down' : ifBroken, 'The database does not answer.');
    }
  }
  const lookup = <T>(signal: AbortSignal, work: () => Promise<T>) => answer(signal, 'down', work);
  const act = <T>(signal: AbortSignal, work: () => Promise<T>) => answer(signal, 'unknown', work);

  return {
    name: 'embedded',
    // A ticket of ours names its call already.
    can: { resetSession: true, resetMac: true, closeNotice: true, linkCall: false, ownWindows: true },
    answers: (signal) =>
      lookup(signal, async () => {
        await alertsForEveryone(provider);
        return done(null);
      }),
    findByDocument: (document, signal) => lookup(signal, async () => found(await findByDocument(provider, document))),
    findByContract: (contract, signal) =>
      lookup(signal, async () => {
        const contractId = parseContractId(contract);
        return contractId === undefined ? unknown : found(await findByContract(provider, contractId));
      }),
    findByPhone: (phone, signal) =>
      lookup(signal, async () => {
        const subscribers = await findByPhone(provider, phone);
        return subscribers.length === 0 ? unknown : done(subscribers);
      }),
    openInvoices: (contract, signal) =>
      lookup(signal, async () => {
        const contractId = parseContractId(contract);
        return contractId === undefined ? unknown : found(await openInvoices(provider, contractId));
      }),
    providerAlerts: (signal) => lookup(signal, async () => done(await alertsForEveryone(provider))),
    checkAccess: (contract, signal) =>
      lookup(signal, async () => {
        const contractId = parseContractId(contract);
        return contractId === undefined
          ? unknown
          : found(await checkAccess(provider, concentrators, contractId, signal));
      }),

    sendInvoice: (request, signal) =>
      act(signal, async () => {
        const contractId = parseContractId(request.contractId);
        if (contractId === undefined) return unknown;
        return sendBill(provider, { messaging, paintBoleto }, { ...request, contractId }, signal);
      }),
    trustUnlock: (request, signal) =>
      act(signal, async () => {
        const contractId = parseContractId(request.contractId);
        if (contractId === undefined) return unknown;
        return unlockOnTrust(provider, { ...request, contractId }, schedulePromiseEnd, signal);
      }),
    findUnlock: (contract, since, signal) =>
      lookup(signal, async () => {
        const contractId = parseContractId(contract);
        return contractId === undefined ? unknown : found(await findUnlock(provider, contractId, since));
      }),
    resetSession: (contract, signal) =>
      act(signal, async () => {
        const contractId = parseContractId(contract);
        return contractId === undefined ? unknown : resetSession(provider, concentrators, contractId, signal);
      }),
    resetMac: (contract, signal) =>
      act(signal, async () => {
        const contractId = parseContractId(contract);
        return contractId === undefined ? unknown : resetMac(provider, concentrators, contractId, signal);
      }),
    openTicket: (request, signal) =>
      act(signal, async () => {
        const contractId = parseContractId(request.contractId);
        if (contractId === undefined) return unknown;
        const protocol = await openTicket(provider, { ...request, contractId }, signal);
        return protocol === undefined ? unknown : done({ protocol });
      }),
    findTicket: (_, key, signal) =>
      lookup(signal, async () => {
        const protocol = await findTicket(provider, key);
        return protocol === undefined ? unknown : done({ protocol });
      }),
    notifyAgent: (notice, signal) =>
      act(signal, async () => {
        const contractId = parseContractId(notice.contractId);
        if (contractId === undefined) return unknown;
        return (await showCall(provider, screens, { ...notice, contractId })) ? done(null) : unknown;
      }),
    linkCall: () => Promise.resolve(refused('not_possible', 'The embedded ERP keeps the call with the ticket itself.')),
  };
}

function found<T>(value: T | undefined) {
  return value === undefined ? unknown : done(value);
}
