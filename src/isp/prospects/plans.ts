import type { Cents } from '../../kernel/money.ts';
import type { ProviderTransaction } from '../provider.ts';

/** A plan that prospects may ask for. */
export interface OfferedPlan {
  readonly id: number;
  readonly name: string;
  readonly priceCents: Cents;
  /** The FreeRADIUS group that gives the plan's speed. */
  readonly radiusGroup: string;
  readonly downloadKbps: number;
  readonly uploadKbps: number;
  readonly active: boolean;
}

/**
 * The city of a postal code, by the ranges of the provider's own table: a district's before a city's.
 * @param postalCode eight digits
 */
export async function cityOf({ db, tenantId }: ProviderTransaction, postalCode: string): Promise<number | undefined> {
  const ofDistrict = await db
    .selectFrom('district')
    .select('city_id as id')
    .where('tenant_id', '=', tenantId)
    .where('postal_code_first', '<=', postalCode)
    .where('postal_code_last', '>=', postalCode)
    .orderBy('id')
    .executeTakeFirst();
  const city =
    ofDistrict ??
    (await db
      .selectFrom('city')
      .select('id')
      .where('tenant_id', '=', tenantId)
      .where('postal_code_first', '<=', postalCode)
      .where('postal_code_last', '>=', postalCode)
      .orderBy('id')
      .executeTakeFirst());
  return city?.id;
}

/**
 * What may be sold to prospects in a city, by name: the plans that are tied to it, or, when none is, all that are for
 * prospects.
 */
export async function plansOfCity({ db, tenantId }: ProviderTransaction, cityId: number): Promise<OfferedPlan[]> {
  const offered = db
    .selectFrom('plan')
    .select(['id', 'name', 'price_cents as priceCents', 'radius_group as radiusGroup', 'active'])
    .select(['download_kbps as downloadKbps', 'upload_kbps as uploadKbps'])
    .where('tenant_id', '=', tenantId)
    .where('for_prospects', '=', true)
    .orderBy((eb) => eb.fn('search_form', ['name']))
    .orderBy('id');
  const tied = await offered
    .where((eb) =>
      eb(
        'id',
        'in',
        eb.selectFrom('plan_city').select('plan_id').where('tenant_id', '=', tenantId).where('city_id', '=', cityId),
      ),
    )
    .execute();
  return tied.length > 0 ? tied : offered.execute();
}

/** Whether a plan is one that prospects may ask for. */
export async function isForProspects({ db, tenantId }: ProviderTransaction, planId: number): Promise<boolean> {
  const row = await db
    .selectFrom('plan')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', planId)
    .where('for_prospects', '=', true)
    .executeTakeFirst();
  return row !== undefined;
}
