import { sql } from 'kysely';
import type { Database } from '../../storage/database.ts';
import type { Provider, ProviderTransaction } from '../provider.ts';

export interface OpenInvoiceRow {
  id: number;
  due_on: string;
  amount_cents: number;
  barcode: string | null;
  pix_code: string | null;
}

/** The outer join tells a contract without invoices (one row of nulls) from no contract (no row). */
const openInvoices = {
  name: 'isp_open_invoices',
  text: `
    select i.id, i.due_on, i.amount_cents, i.barcode, i.pix_code
      from contract c
      left join invoice i on i.tenant_id = c.tenant_id and i.contract_id = c.id and i.status = 'open'
     where c.tenant_id = $1 and c.id = $2
     order by i.due_on, i.id`,
};

/** The open invoices of a contract, the earliest due first; undefined when there is no such contract. */
export async function selectOpenInvoices(
  provider: Provider,
  contractId: number,
): Promise<OpenInvoiceRow[] | undefined> {
  type Row = OpenInvoiceRow | { id: null };
  const { rows } = await provider.pool.query<Row>({ ...openInvoices, values: [provider.tenantId, contractId] });
  if (rows.length === 0) return undefined;
  return rows.filter((row): row is OpenInvoiceRow => row.id !== null);
}

/** Whether a contract has an invoice open that was due on or before a day. */
export async function owesSince({ db, tenantId }: ProviderTransaction, contractId: number, dueOn: string) {
  const row = await db
    .selectFrom('invoice')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('contract_id', '=', contractId)
    .where('status', '=', 'open')
    .where('due_on', '<=', dueOn)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Where a subscriber, or the one of a contract, takes messages, in their order of preference; of a contact of theirs, with the
 * contact's name.
 */
export async function selectRecipients(
  { db, tenantId }: Provider,
  of: { readonly subscriberId: number } | { readonly contractId: number },
  by: 'email' | 'sms',
) {
  const [table, column] = by === 'email' ? ['subscriber_email', 'address'] : ['subscriber_phone', 'number'];
  const subscriber =
    'subscriberId' in of
      ? sql`${of.subscriberId}`
      : sql`(select subscriber_id from contract where tenant_id = ${tenantId} and id = ${of.contractId})`;
  const { rows } = await sql<{ id: number; address: string; contactName: string | null }>`
    select id, ${sql.ref(column)} as address, contact_name as "contactName" from ${sql.table(table)}
     where tenant_id = ${tenantId} and subscriber_id = ${subscriber} and takes_messages
     order by position`.execute(db);
  return rows;
}

/** An invoice with everything that its page names. */
export interface BoletoRow {
  id: number;
  status: 'open' | 'paid' | 'cancelled';
  amount_cents: number;
  due_on: string;
  issued_on: string;
  processed_on: string | null;
  paid_on: string | null;
  our_number: string;
  our_number_digit: string | null;
  barcode: string | null;
  pix_code: string | null;
  bank_code: string;
  agency: string;
  beneficiary_code: string;
  wallet: string;
  beneficiary_name: string;
  beneficiary_document: string;
  beneficiary_address: string | null;
  document_kind: string;
  payment_place: string;
  instructions: string | null;
  name: string;
  document: string;
  street_type: string;
  street: string;
  number: string;
  complement: string | null;
  postal_code: string;
  district: string;
  city: string;
  state: string;
  items: { description: string; amount_cents: number }[];
}

/** The invoice of a tenant, billed to the address that the contract has for bills. */
export async function selectBoleto(db: Database, tenantId: number, invoiceId: number): Promise<BoletoRow | undefined> {
  const { rows } = await sql<BoletoRow>`
    select i.id, i.status, i.amount_cents, i.due_on, i.issued_on, i.processed_on, i.paid_on, i.our_number,
           i.our_number_digit, i.barcode, i.pix_code, b.bank_code, b.agency, b.beneficiary_code, b.wallet,
           b.beneficiary_name, b.beneficiary_document, b.beneficiary_address, b.document_kind, b.payment_place,
           b.instructions, s.name, s.document, a.street_type, a.street, a.number, a.complement, a.postal_code,
           d.name as district, t.name as city, t.state,
           coalesce((select json_agg(json_build_object('description', description, 'amount_cents', amount_cents)
                                     order by position)
                       from invoice_item where tenant_id = i.tenant_id and invoice_id = i.id), '[]') as items
      from invoice i
      join billing_account b on b.tenant_id = i.tenant_id and b.id = i.billing_account_id
      join contract c on c.tenant_id = i.tenant_id and c.id = i.contract_id
      join subscriber s on s.tenant_id = c.tenant_id and s.id = c.subscriber_id
      join address a on a.tenant_id = c.tenant_id and a.id = c.billing_address_id
      join district d on d.tenant_id = a.tenant_id and d.id = a.district_id
      join city t on t.tenant_id = d.tenant_id and t.id = d.city_id
     where i.tenant_id = ${tenantId} and i.id = ${invoiceId}`.execute(db);
  return rows[0];
}
