import type { Database } from '../../storage/database.ts';

/** What the contact centre opens tickets about. */
export type TicketSubject = 'unlock' | 'invoice' | 'support' | 'complaint' | 'cancellation' | 'callback' | 'other';

/**
 * The lists a new provider starts with. Kind 5 and order reason 40 are what programs written for an ERP's URA web service
 * send when they name none; both must exist.
 */
const kinds: { id: number; name: string; subject: TicketSubject }[] = [
  { id: 1, name: 'FINANCEIRO - LIBERAÇÃO EM CONFIANÇA', subject: 'unlock' },
  { id: 2, name: 'FINANCEIRO - ENVIO DE FATURA', subject: 'invoice' },
  { id: 3, name: 'RECLAMAÇÃO', subject: 'complaint' },
  { id: 4, name: 'CANCELAMENTO', subject: 'cancellation' },
  { id: 5, name: 'TÉCNICO - SEM CONEXÃO', subject: 'support' },
  { id: 6, name: 'RETORNO DE LIGAÇÃO', subject: 'callback' },
  { id: 7, name: 'SAC', subject: 'other' },
];

export const ticketStatusIds = { awaitingReview: 1, pending: 2, closed: 3 } as const;
const statuses = [
  { id: ticketStatusIds.awaitingReview, name: 'Aguardando Análise', state: 'awaiting_review' },
  { id: ticketStatusIds.pending, name: 'Pendente', state: 'pending' },
  { id: ticketStatusIds.closed, name: 'Fechado', state: 'closed' },
];

export const closingReasonIds = { done: 1 } as const;
const closingReasons = [
  { id: closingReasonIds.done, name: 'Concluído' },
  { id: 2, name: 'Não procede' },
];

export const supportOrderReasonId = 40;
/** Of orders that programs ask for without saying what for. */
export const apiOrderReasonId = 42;
const orderReasons = [
  { id: supportOrderReasonId, name: 'SUPORTE' },
  { id: 41, name: 'INSTALAÇÃO' },
  { id: apiOrderReasonId, name: 'ABERTURA VIA API' },
  { id: 43, name: 'RETIRADA DE EQUIPAMENTO' },
];

/** Gives a tenant the lists that tickets need, leaving alone what the provider has changed. Must have run once per tenant. */
export async function installTicketCatalogue(db: Database, tenantId: number): Promise<void> {
  const own = <T extends object>(rows: readonly T[]) => rows.map((row) => ({ tenant_id: tenantId, ...row }));
  await db
    .insertInto('ticket_kind')
    .values(own(kinds))
    .onConflict((c) => c.doNothing())
    .execute();
  await db
    .insertInto('ticket_status')
    .values(own(statuses))
    .onConflict((c) => c.doNothing())
    .execute();
  await db
    .insertInto('ticket_closing_reason')
    .values(own(closingReasons))
    .onConflict((c) => c.doNothing())
    .execute();
  await db
    .insertInto('service_order_reason')
    .values(own(orderReasons))
    .onConflict((c) => c.doNothing())
    .execute();
}
