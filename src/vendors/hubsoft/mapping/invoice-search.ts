import type { InvoiceSearch } from '../../../isp/service.ts';
import { addDays } from '../../../kernel/clock.ts';
import { type DaysAsked, daysFrom } from './days.ts';
import { subscriberKey } from './subscriber-key.ts';

type Kind = 'cpf_cnpj' | 'codigo_cliente' | 'id_cliente_servico' | 'id_cliente';

/** Whose invoices a search means; undefined when they can be nobody's, such as those of a customer number with letters. */
export function ownerOf(kind: Kind, term: string): InvoiceSearch['owner'] {
  const key = subscriberKey(kind, term);
  if (key?.by === 'document') return { by: key.by, value: key.value };
  if (key?.by === 'code' || key?.by === 'contract' || key?.by === 'id') return { by: key.by, value: key.value };
  return undefined;
}

const columns = { data_vencimento: 'due', data_pagamento: 'paid', valor: 'amount' } as const;

export function invoiceOrderOf(asked: {
  readonly order_by: keyof typeof columns;
  readonly order_type: 'asc' | 'desc';
}): InvoiceSearch['order'] {
  return { by: columns[asked.order_by], descending: asked.order_type === 'desc' };
}

/** Without them the answer would be all that the provider ever billed. */
const mostDays = 30;
const daysBack = 10;

/**
 * The days of `financeiro`: from ten days ago to today when none are given. Unless somebody's invoices are searched for, they
 * end thirty days after they began.
 */
export function daysOf(
  asked: DaysAsked & { readonly isOfSomebody: boolean },
  today: string,
): { readonly from: string; readonly to: string } {
  const { from, to } = daysFrom(asked, daysBack, today);
  const last = addDays(from, mostDays);
  return { from, to: !asked.isOfSomebody && to > last ? last : to };
}
