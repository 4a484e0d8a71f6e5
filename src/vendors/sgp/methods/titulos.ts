import type { z } from 'zod';
import type { BackOffice, InvoiceStatus } from '../../../isp/service.ts';
import { AppError } from '../../../kernel/errors.ts';
import { tituloOf } from '../mapping.ts';
import { uraMethod } from '../method.ts';
import { pageOf, paginacaoOf } from '../paging.ts';
import { documentOf, isId } from '../subject.ts';
import { titulosAnswer, titulosRequest } from '../wire.ts';

type Request = z.output<typeof titulosRequest>;

/** Invoices, the open ones unless another status is asked for; the oldest due first, since callers take the first. */
export const titulos = uraMethod({
  path: 'titulos',
  summary: 'List invoices of a subscriber, a contract or the provider, with boleto and Pix.',
  request: titulosRequest,
  answer: titulosAnswer,
  async run({ office }, request) {
    const page = pageOf(request, 250);
    const filter = filterOf(request);
    const order = orderOf(request);
    const found = filter === undefined ? { total: 0, rows: [] } : await office.invoices(filter, page, order);
    const links = await office.invoiceLinks(found.rows.map((row) => row.id));
    return {
      paginacao: paginacaoOf(page, found),
      titulos: found.rows.map((row) => tituloOf(row, links.get(row.id) ?? '')),
    };
  },
});

/** Undefined when no invoice can be meant. */
function filterOf(request: Request): Parameters<BackOffice['invoices']>[0] | undefined {
  const { cliente_id, titulo_id, contrato, cpfcnpj } = request;
  const document = cpfcnpj === undefined ? undefined : documentOf(cpfcnpj);
  const status = request.apenas_titulos_em_aberto === true ? 'open' : statusOf(request.status);
  const ids = [cliente_id, titulo_id, contrato].filter((id) => id !== undefined);
  if (!ids.every(isId) || (cpfcnpj !== undefined && document === undefined)) return undefined;
  return {
    id: titulo_id,
    subscriber: cliente_id,
    contract: contrato,
    document,
    // One that is asked for by its id is wanted wherever it stands.
    status: titulo_id !== undefined && request.status === undefined ? undefined : status,
    dueFrom: request.data_vencimento_inicio,
    dueTo: request.data_vencimento_fim,
    paidFrom: request.data_pagamento_inicio,
    paidTo: request.data_pagamento_fim,
  };
}

const statuses: Readonly<Record<string, InvoiceStatus | undefined>> = {
  aberto: 'open',
  abertos: 'open',
  1: 'open',
  pago: 'paid',
  pagos: 'paid',
  2: 'paid',
  cancelado: 'cancelled',
  cancelados: 'cancelled',
  3: 'cancelled',
  todos: undefined,
};

/** @throws AppError `bad_request` for a status that there is not */
function statusOf(status = 'abertos'): InvoiceStatus | undefined {
  const name = status.trim().toLowerCase();
  if (!Object.hasOwn(statuses, name)) {
    throw new AppError('bad_request', 'O campo status deve ser abertos, pagos, cancelados ou todos.');
  }
  return statuses[name];
}

const columns = { data_documento: 'issued', data_vencimento: 'due', data_pagamento: 'paid' } as const;

/** @throws AppError `bad_request` for an order that there is not */
function orderOf({ ordenar = 'data_vencimento', ordenar_ordem = 'asc' }: Request) {
  const by = Object.entries(columns).find(([name]) => name === ordenar.trim().toLowerCase())?.[1];
  if (by === undefined) {
    throw new AppError('bad_request', `O campo ordenar deve ser ${Object.keys(columns).join(', ')}.`);
  }
  return { by, descending: ordenar_ordem.trim().toLowerCase() === 'desc' };
}
