import type { Outcome } from '../kernel/outcome.ts';
import type { TaxId } from '../kernel/tax-id.ts';
import type {
  Access,
  AgentNotice,
  Alert,
  Capabilities,
  Invoice,
  InvoiceSent,
  OpenTicket,
  SendNothing,
  SendRefusal,
  Subscriber,
  TicketOpened,
  Unlocked,
  UnlockNothing,
  UnlockRefusal,
} from './port.ts';

/**
 * The provider's ERP as the contact centre uses it. Nothing here rejects, every answer comes within a deadline, and an
 * act asked for again (hang-up, redial, restart) is not done again but answered with what became of it.
 */
export interface ErpGateway {
  readonly can: Capabilities;
  /** Asks the ERP, once in 5 s; `down` when it does not answer, or is not asked because it did not. */
  health(): Promise<'ok' | 'down'>;
  /** Lookups are given up when `hangup` is aborted. */
  findByDocument(document: TaxId, hangup?: AbortSignal): Promise<Outcome<Subscriber, never, 'not_found'>>;
  findByContract(contractId: string, hangup?: AbortSignal): Promise<Outcome<Subscriber, never, 'not_found'>>;
  findByPhone(phone: string, hangup?: AbortSignal): Promise<Outcome<Subscriber[], never, 'not_found'>>;
  openInvoices(contractId: string, hangup?: AbortSignal): Promise<Outcome<Invoice[], never, 'not_found'>>;
  providerAlerts(hangup?: AbortSignal): Promise<Outcome<Alert[]>>;
  checkAccess(contractId: string, hangup?: AbortSignal): Promise<Outcome<Access, never, 'not_found'>>;
  /** At most one while an unlock holds; afterwards the ERP's own rule decides again. */
  trustUnlock(request: ActRequest): Promise<Outcome<Unlocked, UnlockRefusal, UnlockNothing>>;
  /** At most one by each way in a call. */
  sendInvoice(request: InvoiceRequest): Promise<Outcome<InvoiceSent, SendRefusal, SendNothing>>;
  /** At most one about each subject in a call. */
  openTicket(request: TicketRequest): Promise<Outcome<TicketOpened, 'rejected', 'not_found'>>;
  resetSession(contractId: string): Promise<Outcome<null, 'not_possible', 'not_found' | 'no_session'>>;
  resetMac(contractId: string): Promise<Outcome<null, 'not_possible', 'not_found'>>;
  notifyAgent(notice: AgentNotice): Promise<Outcome<null, 'not_possible', 'not_found'>>;
  /**
   * Asks the ERP what became of acts nobody knows the end of (a killed process, lost answers), so that the log is complete.
   * @returns how many are known now
   */
  resolveDoubts(): Promise<number>;
  /** Links the tickets that a call opened to it, where the ERP can keep that. Rejects when the database is away. */
  callEnded(callId: string): Promise<void>;
  /** As `callEnded`, for calls at whose end we or the ERP were not there. */
  linkLostCalls(): Promise<void>;
}

export interface ActRequest {
  readonly contractId: string;
  readonly callId: string;
  /** As the network gave it. */
  readonly callerNumber: string | undefined;
}

export interface InvoiceRequest extends ActRequest {
  readonly by: 'email' | 'sms';
}

export type TicketRequest = ActRequest & Pick<OpenTicket, 'subject' | 'description' | 'fieldVisit'>;
