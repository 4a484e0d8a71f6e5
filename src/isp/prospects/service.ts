import type { Cents } from '../../kernel/money.ts';
import type { TaxId } from '../../kernel/tax-id.ts';
import { inTransaction, type Provider, type ProviderTransaction } from '../provider.ts';
import { staffMemberOf } from '../staff.ts';
import { cityOf, isForProspects, type OfferedPlan, plansOfCity } from './plans.ts';
import { addressOf, type ProspectAddress } from './prospect-address.ts';
import { type ProspectRecord, prospectById } from './prospect-records.ts';

/** Someone who asks for a plan and is no subscriber yet. */
export interface NewProspect {
  readonly document: TaxId;
  readonly name: string;
  readonly phone: string;
  readonly email: string | undefined;
  readonly notes: string | undefined;
  readonly address: ProspectAddress;
  readonly planId: number;
  /** What was offered, whatever the plan's price is. */
  readonly priceCents: Cents;
  readonly origin: string;
  /** The e-mail address of the one for whom a program asks; left out where it is no member of the staff's. */
  readonly askedBy: string;
}

export type ProspectRejection =
  | 'unknown_postal_code'
  | 'unknown_plan'
  /** There is one with this document, of this name. */
  | { readonly known: string };

/** What may be sold where a postal code (eight digits) is; undefined: the provider knows no city that it is in. */
export async function plansAt(provider: Provider, postalCode: string): Promise<OfferedPlan[] | undefined> {
  const cityId = await cityOf(provider, postalCode);
  return cityId === undefined ? undefined : plansOfCity(provider, cityId);
}

/** Records a prospect, one for each document. */
export function addProspect(
  provider: Provider,
  prospect: NewProspect,
): Promise<{ readonly prospect: ProspectRecord } | ProspectRejection> {
  return inTransaction(provider, async (transaction) => {
    const { db, tenantId, clock } = transaction;
    await oneAtATime(transaction);
    const earlier = await db
      .selectFrom('prospect')
      .select('name')
      .where('tenant_id', '=', tenantId)
      .where('document', '=', prospect.document.reveal())
      .executeTakeFirst();
    if (earlier !== undefined) return { known: earlier.name };
    const cityId = await cityOf(transaction, prospect.address.postalCode);
    if (cityId === undefined) return 'unknown_postal_code';
    if (!(await isForProspects(transaction, prospect.planId))) return 'unknown_plan';
    const now = clock.now();
    const { id } = await db
      .insertInto('prospect')
      .values({
        tenant_id: tenantId,
        kind: prospect.document.kind === 'cpf' ? 'person' : 'company',
        name: prospect.name,
        document: prospect.document.reveal(),
        phone: prospect.phone,
        email: prospect.email,
        notes: prospect.notes,
        address_id: await addressOf(transaction, cityId, prospect.address),
        origin: prospect.origin,
        created_by_id: await staffMemberOf(transaction, prospect.askedBy),
        created_at: now,
        updated_at: now,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await db
      .insertInto('prospect_plan')
      .values({ tenant_id: tenantId, prospect_id: id, plan_id: prospect.planId, price_cents: prospect.priceCents })
      .execute();
    return { prospect: await prospectById(transaction, id) };
  });
}

/** A provider's prospects are written one after another, so that two requests at once do not write the same one twice. */
async function oneAtATime({ db, tenantId }: ProviderTransaction): Promise<void> {
  await db.selectFrom('tenant').select('id').where('id', '=', tenantId).forNoKeyUpdate().execute();
}
