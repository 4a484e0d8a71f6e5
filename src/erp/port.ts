import type { Cents } from '../kernel/money.ts';
import type { Outcome } from '../kernel/outcome.ts';
import type { Personal } from '../kernel/personal.ts';
import type { ProtocolNumber } from '../kernel/protocol-number.ts';
import type { TaxId } from '../kernel/tax-id.ts';

/**
 * What the contact centre needs of a provider's ERP. One implementation per kind of ERP, one instance per tenant.
 * Contract and subscriber ids are the ERP's own, as text. Implementations never throw for what the other side does:
 * they answer with an `Outcome`; of an act, `down` promises that the request did not reach the ERP, and `unknown` is
 * right whenever it may have. Deadlines, the breaker and exactly-once acts are put around them (`resilience.ts`,
 * `acts.ts`), so an implementation only talks; it must stop when `signal` is aborted.
 */
export interface Erp {
  readonly name: string;
  readonly can: Capabilities;
  /** Whether it can be reached and lets us in, by a question that costs it little. */
  answers(signal: AbortSignal): Promise<Outcome<null>>;
  findByDocument(document: TaxId, signal: AbortSignal): Promise<Outcome<Subscriber, never, 'not_found'>>;
  findByContract(contractId: string, signal: AbortSignal): Promise<Outcome<Subscriber, never, 'not_found'>>;
  /** Everyone on whose record the number (E.164) stands; more than one is no identification. */
  findByPhone(phone: string, signal: AbortSignal): Promise<Outcome<Subscriber[], never, 'not_found'>>;
  /** Unpaid invoices of a contract, the earliest due first. */
  openInvoices(contractId: string, signal: AbortSignal): Promise<Outcome<Invoice[], never, 'not_found'>>;
  /** Alerts the provider holds for every caller (mass outage, holiday notice). */
  providerAlerts(signal: AbortSignal): Promise<Outcome<Alert[]>>;
  checkAccess(contractId: string, signal: AbortSignal): Promise<Outcome<Access, never, 'not_found'>>;

  sendInvoice(act: SendInvoice, signal: AbortSignal): Promise<Outcome<InvoiceSent, SendRefusal, SendNothing>>;
  trustUnlock(act: TrustUnlock, signal: AbortSignal): Promise<Outcome<Unlocked, UnlockRefusal, UnlockNothing>>;
  /**
   * The trust unlock of a contract granted on or after `since`, if the ERP knows one: asked when an answer was lost.
   */
  findUnlock(contractId: string, since: Date, signal: AbortSignal): Promise<Outcome<Unlocked, never, 'not_found'>>;
  /** Drops the running session so that the modem dials in again; `not_possible` where the provider's network takes no such request. */
  resetSession(
    contractId: string,
    signal: AbortSignal,
  ): Promise<Outcome<null, 'not_possible', 'not_found' | 'no_session'>>;
  /** Forgets the hardware address bound to the contract and drops the session; `not_possible` where the ERP offers no such thing. */
  resetMac(contractId: string, signal: AbortSignal): Promise<Outcome<null, 'not_possible', 'not_found'>>;
  openTicket(act: OpenTicket, signal: AbortSignal): Promise<Outcome<TicketOpened, 'rejected', 'not_found'>>;
  /** The ticket opened for a contract under a call's idempotency key, if the ERP knows one: asked when an answer was lost. */
  findTicket(contractId: string, key: string, signal: AbortSignal): Promise<Outcome<TicketOpened, never, 'not_found'>>;
  /**
   * Opens, or with `lost` closes, a window about the caller on an agent's screen in the ERP; `not_possible` where a window
   * cannot be closed from outside.
   */
  notifyAgent(notice: AgentNotice, signal: AbortSignal): Promise<Outcome<null, 'not_possible', 'not_found'>>;
  /**
   * Keeps the address of a call with the ticket that the call opened; the same link twice is one link. `not_possible` where
   * the ERP has no place for it.
   */
  linkCall(link: CallLink, signal: AbortSignal): Promise<Outcome<null, 'not_possible', 'not_found'>>;
}

/** What not every ERP can be asked for; what it cannot is not offered to callers. */
export interface Capabilities {
  readonly resetSession: boolean;
  readonly resetMac: boolean;
  /** Whether the window about a call that was lost can be closed. */
  readonly closeNotice: boolean;
  readonly linkCall: boolean;
  /** Whether `notifyAgent` opens and closes the windows of our own live stream, so that nobody else has to. */
  readonly ownWindows?: boolean;
}

export interface Subscriber {
  readonly id: string;
  readonly name: Personal;
  /** How a person is addressed: "Ana", or the company's trade name. */
  readonly firstName: string;
  readonly document: TaxId;
  readonly contracts: readonly Contract[];
}

export type ContractStatus = 'active' | 'suspended' | 'reduced' | 'installing' | 'inactive' | 'cancelled';

export interface Contract {
  readonly id: string;
  readonly status: ContractStatus;
  /** Why it is suspended; only `debt` can be unlocked on trust. */
  readonly suspendedFor: 'debt' | 'request' | 'other' | undefined;
  readonly plan: string;
  /** Street of installation, as it is spoken when a caller has several contracts. */
  readonly street: string;
  readonly streetNumber: string;
  readonly overdueCents: Cents;
  readonly overdueCount: number;
  readonly openCents: Cents;
  readonly unlocksThisMonth: number;
  readonly alerts: readonly Alert[];
}

export interface Alert {
  readonly id: string;
  readonly kind: 'outage' | 'notice';
  /** What is spoken, in Portuguese. */
  readonly text: string;
  /** When service is expected back. */
  readonly forecast: Date | undefined;
}

export interface Invoice {
  readonly id: string;
  /** `YYYY-MM-DD` */
  readonly dueOn: string;
  readonly amountCents: Cents;
  readonly overdue: boolean;
  /** The 47 digits of the boleto, without punctuation. */
  readonly boletoLine: string | undefined;
  /** The Pix BR Code ("copia e cola"). */
  readonly pixCode: string | undefined;
}

export interface Access {
  readonly state: 'online' | 'offline' | 'maintenance' | 'concentrator_down' | 'other';
  readonly message: string | undefined;
  /** When service is expected back; with `maintenance` and `concentrator_down`. */
  readonly forecast: Date | undefined;
}

/** What every act carries so that doing it twice can be noticed. */
interface Act {
  /** The same for every repetition of one act; see `acts.ts`. */
  readonly key: string;
  readonly contractId: string;
  readonly callId: string | undefined;
  /** The caller's number as the network gave it. */
  readonly callerNumber: string | undefined;
}

export type TrustUnlock = Act;
/** What the ERP told of a grant. After a lost answer it may only be known that there is one. */
export interface Unlocked {
  readonly protocol: ProtocolNumber | undefined;
  readonly days: number | undefined;
  /** The last day of the promise, `YYYY-MM-DD`. */
  readonly until: string | undefined;
}
export type UnlockRefusal = 'already_used' | 'not_allowed';
export type UnlockNothing = 'not_found' | 'not_suspended' | 'cancelled';

export interface SendInvoice extends Act {
  readonly by: 'email' | 'sms';
}
export interface InvoiceSent {
  readonly protocol: ProtocolNumber | undefined;
  /** Where it went, masked. */
  readonly to: Personal | undefined;
}
export type SendRefusal = 'no_contact' | 'contact_refused';
export type SendNothing = 'not_found' | 'no_open_invoice';

export interface OpenTicket extends Act {
  readonly subject: 'support' | 'complaint' | 'cancellation' | 'callback' | 'other';
  readonly description: string;
  /** Whether a technician must be sent. */
  readonly fieldVisit: boolean;
}
export interface TicketOpened {
  readonly protocol: ProtocolNumber | undefined;
  /** The ERP's own id of it, where that is another than its protocol. */
  readonly id?: string | undefined;
}

export interface CallLink {
  /** The same for every repetition. */
  readonly key: string;
  readonly contractId: string;
  readonly ticket: TicketOpened;
  readonly callId: string;
  /** Where whoever works on the ticket finds the call. */
  readonly url: string;
}

export interface AgentNotice {
  readonly contractId: string;
  readonly extension: string;
  readonly callId: string;
  readonly callerNumber: string | undefined;
  readonly lost: boolean;
  /** What the caller did in our menus, for windows of our own. */
  readonly steps?: readonly MenuStep[] | undefined;
}

/** A node of a menu that a caller came by, as the call log has it. */
export interface MenuStep {
  readonly position: number;
  readonly flow: string;
  readonly node: string;
  readonly kind: string;
  readonly enteredAt: string;
  readonly leftAt: string | null;
  readonly exit: string | null;
  /** Personal ones are only counted, as asterisks. */
  readonly digits: string | null;
}
