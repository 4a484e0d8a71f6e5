import { z } from 'zod';
import type { BackOffice, InvoiceSearch } from '../../../isp/service.ts';
import { detailedInvoiceOf, listedInvoiceOf } from '../mapping/invoice.ts';
import { daysOf, invoiceOrderOf, ownerOf } from '../mapping/invoice-search.ts';
import { apiRoute } from '../route.ts';
import { piecesOf, streamed } from '../streamed-list.ts';
import { financeiroRequest, listedInvoice } from '../wire/invoice.ts';
import { found, success } from '../wire.ts';

/** HubSoft's API documentation, 6.1. */
export const financeiro = apiRoute({
  method: 'GET',
  path: 'financeiro',
  summary: "List the provider's invoices by the days on which they are due or were paid.",
  request: financeiroRequest,
  answer: success({ faturas: z.array(listedInvoice) }),
  async run({ office }, request) {
    const search = searchOf(request, office.today());
    return streamed(
      piecesOf({
        msg: `${found}.`,
        name: 'faturas',
        ids: async () => (search === undefined ? [] : office.invoiceIds(search)),
        read: (ids) => read(office, ids, request.tipo_resultado === 'detalhado'),
      }),
    );
  },
});

/** Undefined when nobody can be meant. */
function searchOf(asked: z.output<typeof financeiroRequest>, today: string): InvoiceSearch | undefined {
  const { busca, termo_busca: term = '' } = asked;
  const owner = busca === undefined ? undefined : ownerOf(busca, term);
  if (busca !== undefined && owner === undefined) return undefined;
  const days = daysOf({ ...asked, isOfSomebody: owner !== undefined }, today);
  return {
    owner,
    standing: asked.apenas_quitado ? 'paid' : 'billed',
    window: { on: asked.tipo_data === 'data_pagamento' ? 'paid' : 'due', ...days },
    order: invoiceOrderOf(asked),
    limit: asked.limit,
  };
}

async function read(office: BackOffice, ids: readonly number[], isDetailed: boolean) {
  const invoices = await office.invoiceDossiers(ids);
  if (!isDetailed) return invoices.map((each) => listedInvoiceOf(each, office.timeZone));
  const links = await office.invoiceLinks(ids, 'pdf/fatura');
  return invoices.map((each) => detailedInvoiceOf(each, links.get(each.id), office.timeZone));
}
