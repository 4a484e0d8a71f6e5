import { type RawBuilder, sql } from 'kysely';
import { daysBetween, localDate } from '../../kernel/clock.ts';
import type { Cents } from '../../kernel/money.ts';
import { type Page, type Paged, readPage } from '../page.ts';
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

const orders = { due: sql`i.due_on`, issued: sql`i.issued_on`, paid: sql`i.paid_on` } as const;

const columns = sql`
  i.id, i.contract_id as "contractId", i.status, concat(i.our_number, i.our_number_digit) as number,
  i.amount_cents as "amountCents", i.paid_cents as "paidCents", i.due_on as "dueOn", i.issued_on as "issuedOn",
  i.paid_on as "paidOn", i.barcode, i.pix_code as "pixCode"`;

/** A page of the provider's invoices. */
export async function invoiceRecords(
  { db, tenantId, clock, timeZone }: Provider,
  filter: InvoiceFilter,
  page: Page,
  { by, descending }: InvoiceOrder = { by: 'due', descending: false },
): Promise<Paged<InvoiceRecord>> {
  const direction = descending ? sql`desc` : sql`asc`;
  const { total, rows } = await readPage<Omit<InvoiceRecord, 'boletoLine' | 'daysLate'>>(db, {
    columns,
    key: sql`i.id`,
    from: sql`invoice i`,
    where: [sql`i.tenant_id = ${tenantId}`, ...conditionsOf(tenantId, filter)],
    order: sql`${orders[by]} ${direction}, i.id ${direction}`,
    page,
  });
  const today = localDate(clock.now(), timeZone);
  return {
    total,
    rows: rows.map((row) => ({
      ...row,
      boletoLine: row.barcode === null ? null : boletoLine(row.barcode),
      daysLate: row.status === 'open' ? Math.max(0, daysBetween(row.dueOn, today)) : 0,
    })),
  };
}

function conditionsOf(tenantId: number, filter: InvoiceFilter) {
  const { id, number, status, contract, contracts, subscriber, document, dueFrom, dueTo, paidFrom, paidTo } = filter;
  return [
    ...(id === undefined ? [] : [sql`i.id = ${id}`]),
    ...(number === undefined ? [] : [sql`concat(i.our_number, i.our_number_digit) = ${number}`]),
    ...(status === undefined ? [] : [sql`i.status = ${status}`]),
    ...(contract === undefined ? [] : [sql`i.contract_id = ${contract}`]),
    ...(contracts === undefined ? [] : [sql`i.contract_id = any(${contracts})`]),
    ...(dueFrom === undefined ? [] : [sql`i.due_on >= ${dueFrom}`]),
    ...(dueTo === undefined ? [] : [sql`i.due_on <= ${dueTo}`]),
    ...(paidFrom === undefined ? [] : [sql`i.paid_on >= ${paidFrom}`]),
    ...(paidTo === undefined ? [] : [sql`i.paid_on <= ${paidTo}`]),
    ...(subscriber === undefined ? [] : [ofSubscriber(tenantId, sql`s.id = ${subscriber}`)]),
    ...(document === undefined ? [] : [ofSubscriber(tenantId, sql`s.document = ${document}`)]),
  ];
}

function ofSubscriber(tenantId: number, condition: RawBuilder<unknown>) {
  return sql`i.contract_id in (
    select c.id from contract c join subscriber s on s.tenant_id = c.tenant_id and s.id = c.subscriber_id
     where c.tenant_id = ${tenantId} and ${condition})`;
}
