import type { Cents } from '../../kernel/money.ts';
import type { Provider } from '../provider.ts';
import { type ContractState, parseContractState } from '../subscribers/contract-state.ts';
import { boletoLine } from './boleto.ts';
import type { InvoiceStatus } from './invoice-records.ts';

/** An invoice with everything that is on file about it, about the one who is paid, and about the one who pays. Days are `YYYY-MM-DD`. */
export interface InvoiceDossier {
  readonly id: number;
  readonly status: InvoiceStatus;
  readonly paidBy: 'boleto' | 'direct_debit' | 'card';
  /** The bank's number of it (nosso número), and its check digit apart. */
  readonly ourNumber: string;
  readonly ourNumberDigit: string | null;
  readonly amountCents: Cents;
  readonly paidCents: Cents | null;
  readonly dueOn: string;
  readonly issuedOn: string;
  readonly processedOn: string | null;
  readonly paidOn: string | null;
  /** 44 digits, and the 47 of the typed line; null when it is not paid by boleto. */
  readonly barcode: string | null;
  readonly boletoLine: string | null;
  readonly pixCode: string | null;
  readonly items: readonly { readonly description: string; readonly amountCents: Cents }[];
  readonly account: BillingAccount;
  readonly contract: BilledContract;
  readonly subscriber: BilledSubscriber;
}

/** What the bank knows the one by who is paid. */
export interface BillingAccount {
  readonly agency: string;
  readonly beneficiaryCode: string;
  readonly wallet: string;
  readonly documentKind: string;
  readonly paymentPlace: string;
  readonly beneficiaryName: string;
  /** CNPJ or CPF without punctuation. */
  readonly beneficiaryDocument: string;
}

export interface BilledContract {
  readonly id: number;
  readonly number: number;
  readonly plan: string;
  readonly priceCents: Cents;
  readonly state: ContractState;
}

export interface BilledSubscriber {
  readonly id: number;
  readonly code: number;
  readonly kind: 'person' | 'company';
  readonly name: string;
  readonly tradeName: string | null;
  /** Without punctuation. */
  readonly document: string;
  readonly bornOn: string | null;
  readonly registeredAt: Date;
  readonly active: boolean;
  /** E.164, in their order of preference. */
  readonly phones: readonly string[];
  readonly emails: readonly string[];
}

/** Which invoices are meant; each one given must hold. */
export interface InvoiceSearch {
  /** Whose they are: by the document or the provider's number of the subscriber, by our id of them, or by a contract's. */
  readonly owner?:
    | { readonly by: 'document'; readonly value: string }
    | { readonly by: 'code' | 'id' | 'contract'; readonly value: number }
    | undefined;
  /** `billed`: open or paid, not those that were cancelled. */
  readonly standing: 'open' | 'paid' | 'billed';
  /** The days between which, both included, they are due or were paid. */
  readonly window: {
    readonly on: 'due' | 'paid';
    readonly from?: string | undefined;
    readonly to?: string | undefined;
  };
  /** Those that were not paid come last by the day of payment. */
  readonly order: { readonly by: 'due' | 'paid' | 'amount'; readonly descending: boolean };
  /** At most so many; all of them when left out. */
  readonly limit: number | undefined;
}

const standings = { open: "i.status = 'open'", paid: "i.status = 'paid'", billed: "i.status <> 'cancelled'" } as const;
const days = { due: 'i.due_on', paid: 'i.paid_on' } as const;
const columns = { due: 'i.due_on', paid: 'i.paid_on', amount: 'i.amount_cents' } as const;
const owners = { document: 's.document', code: 's.code', id: 's.id', contract: 'c.id' } as const;

/** $1 tenant. @param found SQL whose rows have the invoices' `id`s and the `place` that they are ordered by */
const dossiers = (found: string) => `
  with found as materialized (${found}),
  billed as materialized (
    select f.place, i.*, c.subscriber_id, json_build_object('id', c.id, 'number', c.number, 'plan', p.name,
             'priceCents', c.price_cents, 'state', c.state) as contract
      from found f
      join invoice i on i.tenant_id = $1 and i.id = f.id
      join contract c on c.tenant_id = i.tenant_id and c.id = i.contract_id
      join plan p on p.tenant_id = c.tenant_id and p.id = c.plan_id),
  payer as materialized (
    select s.id, json_build_object('id', s.id, 'code', s.code, 'kind', s.kind, 'name', s.name, 'tradeName', s.trade_name,
             'document', s.document, 'bornOn', s.born_on, 'registeredAt', s.registered_at, 'active', s.active,
             'phones', array(select number from subscriber_phone
                              where tenant_id = $1 and subscriber_id = s.id order by position),
             'emails', array(select address from subscriber_email
                              where tenant_id = $1 and subscriber_id = s.id order by position)) as subscriber
      from subscriber s where s.tenant_id = $1 and s.id in (select subscriber_id from billed))
  select i.id, i.status, i.charge_kind as "paidBy", i.our_number as "ourNumber", i.our_number_digit as "ourNumberDigit",
         i.amount_cents as "amountCents", i.paid_cents as "paidCents", i.due_on as "dueOn", i.issued_on as "issuedOn",
         i.processed_on as "processedOn", i.paid_on as "paidOn", i.barcode, i.pix_code as "pixCode", i.contract,
         y.subscriber,
         json_build_object('agency', b.agency, 'beneficiaryCode', b.beneficiary_code, 'wallet', b.wallet,
           'documentKind', b.document_kind, 'paymentPlace', b.payment_place, 'beneficiaryName', b.beneficiary_name,
           'beneficiaryDocument', b.beneficiary_document) as account,
         coalesce((select json_agg(json_build_object('description', description, 'amountCents', amount_cents)
                                   order by position)
                     from invoice_item where tenant_id = $1 and invoice_id = i.id), '[]') as items
    from billed i
    join payer y on y.id = i.subscriber_id
    join billing_account b on b.tenant_id = $1 and b.id = i.billing_account_id
   order by i.place`;

interface Row extends Omit<InvoiceDossier, 'boletoLine' | 'contract' | 'subscriber'> {
  readonly contract: Omit<BilledContract, 'state'> & { readonly state: string };
  readonly subscriber: Omit<BilledSubscriber, 'registeredAt'> & { readonly registeredAt: string };
}

/** The invoices that are meant, with all that is on file, in one statement: for a few. */
export async function findInvoices(
  provider: Provider,
  search: InvoiceSearch & { limit: number },
): Promise<InvoiceDossier[]> {
  const { name, text, values } = foundSql(search, (order) => `i.id, row_number() over (order by ${order}) as place`);
  return read(provider, `isp_invoices_${name}`, text, values);
}

/** The ids of the invoices that are meant, in order. A quarter of a million is a few megabytes. */
export async function invoiceIds(provider: Provider, search: InvoiceSearch): Promise<readonly number[]> {
  const { text, values } = foundSql(search, () => 'i.id');
  // Not by a name: how best to find them depends on the window.
  const { rows } = await provider.pool.query<{ ids: number[] }>({
    text: `select array(${text}) as ids`,
    values: [provider.tenantId, ...values],
  });
  return rows[0]?.ids ?? [];
}

/** Some invoices, in the given order; one that there is not is left out. */
export function invoiceDossiers(provider: Provider, ids: readonly number[]): Promise<InvoiceDossier[]> {
  const found = 'select id, place from unnest($2::int[]) with ordinality as ids (id, place)';
  return read(provider, 'isp_invoices_of', found, [ids]);
}

/** $2 from, $3 to, $4 limit, $5 owner. */
function foundSql(search: InvoiceSearch, select: (order: string) => string) {
  const { owner, standing, window, order, limit } = search;
  const direction = order.descending ? 'desc' : 'asc';
  const ordered = `${columns[order.by]} ${direction} nulls last, i.id ${direction}`;
  const day = days[window.on];
  const owned = `join contract c on c.tenant_id = i.tenant_id and c.id = i.contract_id
      join subscriber s on s.tenant_id = c.tenant_id and s.id = c.subscriber_id`;
  return {
    name: `${owner?.by}_${standing}_${window.on}_${order.by}_${direction}`,
    text: `
    select ${select(ordered)} from invoice i ${owner === undefined ? '' : owned}
     where i.tenant_id = $1 and ${window.on === 'paid' ? `${standings.paid} and ` : ''}${standings[standing]}
       and ($2::date is null or ${day} >= $2) and ($3::date is null or ${day} <= $3)
       ${owner === undefined ? '' : `and ${owners[owner.by]} = $5`}
     order by ${ordered} limit $4`,
    values: [
      window.from ?? null,
      window.to ?? null,
      limit ?? null,
      ...(owner === undefined ? [] : [owner.value]),
    ] as readonly unknown[],
  };
}

async function read(
  provider: Provider,
  name: string,
  found: string,
  values: readonly unknown[],
): Promise<InvoiceDossier[]> {
  const { rows } = await provider.pool.query<Row>({
    name,
    text: dossiers(found),
    values: [provider.tenantId, ...values],
  });
  return rows.map(({ contract, subscriber, ...row }) => ({
    ...row,
    boletoLine: row.barcode === null ? null : boletoLine(row.barcode),
    contract: { ...contract, state: parseContractState(contract.state) },
    subscriber: { ...subscriber, registeredAt: new Date(subscriber.registeredAt) },
  }));
}
