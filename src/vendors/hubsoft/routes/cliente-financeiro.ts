import { z } from 'zod';
import { clientInvoiceOf } from '../mapping/invoice.ts';
import { invoiceOrderOf, ownerOf } from '../mapping/invoice-search.ts';
import { apiRoute } from '../route.ts';
import { clienteFinanceiroRequest, clientInvoice } from '../wire/invoice.ts';
import { found, success } from '../wire.ts';

/** HubSoft's API documentation, 4.7. */
export const clienteFinanceiro = apiRoute({
  method: 'GET',
  path: 'cliente/financeiro',
  summary: 'List the invoices of a subscriber or a service, with what it takes to pay them.',
  request: clienteFinanceiroRequest,
  answer: success({ faturas: z.array(clientInvoice) }),
  async run({ office }, request) {
    const owner = ownerOf(request.busca, request.termo_busca);
    const search = owner && {
      owner,
      standing: request.apenas_pendente ? ('open' as const) : ('billed' as const),
      window: { on: 'due' as const, from: request.data_inicio, to: request.data_fim },
      order: invoiceOrderOf(request),
      limit: request.limit,
    };
    const invoices = search === undefined ? [] : await office.findInvoices(search);
    const links = await office.invoiceLinks(
      invoices.map(({ id }) => id),
      'pdf/fatura',
    );
    const today = office.today();
    return {
      status: 'success',
      msg: found,
      faturas: invoices.map((each) => clientInvoiceOf(each, links.get(each.id), today)),
    };
  },
});
