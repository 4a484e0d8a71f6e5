import { sql } from 'kysely';
import { inTransaction, type Provider, type ProviderTransaction } from '../provider.ts';
import { staffMemberOf } from '../staff.ts';
import { closingReasonIds, ticketStatusIds } from './catalogue.ts';
import { listed, stateOfStatus } from './lists.ts';
import { type TicketState, ticketTransitions } from './ticket-state.ts';
import { closeVisits } from './visits.ts';

/** How a ticket ends. */
export interface TicketClosing {
  readonly text?: string | undefined;
  /** `concluido` when left out. */
  readonly result?: string | undefined;
  /** One of the provider's closing reasons; that it is done when left out. */
  readonly reasonId?: number | undefined;
}

/** What is to be another; what is left out stays as it is. */
export interface TicketEdit {
  readonly text?: string | undefined;
  readonly kindId?: number | undefined;
  /** One of the provider's statuses; one for what is closed closes the ticket. */
  readonly statusId?: number | undefined;
  /** Added to those that the ticket has; those of the same name are replaced. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  readonly closing?: TicketClosing | undefined;
  /** The e-mail address of the one for whom a program asks; left out where it is no member of the staff's. */
  readonly askedBy?: string | undefined;
}

export type EditRejection =
  | 'not_found'
  | 'already_closed'
  | 'unknown_kind'
  | 'unknown_status'
  | 'unknown_closing_reason';

/**
 * Edits a ticket, closes it, or both; its service orders are closed with it. Parameters may be added to a closed one too:
 * the recording of a call comes after its ticket.
 */
export function editTicket(provider: Provider, id: number, edit: TicketEdit): Promise<'edited' | EditRejection> {
  return inTransaction(provider, async (transaction) => {
    const { db, tenantId } = transaction;
    const from = await lockTicket(transaction, id);
    if (from === undefined) return 'not_found';
    const { kindId, statusId, text, parameters, closing, askedBy } = edit;
    const named = statusId === undefined ? from : await stateOfStatus(transaction, statusId);
    if (named === undefined) return 'unknown_status';
    const to = closing === undefined ? named : 'closed';
    const changes = text !== undefined || kindId !== undefined || statusId !== undefined || closing !== undefined;
    if (changes && !ticketTransitions[from].includes(to)) return 'already_closed';
    if (kindId !== undefined && !(await listed(transaction, 'ticket_kind', kindId))) return 'unknown_kind';
    if (closing?.reasonId !== undefined && !(await listed(transaction, 'ticket_closing_reason', closing.reasonId))) {
      return 'unknown_closing_reason';
    }
    const set = {
      ...(text === undefined ? {} : { opening_text: text }),
      ...(kindId === undefined ? {} : { kind_id: kindId }),
      ...(statusId === undefined ? {} : { status_id: statusId }),
      ...(parameters === undefined ? {} : { parameters: added(parameters) }),
    };
    if (Object.keys(set).length > 0) {
      await db.updateTable('ticket').set(set).where('tenant_id', '=', tenantId).where('id', '=', id).execute();
    }
    if (changes && to === 'closed') {
      const byId = askedBy === undefined ? undefined : await staffMemberOf(transaction, askedBy);
      await closeTicket(transaction, id, closing ?? {}, byId, named === 'closed' ? statusId : undefined);
    }
    return 'edited';
  });
}

function added(parameters: Readonly<Record<string, unknown>>) {
  return sql<string>`coalesce(parameters, '{}') || ${JSON.stringify(parameters)}::jsonb`;
}

/** Closes a ticket that is open, and its service orders, as a part of what the transaction does. */
export async function closeTicket(
  transaction: ProviderTransaction,
  id: number,
  { text = 'Fechamento automático.', result = 'concluido', reasonId = closingReasonIds.done }: TicketClosing,
  byId: number | undefined,
  statusId: number = ticketStatusIds.closed,
): Promise<void> {
  const { db, tenantId, clock } = transaction;
  await db
    .updateTable('ticket')
    .set({
      status_id: statusId,
      closed_at: clock.now(),
      closing_text: text,
      closing_result: result,
      closing_reason_id: reasonId,
      closed_by_id: byId ?? null,
    })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .execute();
  await closeVisits(transaction, id, { text, result, byId });
}

/** Where a ticket stands, its row held until the transaction ends; undefined: there is no such ticket. */
async function lockTicket(transaction: ProviderTransaction, id: number): Promise<TicketState | undefined> {
  const { db, tenantId } = transaction;
  const row = await db
    .selectFrom('ticket')
    .select('status_id')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  // Not joined: whoever waited for the lock would join the status that the ticket had before.
  return row === undefined ? undefined : stateOfStatus(transaction, row.status_id);
}
