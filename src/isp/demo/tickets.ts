import type { ProviderTransaction } from '../provider.ts';
import { supportOrderReasonId } from '../tickets/catalogue.ts';
import { recordTicket } from '../tickets/service.ts';
import { closeTicket } from '../tickets/ticket-edit.ts';
import { orderVisit } from '../tickets/visits.ts';

const day = 86_400_000;
const complaints = [
  'Sem acesso à internet',
  'Conexão lenta à noite',
  'Pede troca de endereço',
  'Modem reinicia sozinho',
];

/** Tickets of the last days, a day apart; every second one with a service order, all but the last four closed. */
export async function openDemoTickets(transaction: ProviderTransaction, contracts: readonly number[]): Promise<void> {
  const now = transaction.clock.now().getTime();
  for (const [index, contractId] of contracts.entries()) {
    const openedAt = now - (contracts.length - index) * day;
    const at = (ms: number) => ({ ...transaction, clock: { ...transaction.clock, now: () => new Date(ms) } });
    const text = complaints[index % complaints.length] ?? '';
    const { id } = await recordTicket(at(openedAt), {
      contractId,
      subject: 'support',
      text,
      closed: false,
      key: `demo:ticket:${contractId}`,
      callId: undefined,
      contactPhone: undefined,
    });
    if (index % 2 === 0) {
      await orderVisit(at(openedAt), { ticketId: id, contractId, reasonId: supportOrderReasonId, text });
    }
    if (index < contracts.length - 4) await closeTicket(at(openedAt + day / 8), id, {}, undefined);
  }
}
