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
  readonly subject: TicketSubject;
  readonly text: string;
  /** Settled by the system itself: the ticket is only the record. */
  readonly closed: boolean;
  /** The same for every repetition of one act. */
  readonly key: string;
  readonly callId: string | undefined;
  readonly contactPhone: string | undefined;
  readonly parameters?: Record<string, unknown>;
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
    if (request.fieldVisit) await orderVisit(transaction, ticket.id, request.contractId, request.description);
    return ticket.protocol;
  };
  return inTransaction(provider, open, signal);
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
  const kind = await db
    .selectFrom('ticket_kind')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('subject', '=', ticket.subject)
    .executeTakeFirst();
  if (kind === undefined) {
    throw new AppError(
      'invalid_configuration',
      `The provider has no kind of ticket for "${ticket.subject}": give one of its ticket kinds this subject.`,
    );
  }
  const now = clock.now();
  const protocol = await nextProtocol(db, tenantId, localDate(now, timeZone));
  const { id } = await db
    .insertInto('ticket')
    .values({
      tenant_id: tenantId,
      protocol,
      contract_id: ticket.contractId,
      kind_id: kind.id,
      status_id: ticket.closed ? ticketStatusIds.closed : ticketStatusIds.awaitingReview,
      opening_text: ticket.text,
      opened_at: now,
      ...(ticket.closed
        ? { closed_at: now, closing_result: 'concluido', closing_reason_id: closingReasonIds.done }
        : {}),
      origin: 'phone',
      contact_phone: ticket.contactPhone,
      parameters: ticket.parameters === undefined ? null : JSON.stringify(ticket.parameters),
      act_key: ticket.key,
      call_id: ticket.callId,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, protocol };
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
  text: string,
): Promise<void> {
  await db
    .insertInto('service_order')
    .values({
      tenant_id: tenantId,
      ticket_id: ticketId,
      contract_id: contractId,
      reason_id: supportOrderReasonId,
      status: 'awaiting_schedule',
      opened_at: clock.now(),
      opening_text: text,
      service_text: text,
    })
    .execute();
}
