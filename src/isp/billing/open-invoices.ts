import type { Invoice } from '../../erp/port.ts';
import { localDate } from '../../kernel/clock.ts';
import type { Provider } from '../provider.ts';
import { boletoLine } from './boleto.ts';
import { selectOpenInvoices } from './store.ts';

/** The open invoices of a contract, the earliest due first; undefined when there is no such contract. */
export async function openInvoices(provider: Provider, contractId: number): Promise<Invoice[] | undefined> {
  const rows = await selectOpenInvoices(provider, contractId);
  const today = localDate(provider.clock.now(), provider.timeZone);
  return rows?.map((row) => ({
    id: String(row.id),
    dueOn: row.due_on,
    amountCents: row.amount_cents,
    overdue: row.due_on < today,
    boletoLine: row.barcode === null ? undefined : boletoLine(row.barcode),
    pixCode: row.pix_code ?? undefined,
  }));
}
