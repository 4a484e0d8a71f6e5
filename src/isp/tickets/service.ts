import type { OpenTicket } from '../../erp/port.ts';
import { localDate } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import type { ProtocolNumber } from '../../kernel/protocol-number.ts';
import { nextProtocol } from '../../storage/protocol-sequence.ts';
import { inTransaction, type Provider, type ProviderTransaction } from '../provider.ts';
import { lockContract } from '../subscribers/service.ts';
import { closingReasonIds, supportOrderReasonId, type TicketSubject, ticketStatusIds } from './catalogue.ts';
import { orderVisit } from './visits.ts';

export interface NewTicket {
  readonly contractId: number;
  /** What it is about: a subject, which leads to one of the provider's kinds, or the kind itself. */
  readonly subject: TicketSubject | { readonly kindId: number };
  readonly text: string;
  /** Settled by the system itself: the ticket is only the record. */
  readonly closed: boolean;
  /** The same for every repetition of one act. */
  readonly key: string;
  readonly callId: string | undefined;
  readonly contactPhone: string | undefined;
  readonly contactName?: string | undefined;
  readonly contactEmail?: string | undefined;
  readonly departmentId?: number | undefined;
  /** One of the provider's statuses that leaves it open; it awaits review when left out. */
  readonly statusId?: number | undefined;
  readonly openedById?: number | undefined;
  readonly assignedToId?: number | undefined;
  readonly origin?: 'phone' | 'api';
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
}

/** Opens a ticket for a contract. The same key again gives the first one's protocol; undefined: no such contract. */
export function openTicket(
  provider: Provider,
  request: Omit<OpenTicket, 'contractId'> & { contractId: number },
  signal?: AbortSignal,
): Promise<ProtocolNumber | undefined> {
  const open = async (transaction: ProviderTransaction) => {
    if ((await lockContract(transaction, request.contractId)) === undefined) return undefined;
    const earlier = await findTicket(transaction, request.key);
    if (earlier !== undefined) return earlier;
    const ticket = await recordTicket(transaction, {
      contractId: request.contractId,
      subject: request.subject,
      text: request.description,
      closed: false,
      key: request.key,
      callId: request.callId,
      contactPhone: request.callerNumber,
    });
    if (request.fieldVisit) {
      const { contractId, description: text } = request;
      await orderVisit(transaction, { ticketId: ticket.id, contractId, reasonId: supportOrderReasonId, text });
    }
    return ticket.protocol;
  };
  return inTransaction(provider, open, signal);
}

/** Records a contact that is settled already, and gives its protocol. The same key again gives the first one's. */
export function recordContact(
  provider: Provider,
  contact: Omit<NewTicket, 'closed'>,
): Promise<ProtocolNumber | undefined> {
  return inTransaction(provider, async (transaction) => {
    if ((await lockContract(transaction, contact.contractId)) === undefined) return undefined;
    const earlier = await findTicket(transaction, contact.key);
    return earlier ?? (await recordTicket(transaction, { ...contact, closed: true })).protocol;
  });
}

/** The protocol of the ticket that was opened under a key. */
export async function findTicket(
  { db, tenantId }: ProviderTransaction,
  key: string,
): Promise<ProtocolNumber | undefined> {
  const row = await db
    .selectFrom('ticket')
    .select('protocol')
    .where('tenant_id', '=', tenantId)
    .where('act_key', '=', key)
    .executeTakeFirst();
  return row?.protocol;
}

/**
 * Writes a ticket with the next protocol of the day, as a part of what the transaction does.
 * @throws AppError `invalid_configuration` when the tenant's ticket lists were never installed.
 */
export async function recordTicket(
  transaction: ProviderTransaction,
  ticket: NewTicket,
): Promise<{ id: number; protocol: ProtocolNumber }> {
  const { db, tenantId, clock, timeZone } = transaction;
  const kindId = await kindOf(transaction, ticket.subject);
  const now = clock.now();
  const protocol = await nextProtocol(db, tenantId, localDate(now, timeZone));
  const { id } = await db
    .insertInto('ticket')
    .values({
      tenant_id: tenantId,
      protocol,
      contract_id: ticket.contractId,
      kind_id: kindId,
      status_id: ticket.closed ? ticketStatusIds.closed : (ticket.statusId ?? ticketStatusIds.awaitingReview),
      opening_text: ticket.text,
      opened_at: now,
      ...(ticket.closed
        ? { closed_at: now, closing_result: 'concluido', closing_reason_id: closingReasonIds.done }
        : {}),
      opened_by_id: ticket.openedById,
      assigned_to_id: ticket.assignedToId,
      origin: ticket.origin ?? 'phone',
      contact_phone: ticket.contactPhone,
      contact_name: ticket.contactName,
      contact_email: ticket.contactEmail,
      department_id: ticket.departmentId,
      parameters: ticket.parameters === undefined ? null : JSON.stringify(ticket.parameters),
      act_key: ticket.key,
      call_id: ticket.callId,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, protocol };
}

async function kindOf({ db, tenantId }: ProviderTransaction, subject: NewTicket['subject']): Promise<number> {
  if (typeof subject !== 'string') return subject.kindId;
  const kind = await db
    .selectFrom('ticket_kind')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('subject', '=', subject)
    .executeTakeFirst();
  if (kind !== undefined) return kind.id;
  throw new AppError(
    'invalid_configuration',
    `The provider has no kind of ticket for "${subject}": give one of its ticket kinds this subject.`,
  );
}
