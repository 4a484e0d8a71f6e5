import type { ProtocolNumber } from '../../kernel/protocol-number.ts';
import { inTransaction, type Provider, type ProviderTransaction } from '../provider.ts';
import { areStaff, staffMemberOf } from '../staff.ts';
import { lockContract } from '../subscribers/service.ts';
import { departmentNamed, listed, stateOfStatus } from './lists.ts';
import { findTicket, recordTicket } from './service.ts';
import { closeTicket, type TicketClosing } from './ticket-edit.ts';
import { orderVisit, type Visit } from './visits.ts';

/** A ticket as another system asks for it, by the provider's own lists. */
export interface TicketRequest {
  readonly contractId: number;
  /** One of the provider's kinds; about nothing in particular when left out. */
  readonly kindId: number | undefined;
  /** What a technician is sent for; undefined: nobody is sent. */
  readonly order: Pick<Visit, 'reasonId' | 'status' | 'slot' | 'technicianIds'> | undefined;
  readonly text: string;
  readonly key: string;
  readonly contactPhone: string | undefined;
  readonly contactName: string | undefined;
  readonly contactEmail?: string | undefined;
  /** Id or name of a department; one that is not there is left out. */
  readonly department?: string | undefined;
  readonly statusId?: number | undefined;
  readonly assignedToId?: number | undefined;
  /** The e-mail address of the one for whom a program asks; left out where it is no member of the staff's. */
  readonly askedBy?: string | undefined;
  readonly origin?: 'phone' | 'api';
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  /** Closes it at once: it is only the record of what is settled. */
  readonly closing?: TicketClosing | undefined;
}

export type TicketRejection =
  | 'not_found'
  | 'unknown_kind'
  | 'unknown_reason'
  | 'unknown_status'
  | 'unknown_staff_member'
  | 'unknown_closing_reason';

/** Opens a ticket by the provider's own kinds and reasons. The same key again gives the first one's protocol. */
export function requestTicket(
  provider: Provider,
  request: TicketRequest,
  signal?: AbortSignal,
): Promise<{ readonly protocol: ProtocolNumber } | TicketRejection> {
  const { contractId, kindId, order, department, askedBy, closing, ...rest } = request;
  const open = async (transaction: ProviderTransaction) => {
    if ((await lockContract(transaction, contractId)) === undefined) return 'not_found';
    const earlier = await findTicket(transaction, request.key);
    if (earlier !== undefined) return { protocol: earlier };
    const rejection = await rejectionOf(transaction, request);
    if (rejection !== undefined) return rejection;
    const openedById = askedBy === undefined ? undefined : await staffMemberOf(transaction, askedBy);
    const ticket = await recordTicket(transaction, {
      ...rest,
      contractId,
      subject: kindId === undefined ? 'other' : { kindId },
      closed: false,
      callId: undefined,
      openedById,
      assignedToId: request.assignedToId ?? openedById,
      departmentId: department === undefined ? undefined : await departmentNamed(transaction, department),
    });
    const { id: ticketId, protocol } = ticket;
    if (order !== undefined) {
      await orderVisit(transaction, { ...order, ticketId, contractId, text: request.text, openedById });
    }
    if (closing !== undefined) await closeTicket(transaction, ticketId, closing, openedById);
    return { protocol };
  };
  return inTransaction(provider, open, signal);
}

/** What of a request the provider's lists do not hold. */
async function rejectionOf(
  transaction: ProviderTransaction,
  { kindId, order, statusId, assignedToId, closing }: TicketRequest,
): Promise<Exclude<TicketRejection, 'not_found'> | undefined> {
  if (kindId !== undefined && !(await listed(transaction, 'ticket_kind', kindId))) return 'unknown_kind';
  if (order !== undefined && !(await listed(transaction, 'service_order_reason', order.reasonId))) {
    return 'unknown_reason';
  }
  if (statusId !== undefined) {
    const state = await stateOfStatus(transaction, statusId);
    if (state === undefined || state === 'closed') return 'unknown_status';
  }
  const people = [...(assignedToId === undefined ? [] : [assignedToId]), ...(order?.technicianIds ?? [])];
  if (!(await areStaff(transaction, people))) return 'unknown_staff_member';
  if (closing?.reasonId !== undefined && !(await listed(transaction, 'ticket_closing_reason', closing.reasonId))) {
    return 'unknown_closing_reason';
  }
  return undefined;
}
