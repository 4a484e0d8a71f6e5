import { sql } from 'kysely';
import type { Cents } from '../../kernel/money.ts';
import type { Provider, ProviderTransaction } from '../provider.ts';

export interface ProspectRecord {
  readonly id: number;
  readonly kind: 'person' | 'company';
  readonly name: string;
  /** Without punctuation. */
  readonly document: string;
  readonly phone: string;
  readonly email: string | null;
  readonly notes: string | null;
  readonly addressId: number;
  readonly origin: string;
  /** A member of the staff. */
  readonly createdById: number | null;
  /** The subscriber that the prospect has become. */
  readonly subscriberId: number | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly plan: { readonly id: number; readonly planId: number; readonly priceCents: Cents } | null;
}

const select = sql`
  select p.id, p.kind, p.name, p.document, p.phone, p.email, p.notes, p.address_id as "addressId", p.origin,
         p.created_by_id as "createdById", p.subscriber_id as "subscriberId", p.created_at as "createdAt",
         p.updated_at as "updatedAt",
         (select json_build_object('id', w.id, 'planId', w.plan_id, 'priceCents', w.price_cents)
            from prospect_plan w where w.tenant_id = p.tenant_id and w.prospect_id = p.id order by w.id limit 1) as plan
    from prospect p`;

/** The prospects whose name holds `part`, whatever its accents and case; by name. */
export async function prospectsNamed({ db, tenantId }: Provider, part: string): Promise<ProspectRecord[]> {
  const { rows } = await sql<ProspectRecord>`
    ${select} where p.tenant_id = ${tenantId} and position(search_form(${part}) in search_form(p.name)) > 0
     order by search_form(p.name), p.id`.execute(db);
  return rows;
}

export async function prospectById({ db, tenantId }: ProviderTransaction, id: number): Promise<ProspectRecord> {
  const { rows } = await sql<ProspectRecord>`${select} where p.tenant_id = ${tenantId} and p.id = ${id}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new RangeError(`There is no prospect ${id}.`);
  return row;
}
