import type { AgentNotice, OpenTicket } from '../../erp/port.ts';
import { localDate } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import type { ProtocolNumber } from '../../kernel/protocol-number.ts';
import { nextProtocol } from '../../storage/protocol-sequence.ts';
import { inTransaction, type Provider, type ProviderTransaction } from '../provider.ts';
import { lockContract } from '../subscribers/service.ts';
import { closingReasonIds, supportOrderReasonId, type TicketSubject, ticketStatusIds } from './catalogue.ts';

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
  readonly departmentId?: number | undefined;
  readonly parameters?: Record<string, unknown>;
}

/** A ticket as another system asks for it, by the provider's own lists. */
export interface TicketRequest {
  readonly contractId: number;
  readonly kindId: number;
  /** What a technician is sent for; undefined: nobody is sent. */
  readonly orderReasonId: number | undefined;
  readonly text: string;
  readonly key: string;
  readonly contactPhone: string | undefined;
  readonly contactName: string | undefined;
  /** Id or name of a department; one that is not there is left out. */
  readonly department: string | undefined;
}

export type TicketRejection = 'not_found' | 'unknown_kind' | 'unknown_reason';

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
      await orderVisit(transaction, ticket.id, request.contractId, supportOrderReasonId, request.description);
    }
    return ticket.protocol;
  };
  return inTransaction(provider, open, signal);
}

/** Opens a ticket by the provider's own kinds and reasons. The same key again gives the first one's protocol. */
export function requestTicket(
  provider: Provider,
  request: TicketRequest,
  signal?: AbortSignal,
): Promise<{ readonly protocol: ProtocolNumber } | TicketRejection> {
  const { contractId, kindId, orderReasonId, department, ...rest } = request;
  const open = async (transaction: ProviderTransaction) => {
    if ((await lockContract(transaction, contractId)) === undefined) return 'not_found';
    const earlier = await findTicket(transaction, request.key);
    if (earlier !== undefined) return { protocol: earlier };
    if (!(await listed(transaction, 'ticket_kind', kindId))) return 'unknown_kind';
    if (orderReasonId !== undefined && !(await listed(transaction, 'service_order_reason', orderReasonId))) {
      return 'unknown_reason';
    }
    const ticket = await recordTicket(transaction, {
      ...rest,
      contractId,
      subject: { kindId },
      closed: false,
      callId: undefined,
      departmentId: department === undefined ? undefined : await departmentNamed(transaction, department),
    });
    if (orderReasonId !== undefined) {
      await orderVisit(transaction, ticket.id, contractId, orderReasonId, request.text);
    }
    return { protocol: ticket.protocol };
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
      status_id: ticket.closed ? ticketStatusIds.closed : ticketStatusIds.awaitingReview,
      opening_text: ticket.text,
      opened_at: now,
      ...(ticket.closed
        ? { closed_at: now, closing_result: 'concluido', closing_reason_id: closingReasonIds.done }
        : {}),
      origin: 'phone',
      contact_phone: ticket.contactPhone,
      contact_name: ticket.contactName,
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

/** Opens, or when the call was lost closes, the window about a caller on an agent's screen. False: no such contract. */
export function notifyAgent(
  provider: Provider,
  notice: Omit<AgentNotice, 'contractId'> & { contractId: number },
): Promise<boolean> {
  return inTransaction(provider, async (transaction) => {
    const { db, tenantId, clock } = transaction;
    if ((await lockContract(transaction, notice.contractId)) === undefined) return false;
    const now = clock.now();
    await db
      .insertInto('agent_notice')
      .values({
        tenant_id: tenantId,
        contract_id: notice.contractId,
        extension: notice.extension,
        call_id: notice.callId,
        caller_number: notice.callerNumber,
        opened_at: now,
        closed_at: notice.lost ? now : null,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['tenant_id', 'call_id', 'extension'])
          .doUpdateSet({ contract_id: notice.contractId, closed_at: notice.lost ? now : null }),
      )
      .execute();
    return true;
  });
}

async function orderVisit(
  { db, tenantId, clock }: ProviderTransaction,
  ticketId: number,
  contractId: number,
  reasonId: number,
  text: string,
): Promise<void> {
  await db
    .insertInto('service_order')
    .values({
      tenant_id: tenantId,
      ticket_id: ticketId,
      contract_id: contractId,
      reason_id: reasonId,
      status: 'awaiting_schedule',
      opened_at: clock.now(),
      opening_text: text,
      service_text: text,
    })
    .execute();
}

/** Whether one of the provider's lists holds an id. */
async function listed(
  { db, tenantId }: ProviderTransaction,
  list: 'ticket_kind' | 'service_order_reason',
  id: number,
): Promise<boolean> {
  const row = await db
    .selectFrom(list)
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row !== undefined;
}

async function departmentNamed({ db, tenantId }: ProviderTransaction, idOrName: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('department')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where((eb) =>
      eb.or([eb(eb.cast('id', 'text'), '=', idOrName), eb(eb.fn('lower', ['name']), '=', idOrName.toLowerCase())]),
    )
    .executeTakeFirst();
  return row?.id;
}
