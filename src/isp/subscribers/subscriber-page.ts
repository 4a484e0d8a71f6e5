import { type RawBuilder, sql } from 'kysely';
import type { Page, Paged } from '../page.ts';
import type { Provider } from '../provider.ts';
import type { ContractState } from './contract-state.ts';

/** Each one given must hold; contracts, logins and states are those of any of the subscriber's contracts. */
export interface SubscriberFilter {
  readonly id?: number | undefined;
  /** Without punctuation. */
  readonly document?: string | undefined;
  /** Part of the name, whatever its accents and case. */
  readonly name?: string | undefined;
  /** E.164 */
  readonly phone?: string | undefined;
  readonly contract?: number | undefined;
  readonly login?: string | undefined;
  readonly states?: readonly ContractState[] | undefined;
}

export interface SubscriberEntry {
  readonly id: number;
  readonly name: string;
  readonly document: string;
  readonly kind: 'person' | 'company';
  readonly registeredAt: Date;
}

/** A page of the provider's subscribers, by id. */
export async function subscriberPage(
  { db, tenantId }: Provider,
  filter: SubscriberFilter,
  page: Page,
): Promise<Paged<SubscriberEntry>> {
  const { id, document, name, phone, contract, login, states } = filter;
  let query = db.selectFrom('subscriber as s').where('s.tenant_id', '=', tenantId);
  if (id !== undefined) query = query.where('s.id', '=', id);
  if (document !== undefined) query = query.where('s.document', '=', document);
  if (name !== undefined) query = query.where(hasInName(tenantId, name));
  if (phone !== undefined) {
    query = query.where((eb) =>
      eb.exists(
        eb
          .selectFrom('subscriber_phone as t')
          .whereRef('t.tenant_id', '=', 's.tenant_id')
          .whereRef('t.subscriber_id', '=', 's.id')
          .where('t.number', '=', phone)
          .select('t.id'),
      ),
    );
  }
  if (contract !== undefined || login !== undefined || states !== undefined) {
    query = query.where((eb) => {
      let contracts = eb
        .selectFrom('contract as c')
        .whereRef('c.tenant_id', '=', 's.tenant_id')
        .whereRef('c.subscriber_id', '=', 's.id');
      if (contract !== undefined) contracts = contracts.where('c.id', '=', contract);
      if (login !== undefined) contracts = contracts.where('c.radius_login', '=', login);
      if (states !== undefined) contracts = contracts.where('c.state', 'in', states);
      return eb.exists(contracts.select('c.id'));
    });
  }
  const { total } = await query.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await query
    .select(['s.id', 's.name', 's.document', 's.registered_at as registeredAt'])
    .select((eb) => eb.ref('s.kind').$castTo<'person' | 'company'>().as('kind'))
    .orderBy('s.id')
    .offset(page.offset)
    .limit(page.limit)
    .execute();
  return { total: total, rows };
}

/** By the index of the name's runs of three characters, as `findSubscribers` does it. */
function hasInName(tenantId: number, part: string): RawBuilder<boolean> {
  return sql<boolean>`search_grams(s.tenant_id, s.name_form) @> search_grams(${tenantId}, search_form(${part}))
    and strpos(s.name_form, search_form(${part})) > 0`;
}
