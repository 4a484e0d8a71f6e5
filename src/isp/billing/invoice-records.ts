import { daysBetween, localDate } from '../../kernel/clock.ts';
import type { Cents } from '../../kernel/money.ts';
import type { Page, Paged } from '../page.ts';
import type { Provider } from '../provider.ts';
import { boletoLine } from './boleto.ts';

export type InvoiceStatus = 'open' | 'paid' | 'cancelled';

/** An invoice with everything that other systems are told of it. Days are `YYYY-MM-DD`. */
export interface InvoiceRecord {
  readonly id: number;
  readonly contractId: number;
  readonly status: InvoiceStatus;
  /** The bank's number of it (nosso número) with its check digit. */
  readonly number: string;
  readonly amountCents: Cents;
  readonly paidCents: Cents | null;
  readonly dueOn: string;
  readonly issuedOn: string;
  readonly paidOn: string | null;
  /** 44 digits; null when it is not paid by boleto. */
  readonly barcode: string | null;
  /** 47 digits, of the barcode. */
  readonly boletoLine: string | null;
  readonly pixCode: string | null;
  /** 0 unless it is open and past its due day. */
  readonly daysLate: number;
}

/** Each one given must hold. */
export interface InvoiceFilter {
  readonly id?: number | undefined;
  readonly number?: string | undefined;
  readonly status?: InvoiceStatus | undefined;
  readonly contract?: number | undefined;
  readonly contracts?: readonly number[] | undefined;
  readonly subscriber?: number | undefined;
  /** Without punctuation. */
  readonly document?: string | undefined;
  readonly dueFrom?: string | undefined;
  readonly dueTo?: string | undefined;
  readonly paidFrom?: string | undefined;
  readonly paidTo?: string | undefined;
}

export interface InvoiceOrder {
  readonly by: 'due' | 'issued' | 'paid';
  readonly descending: boolean;
}

const columns = { due: 'i.due_on', issued: 'i.issued_on', paid: 'i.paid_on' } as const;

/** A page of the provider's invoices. */
export async function invoiceRecords(
  { db, tenantId, clock, timeZone }: Provider,
  filter: InvoiceFilter,
  page: Page,
  order: InvoiceOrder = { by: 'due', descending: false },
): Promise<Paged<InvoiceRecord>> {
  const { id, number, status, contract, contracts, subscriber, document } = filter;
  let query = db.selectFrom('invoice as i').where('i.tenant_id', '=', tenantId);
  if (id !== undefined) query = query.where('i.id', '=', id);
  if (number !== undefined) {
    query = query.where((eb) => eb(eb.fn('concat', ['i.our_number', 'i.our_number_digit']), '=', number));
  }
  if (status !== undefined) query = query.where('i.status', '=', status);
  if (contract !== undefined) query = query.where('i.contract_id', '=', contract);
  if (contracts !== undefined) query = query.where('i.contract_id', 'in', contracts.length === 0 ? [0] : contracts);
  if (filter.dueFrom !== undefined) query = query.where('i.due_on', '>=', filter.dueFrom);
  if (filter.dueTo !== undefined) query = query.where('i.due_on', '<=', filter.dueTo);
  if (filter.paidFrom !== undefined) query = query.where('i.paid_on', '>=', filter.paidFrom);
  if (filter.paidTo !== undefined) query = query.where('i.paid_on', '<=', filter.paidTo);
  if (subscriber !== undefined || document !== undefined) {
    query = query.where((eb) => {
      let owned = eb
        .selectFrom('contract as c')
        .innerJoin('subscriber as s', (join) =>
          join.onRef('s.tenant_id', '=', 'c.tenant_id').onRef('s.id', '=', 'c.subscriber_id'),
        )
        .where('c.tenant_id', '=', tenantId);
      if (subscriber !== undefined) owned = owned.where('s.id', '=', subscriber);
      if (document !== undefined) owned = owned.where('s.document', '=', document);
      return eb('i.contract_id', 'in', owned.select('c.id'));
    });
  }
  const { total } = await query.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const direction = order.descending ? 'desc' : 'asc';
  const rows = await query
    .select(['i.id', 'i.contract_id', 'i.our_number', 'i.our_number_digit', 'i.amount_cents', 'i.paid_cents'])
    .select(['i.due_on', 'i.issued_on', 'i.paid_on', 'i.barcode', 'i.pix_code'])
    .select((eb) => eb.ref('i.status').$castTo<InvoiceStatus>().as('status'))
    .orderBy(columns[order.by], direction)
    .orderBy('i.id', direction)
    .offset(page.offset)
    .limit(page.limit)
    .execute();
  const today = localDate(clock.now(), timeZone);
  return {
    total: total,
    rows: rows.map((row) => ({
      id: row.id,
      contractId: row.contract_id,
      status: row.status,
      number: `${row.our_number}${row.our_number_digit ?? ''}`,
      amountCents: row.amount_cents,
      paidCents: row.paid_cents,
      dueOn: row.due_on,
      issuedOn: row.issued_on,
      paidOn: row.paid_on,
      barcode: row.barcode,
      boletoLine: row.barcode === null ? null : boletoLine(row.barcode),
      pixCode: row.pix_code,
      daysLate: row.status === 'open' ? Math.max(0, daysBetween(row.due_on, today)) : 0,
    })),
  };
}
