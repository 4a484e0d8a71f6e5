import { sql } from 'kysely';
import type { Clock } from '../../kernel/clock.ts';
import type { IdSource } from '../../kernel/ids.ts';
import type { Database } from '../../storage/database.ts';
import type { PaintBoleto } from './boleto-painter.ts';
import { readBoletoSheet } from './boleto-sheet.ts';

/** Where invoices' PDFs are served, each followed by a token: any of them leads to the invoice, and each API gives out one. */
export const invoicePages = ['boleto', 'pdf/fatura'] as const;
export type InvoicePage = (typeof invoicePages)[number];

/** Addresses at which anyone who was given one opens an invoice's PDF. */
export interface InvoiceLinks {
  /**
   * The address of an invoice's PDF, such as `https://provedor.example/boleto/<token>`. Asked again, it is the same
   * one; where links end after some days, a new one when the old has ended.
   * @returns undefined when the tenant has no such invoice
   */
  link(tenantId: number, invoiceId: number): Promise<string | undefined>;
  /** As `link`, for many at once: by the id of each invoice that the tenant has. */
  links(tenantId: number, invoiceIds: readonly number[], page?: InvoicePage): Promise<ReadonlyMap<number, string>>;
  /** The invoice that a token in an address was given out for; undefined when it never was, or has ended. */
  invoiceOf(token: string): Promise<{ readonly tenantId: number; readonly invoiceId: number } | undefined>;
}

interface Parts {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** What the world reaches our HTTP by, without a slash at its end. */
  readonly publicUrl: string;
  /** How long a link works after it was last given out; undefined: as long as the invoice is there. */
  readonly linkDays: number | undefined;
}

const dayMs = 86_400_000;
const tokenForm = /^[\w-]{20,64}$/;

/** Links by tokens of 192 random bits, kept with the invoice. */
export function createInvoiceLinks({ db, clock, ids, publicUrl, linkDays }: Parts): InvoiceLinks {
  /** Gives a token where there is none that works, and all of the time to each; nothing else is written. */
  async function freshen(tenantId: number, invoiceIds: readonly number[]) {
    const now = clock.now();
    const expiresAt = linkDays === undefined ? null : new Date(now.getTime() + linkDays * dayMs);
    const tokens = invoiceIds.map(() => ids.secret());
    const { rows } = await sql<{ id: number; link_token: string }>`
      update invoice i
         set link_token = case when i.link_token is null or i.link_expires_at <= ${now} then new.token else i.link_token end,
             link_expires_at = ${expiresAt}
        from unnest(${invoiceIds}::integer[], ${tokens}::text[]) as new (id, token)
       where i.tenant_id = ${tenantId} and i.id = new.id
      returning i.id, i.link_token`.execute(db);
    return rows;
  }

  async function links(
    tenantId: number,
    invoiceIds: readonly number[],
    page: InvoicePage = 'boleto',
  ): Promise<ReadonlyMap<number, string>> {
    if (invoiceIds.length === 0) return new Map();
    const rows = await db
      .selectFrom('invoice')
      .select(['id', 'link_token', 'link_expires_at'])
      .where('tenant_id', '=', tenantId)
      .where('id', 'in', invoiceIds)
      .execute();
    const [lasting, stale] = [rows.filter(lasts), rows.filter((row) => !lasts(row))];
    const freshened =
      stale.length === 0
        ? []
        : await freshen(
            tenantId,
            stale.map((row) => row.id),
          );
    return new Map([...lasting, ...freshened].map((row) => [row.id, `${publicUrl}/${page}/${row.link_token ?? ''}`]));
  }

  /** A link is given more time when half of it has passed, so that most answers write nothing. */
  function lasts(row: { link_token: string | null; link_expires_at: Date | null }): boolean {
    if (row.link_token === null) return false;
    if (linkDays === undefined) return row.link_expires_at === null;
    return (
      row.link_expires_at === null || row.link_expires_at.getTime() > clock.now().getTime() + (linkDays * dayMs) / 2
    );
  }

  return {
    links,
    link: async (tenantId, invoiceId) => (await links(tenantId, [invoiceId])).get(invoiceId),
    invoiceOf: async (token) => {
      if (!tokenForm.test(token)) return undefined;
      const row = await db
        .selectFrom('invoice')
        .select(['tenant_id', 'id', 'link_expires_at'])
        .where('link_token', '=', token)
        .executeTakeFirst();
      if (row === undefined || (row.link_expires_at !== null && row.link_expires_at <= clock.now())) return undefined;
      return { tenantId: row.tenant_id, invoiceId: row.id };
    },
  };
}

/**
 * The page of an invoice as PDF: payable when it is open; otherwise it says that it was paid, or cancelled.
 * @returns undefined when the tenant has no such invoice
 */
export async function boletoPdf(
  { db, paintBoleto }: { readonly db: Database; readonly paintBoleto: PaintBoleto },
  tenantId: number,
  invoiceId: number,
): Promise<Buffer | undefined> {
  const sheet = await readBoletoSheet(db, tenantId, invoiceId);
  return sheet === undefined ? undefined : paintBoleto(sheet);
}
