import { z } from 'zod';
import type { Invoice } from '../../erp/port.ts';
import { nodeKind } from '../node-kind.ts';
import type { Utterance } from '../speech/utterance.ts';

/** More than this nobody keeps in mind; count and total tell of the rest. */
const readAloud = 5;

/** Asks for the open invoices; `{invoices}` reads them one by one. `unproven`: the caller must prove who it is first. */
export const debts = nodeKind({
  type: 'debts',
  params: z.strictObject({}),
  facts: () => ({
    exits: ['some', 'none', 'unproven', 'unavailable'],
    provides: ['invoices', 'invoice_count', 'invoice_total'],
  }),
  async run(context) {
    if (!context.session.proven) return 'unproven';
    const { erp } = context.call.tenant;
    const { id } = context.contract();
    const answer = await context.ask((signal) => erp.openInvoices(id, signal));
    if (answer.kind === 'unavailable') return 'unavailable';
    const invoices = answer.kind === 'done' ? answer.value : [];
    const total = invoices.reduce((sum, invoice) => sum + invoice.amountCents, 0);
    context.session.set('invoices', invoices.slice(0, readAloud).map(spoken));
    context.session.set('invoice_count', { count: invoices.length, of: 'invoice' });
    context.session.set('invoice_total', { amountCents: total });
    return invoices.length > 0 ? 'some' : 'none';
  },
});

function spoken(invoice: Invoice): Utterance {
  const values = { amount: { amountCents: invoice.amountCents }, date: { date: invoice.dueOn } };
  return { say: invoice.overdue ? 'invoice_overdue' : 'invoice_due', with: values };
}
