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

/** Where the subscriber of a contract takes messages, in their order of preference. */
export async function selectContacts(provider: Provider, contractId: number) {
  const { db, tenantId } = provider;
  const subscriber = db
    .selectFrom('contract')
    .select('subscriber_id')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', contractId);
  const phones = await db
    .selectFrom('subscriber_phone')
    .select('number')
    .where('tenant_id', '=', tenantId)
    .where('subscriber_id', '=', subscriber)
    .where('takes_messages', '=', true)
    .orderBy('position')
    .execute();
  const emails = await db
    .selectFrom('subscriber_email')
    .select('address')
    .where('tenant_id', '=', tenantId)
    .where('subscriber_id', '=', subscriber)
    .where('takes_messages', '=', true)
    .orderBy('position')
    .execute();
  return { phones: phones.map((row) => row.number), emails: emails.map((row) => row.address) };
}
