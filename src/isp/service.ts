import type {
  Access,
  Alert,
  Erp,
  InvoiceSent,
  SendNothing,
  SendRefusal,
  Unlocked,
  UnlockNothing,
  UnlockRefusal,
} from '../erp/port.ts';
import { type ExtensionName, extensionNamed } from '../exchange/service.ts';
import { localDate } from '../kernel/clock.ts';
import type { Outcome } from '../kernel/outcome.ts';
import type { ProtocolNumber } from '../kernel/protocol-number.ts';
import type { Messaging } from '../messaging/service.ts';
import { createScreens } from '../screen-pop/service.ts';
import { announceCall, type CallNotice, withdrawCall } from './agent-windows.ts';
import type { PaintBoleto } from './billing/boleto-painter.ts';
import { debtRules } from './billing/debt-rules.ts';
import type { BillRequest } from './billing/dispatch.ts';
import { dispatchInvoice, type InvoiceDispatch, type PushPost, pushInvoice } from './billing/invoice-dispatch.ts';
import {
  findInvoices,
  type InvoiceDossier,
  type InvoiceSearch,
  invoiceDossiers,
  invoiceIds,
} from './billing/invoice-dossier.ts';
import type { InvoiceLinks, InvoicePage } from './billing/invoice-link.ts';
import {
  type InvoiceFilter,
  type InvoiceOrder,
  type InvoiceRecord,
  invoiceRecords,
} from './billing/invoice-records.ts';
import { type SchedulePromiseEnd, type UnlockRequest, unlockOnTrust } from './billing/service.ts';
import {
  type EquipmentRecord,
  equipmentRecords,
  type PopRecord,
  popRecords,
  type ServiceZoneRecord,
  serviceZoneRecords,
} from './network/inventory.ts';
import { type LastConnection, selectLastConnections } from './network/last-connections.ts';
import { type MaintenanceRecord, maintenanceRecords } from './network/planned-work.ts';
import { ResetPace } from './network/reset-pace.ts';
import { type SessionHistory, sessionHistory } from './network/session-history.ts';
import type { Page, Paged } from './page.ts';
import type { OfferedPlan } from './prospects/plans.ts';
import { type ProspectRecord, prospectsNamed } from './prospects/prospect-records.ts';
import { addProspect, type NewProspect, type ProspectRejection, plansAt } from './prospects/service.ts';
import type { Provider } from './provider.ts';
import { type ContractKey, type ContractRecord, contractRecords } from './subscribers/contract-records.ts';
import { subscriberDossiers } from './subscribers/dossier-statement.ts';
import { type ServedCity, servedCities } from './subscribers/served-cities.ts';
import { alertsForEveryone } from './subscribers/service.ts';
import type { SubscriberDossier } from './subscribers/subscriber-dossier.ts';
import {
  type ListedSubscribers,
  listedSubscriberIds,
  listedSubscribers,
  type SubscriberOrder,
} from './subscribers/subscriber-list.ts';
import { type SubscriberEntry, type SubscriberFilter, subscriberPage } from './subscribers/subscriber-page.ts';
import { findSubscribers, type SubscriberSearch } from './subscribers/subscriber-search.ts';
import { type NewTicket, recordContact } from './tickets/service.ts';
import {
  type ServiceOrderFilter,
  type ServiceOrderOrder,
  type ServiceOrderRecord,
  serviceOrderRecords,
} from './tickets/service-order-records.ts';
import { type EditRejection, editTicket, type TicketEdit } from './tickets/ticket-edit.ts';
import { type TicketFilter, type TicketOrder, type TicketRecord, ticketRecords } from './tickets/ticket-records.ts';
import { requestTicket, type TicketRejection, type TicketRequest } from './tickets/ticket-request.ts';

export type { InvoiceRefusal, Recipient } from './billing/invoice-dispatch.ts';
export type { InvoiceDossier, InvoiceSearch } from './billing/invoice-dossier.ts';
export type { InvoiceRecord, InvoiceStatus } from './billing/invoice-records.ts';
export type { EquipmentRecord, PopRecord, ServiceZoneRecord } from './network/inventory.ts';
export type { LastConnection } from './network/last-connections.ts';
export type { MaintenanceRecord } from './network/planned-work.ts';
export type { SessionHistory, SessionRecord, SessionTotals } from './network/session-history.ts';
export type { Page, Paged } from './page.ts';
export type { OfferedPlan } from './prospects/plans.ts';
export type { ProspectRecord } from './prospects/prospect-records.ts';
export type { NewProspect, ProspectRejection } from './prospects/service.ts';
export type { ContractKey, ContractRecord, PostalAddress } from './subscribers/contract-records.ts';
export type { ContractState } from './subscribers/contract-state.ts';
export type { ServedCity } from './subscribers/served-cities.ts';
export type {
  DossierContract,
  LocatedAddress,
  NetworkPlace,
  SubscriberDossier,
} from './subscribers/subscriber-dossier.ts';
export type { ListedSubscribers, SubscriberOrder } from './subscribers/subscriber-list.ts';
export type { SubscriberEntry, SubscriberFilter } from './subscribers/subscriber-page.ts';
export type { SubscriberKey, SubscriberSearch } from './subscribers/subscriber-search.ts';
export { apiOrderReasonId } from './tickets/catalogue.ts';
export type { ServiceOrderFilter, ServiceOrderRecord, ServiceOrderStatus } from './tickets/service-order-records.ts';
export type { EditRejection, TicketEdit } from './tickets/ticket-edit.ts';
export type { TicketFilter, TicketRecord } from './tickets/ticket-records.ts';
export type { TicketRejection, TicketRequest } from './tickets/ticket-request.ts';

/**
 * One provider's back office, as APIs of other systems serve it to programs. Everything takes the tenant from the office,
 * never from what a program sends. Acts under one key happen once. What the database refuses rejects.
 */
export interface BackOffice {
  readonly timeZone: string;
  now(): Date;
  /** The provider's calendar day, `YYYY-MM-DD`. */
  today(): string;
  contracts(key: ContractKey): Promise<ContractRecord[]>;
  subscribers(filter: SubscriberFilter, page: Page): Promise<Paged<SubscriberEntry>>;
  /** Subscribers with all that is on file; a contract that was looked for is the first of its subscriber's. */
  findSubscribers(search: SubscriberSearch): Promise<SubscriberDossier[]>;
  listedSubscribers(listed: ListedSubscribers, order: SubscriberOrder, page: Page): Promise<Paged<number>>;
  /** The ids of all of them, or of the first `limit`, in order. */
  listedSubscriberIds(
    listed: ListedSubscribers,
    order: SubscriberOrder,
    limit: number | undefined,
  ): Promise<readonly number[]>;
  /** The dossiers of some subscribers, in the given order, with or without their cancelled contracts. */
  subscriberDossiers(ids: readonly number[], withCancelled: boolean): Promise<SubscriberDossier[]>;
  /** By login; one that has never connected is left out. */
  lastConnections(logins: readonly string[]): Promise<ReadonlyMap<string, LastConnection>>;
  invoices(filter: InvoiceFilter, page: Page, order?: InvoiceOrder): Promise<Paged<InvoiceRecord>>;
  /** The invoices that are meant, with all that is on file: for a few. */
  findInvoices(search: InvoiceSearch & { limit: number }): Promise<InvoiceDossier[]>;
  /** The ids of the invoices that are meant, in order. */
  invoiceIds(search: InvoiceSearch): Promise<readonly number[]>;
  /** Some invoices with all that is on file, in the given order. */
  invoiceDossiers(ids: readonly number[]): Promise<InvoiceDossier[]>;
  /** The addresses of invoices' PDFs, by the invoices' ids. */
  invoiceLinks(ids: readonly number[], page?: InvoicePage): Promise<ReadonlyMap<number, string>>;
  maintenances(): Promise<MaintenanceRecord[]>;
  /** The cities and districts where active subscribers are. */
  cities(): Promise<ServedCity[]>;
  equipment(): Promise<EquipmentRecord[]>;
  pops(): Promise<PopRecord[]>;
  serviceZones(): Promise<ServiceZoneRecord[]>;
  alertsForEveryone(): Promise<Alert[]>;
  /** What may be sold where a postal code (eight digits) is; undefined: no city that the provider knows. */
  plansAt(postalCode: string): Promise<OfferedPlan[] | undefined>;
  addProspect(prospect: NewProspect): Promise<{ readonly prospect: ProspectRecord } | ProspectRejection>;
  /** Those whose name holds `part`, whatever its accents and case. */
  prospects(part: string): Promise<ProspectRecord[]>;
  tickets(filter: TicketFilter, page: Page, order: TicketOrder): Promise<Paged<TicketRecord>>;
  serviceOrders(filter: ServiceOrderFilter, page: Page, order: ServiceOrderOrder): Promise<Paged<ServiceOrderRecord>>;
  checkAccess(contractId: number, signal: AbortSignal): Promise<Outcome<Access, never, 'not_found'>>;
  /** The connections of a login that were on within a time; undefined when no contract of ours has it. */
  sessionHistory(
    login: string,
    time: { readonly from: Date; readonly until: Date },
    limit: number,
  ): Promise<SessionHistory | undefined>;
  /** Drops a contract's session; `too_soon` when that was done over and over. */
  resetSession(contractId: number, signal: AbortSignal): Promise<SessionReset>;
  /** Forgets the hardware address that a contract is bound to, and drops its session. */
  resetMac(contractId: number, signal: AbortSignal): ReturnType<Erp['resetMac']>;
  /** The most days a trust unlock lasts. */
  unlockDays(): Promise<number>;
  unlock(request: UnlockRequest, signal: AbortSignal): Promise<Outcome<Unlocked, UnlockRefusal, UnlockNothing>>;
  sendInvoice(request: BillRequest, signal: AbortSignal): Promise<Outcome<InvoiceSent, SendRefusal, SendNothing>>;
  /** Stores an invoice for delivery to all of its subscriber's addresses, and to others besides. */
  dispatchInvoice(request: InvoiceDispatch): ReturnType<typeof dispatchInvoice>;
  /** Stores an invoice for delivery to its subscriber's browsers and apps. */
  pushInvoice(request: Pick<InvoiceDispatch, 'invoiceId' | 'key'>): ReturnType<typeof pushInvoice>;
  openTicket(
    request: TicketRequest,
    signal: AbortSignal,
  ): Promise<{ readonly protocol: ProtocolNumber } | TicketRejection>;
  editTicket(id: number, edit: TicketEdit): Promise<'edited' | EditRejection>;
  /** Records a contact that is settled already; undefined when there is no such contract. */
  recordContact(contact: Omit<NewTicket, 'closed'>): Promise<ProtocolNumber | undefined>;
  /** The number of an agent's extension; undefined when there is none of that name in use. */
  extensionNamed(name: ExtensionName): Promise<string | undefined>;
  /** Opens a window about a caller on an agent's screen; false when nobody is who is named. */
  announceCall(notice: Parameters<typeof announceCall>[2]): Promise<boolean>;
  /** Closes it, if it is open; false when nobody is who is named. */
  withdrawCall(notice: CallNotice): Promise<boolean>;
  /** To numbers that messages can reach (E.164). */
  sendSms(sms: { readonly to: readonly string[]; readonly text: string; readonly key: string }): Promise<void>;
}

type SessionReset =
  | Awaited<ReturnType<Erp['resetSession']>>
  | { readonly kind: 'too_soon'; readonly retryAfterMs: number };

export interface BackOfficeParts {
  readonly provider: Provider;
  /** The same provider's embedded ERP. */
  readonly erp: Pick<Erp, 'checkAccess' | 'sendInvoice' | 'resetSession' | 'resetMac'>;
  readonly messaging: Messaging;
  readonly push: PushPost['push'];
  readonly paintBoleto: PaintBoleto;
  readonly invoiceLinks: Pick<InvoiceLinks, 'links'>;
  readonly schedulePromiseEnd: SchedulePromiseEnd;
}

/** Makes the back office of one tenant. */
export function createBackOffice(parts: BackOfficeParts): BackOffice {
  const { provider, erp, messaging, schedulePromiseEnd } = parts;
  const { tenantId, clock, timeZone } = provider;
  const screens = createScreens(provider);
  const resets = new ResetPace(clock);
  return {
    timeZone,
    now: () => clock.now(),
    today: () => localDate(clock.now(), timeZone),
    contracts: (key) => contractRecords(provider, key),
    subscribers: (filter, page) => subscriberPage(provider, filter, page),
    findSubscribers: (search) => findSubscribers(provider, search),
    listedSubscribers: (listed, order, page) => listedSubscribers(provider, listed, order, page),
    listedSubscriberIds: (listed, order, limit) => listedSubscriberIds(provider, listed, order, { offset: 0, limit }),
    subscriberDossiers: (ids, withCancelled) => subscriberDossiers(provider, ids, withCancelled),
    lastConnections: (logins) => selectLastConnections(provider, logins),
    invoices: (filter, page, order) => invoiceRecords(provider, filter, page, order),
    findInvoices: (search) => findInvoices(provider, search),
    invoiceIds: (search) => invoiceIds(provider, search),
    invoiceDossiers: (ids) => invoiceDossiers(provider, ids),
    invoiceLinks: (ids, page) => parts.invoiceLinks.links(tenantId, ids, page),
    maintenances: () => maintenanceRecords(provider),
    cities: () => servedCities(provider),
    equipment: () => equipmentRecords(provider),
    pops: () => popRecords(provider),
    serviceZones: () => serviceZoneRecords(provider),
    alertsForEveryone: () => alertsForEveryone(provider),
    plansAt: (postalCode) => plansAt(provider, postalCode),
    addProspect: (prospect) => addProspect(provider, prospect),
    prospects: (part) => prospectsNamed(provider, part),
    tickets: (filter, page, order) => ticketRecords(provider, filter, page, order),
    serviceOrders: (filter, page, order) => serviceOrderRecords(provider, filter, page, order),
    checkAccess: (contractId, signal) => erp.checkAccess(String(contractId), signal),
    sessionHistory: (login, time, limit) => sessionHistory(provider, login, time, limit),
    resetSession: async (contractId, signal) => {
      const retryAfterMs = resets.take(contractId);
      return retryAfterMs > 0 ? { kind: 'too_soon', retryAfterMs } : erp.resetSession(String(contractId), signal);
    },
    resetMac: (contractId, signal) => erp.resetMac(String(contractId), signal),
    unlockDays: async () => (await debtRules(provider)).unlockDays,
    unlock: (request, signal) => unlockOnTrust(provider, request, schedulePromiseEnd, signal),
    sendInvoice: (request, signal) => erp.sendInvoice({ ...request, contractId: String(request.contractId) }, signal),
    dispatchInvoice: (request) => dispatchInvoice(provider, parts, request),
    pushInvoice: (request) => pushInvoice(provider, parts, request),
    openTicket: (request, signal) => requestTicket(provider, request, signal),
    editTicket: (id, edit) => editTicket(provider, id, edit),
    recordContact: (contact) => recordContact(provider, contact),
    extensionNamed: (name) => extensionNamed(provider.db, tenantId, name),
    announceCall: (notice) => announceCall(provider, screens, notice),
    withdrawCall: (notice) => withdrawCall(provider, screens, notice),
    sendSms: async ({ to, text, key }) => {
      for (const number of to) await messaging.sendSms({ tenantId, to: number, text, dedupeKey: `${key}:${number}` });
    },
  };
}
