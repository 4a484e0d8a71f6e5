import { type RawBuilder, sql } from 'kysely';
import { type Page, type Paged, readPage } from '../page.ts';
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
export function subscriberPage(
  { db, tenantId }: Provider,
  filter: SubscriberFilter,
  page: Page,
): Promise<Paged<SubscriberEntry>> {
  return readPage(db, {
    columns: sql`s.id, s.name, s.document, s.kind, s.registered_at as "registeredAt"`,
    key: sql`s.id`,
    from: sql`subscriber s`,
    where: [sql`s.tenant_id = ${tenantId}`, ...conditionsOf(tenantId, filter)],
    order: sql`s.id`,
    page,
  });
}

function conditionsOf(tenantId: number, filter: SubscriberFilter): RawBuilder<unknown>[] {
  const { id, document, name, phone, contract, login, states } = filter;
  const contracts = [
    ...(contract === undefined ? [] : [sql`c.id = ${contract}`]),
    ...(login === undefined ? [] : [sql`c.radius_login = ${login}`]),
    ...(states === undefined ? [] : [sql`c.state = any(${states})`]),
  ];
  return [
    ...(id === undefined ? [] : [sql`s.id = ${id}`]),
    ...(document === undefined ? [] : [sql`s.document = ${document}`]),
    ...(name === undefined ? [] : [hasInName(tenantId, name)]),
    ...(phone === undefined
      ? []
      : [
          sql`exists (select from subscriber_phone t
            where t.tenant_id = s.tenant_id and t.subscriber_id = s.id and t.number = ${phone})`,
        ]),
    ...(contracts.length === 0
      ? []
      : [
          sql`exists (select from contract c
            where c.tenant_id = s.tenant_id and c.subscriber_id = s.id and ${sql.join(contracts, sql` and `)})`,
        ]),
  ];
}

/** By the index of the name's runs of three characters, as `findSubscribers` does it. */
function hasInName(tenantId: number, part: string): RawBuilder<boolean> {
  return sql<boolean>`search_grams(s.tenant_id, s.name_form) @> search_grams(${tenantId}, search_form(${part}))
    and strpos(s.name_form, search_form(${part})) > 0`;
}
