import { addDays, startOfDay } from '../../kernel/clock.ts';
import type { Page, Paged } from '../page.ts';
import type { Provider } from '../provider.ts';
import type { ContractState } from './contract-state.ts';

/** Which subscribers are listed; each one given must hold. */
export interface ListedSubscribers {
  /** Whether those are listed, too, whose contracts are all cancelled. */
  readonly withCancelled: boolean;
  /** Whether their record is in use; both kinds when left out. */
  readonly active?: boolean | undefined;
  /** A contract of theirs is in one of these. */
  readonly states?: readonly ContractState[] | undefined;
  /** The days (`YYYY-MM-DD`) between which, both included, they were registered. */
  readonly registeredFrom?: string | undefined;
  readonly registeredTo?: string | undefined;
}

export interface SubscriberOrder {
  /** `closed`: when the last of their contracts was cancelled, those of whom none was coming last. */
  readonly by: 'registered' | 'code' | 'closed' | 'id';
  readonly descending: boolean;
}

const orderColumns: Readonly<Record<SubscriberOrder['by'], string>> = {
  registered: 's.registered_at',
  code: 's.code',
  closed: '(select max(oc.cancelled_at) from contract oc where oc.tenant_id = s.tenant_id and oc.subscriber_id = s.id)',
  id: 's.id',
};

/** SQL: the order of subscribers `s`; the same for the same subscribers, whatever else is the same about them. */
export function orderSql({ by, descending }: SubscriberOrder): string {
  const direction = descending ? 'desc' : 'asc';
  return `${orderColumns[by]} ${direction}${by === 'closed' ? ' nulls last' : ''}, s.id ${direction}`;
}

/**
 * SQL: whether a subscriber `s` is listed. $1 is the tenant, $2 `withCancelled`; the others are those of
 * `listValues`, numbered from `first`.
 */
export function listedSql(first: number): string {
  const [active, states, from, before] = [first, first + 1, first + 2, first + 3];
  const contracts = 'from contract lc where lc.tenant_id = s.tenant_id and lc.subscriber_id = s.id';
  return `s.tenant_id = $1 and ($${active}::boolean is null or s.active = $${active})
      and ($2 or not exists (select ${contracts} and lc.state = 'cancelled')
              or exists (select ${contracts} and lc.state <> 'cancelled'))
      and ($${states}::text[] is null or exists (select ${contracts} and lc.state = any($${states})))
      and ($${from}::timestamptz is null or s.registered_at >= $${from})
      and ($${before}::timestamptz is null or s.registered_at < $${before})`;
}

/** How many `listValues` there are. */
export const listValueCount = 4;

export function listValues(provider: Provider, listed: ListedSubscribers): unknown[] {
  const { active, states, registeredFrom, registeredTo } = listed;
  const { timeZone } = provider;
  return [
    active ?? null,
    states ?? null,
    registeredFrom === undefined ? null : startOfDay(registeredFrom, timeZone),
    registeredTo === undefined ? null : startOfDay(addDays(registeredTo, 1), timeZone),
  ];
}

/** The ids of a page of the listed subscribers, in order, and how many there are on all pages. */
export async function listedSubscribers(
  provider: Provider,
  listed: ListedSubscribers,
  order: SubscriberOrder,
  page: Page,
): Promise<Paged<number>> {
  const [{ total }, ids] = await Promise.all([
    ask<{ total: number }>(provider, listed, (where) => `select count(*) as total from subscriber s where ${where}`),
    listedSubscriberIds(provider, listed, order, page),
  ]);
  return { total, rows: ids };
}

/** The ids of all listed subscribers, in order, or of a part of them. A quarter of a million is a few megabytes. */
export async function listedSubscriberIds(
  provider: Provider,
  listed: ListedSubscribers,
  order: SubscriberOrder,
  page: { readonly offset: number; readonly limit: number | undefined },
): Promise<readonly number[]> {
  const ordered = orderSql(order);
  const part = [page.offset, page.limit ?? null];
  const { ids } = await ask<{ ids: number[] }>(
    provider,
    listed,
    (where, next) => `
      select array(select s.id from subscriber s where ${where}
                    order by ${ordered} offset $${next} limit $${next + 1}) as ids`,
    part,
  );
  return ids;
}

async function ask<Row extends object>(
  provider: Provider,
  listed: ListedSubscribers,
  text: (where: string, next: number) => string,
  more: readonly unknown[] = [],
): Promise<Row> {
  const { rows } = await provider.pool.query<Row>({
    // Not by a name: how best to find them depends on the values.
    text: text(listedSql(3), 3 + listValueCount),
    values: [provider.tenantId, listed.withCancelled, ...listValues(provider, listed), ...more],
  });
  const [row] = rows;
  if (row === undefined) throw new RangeError('A count or a list has one row.');
  return row;
}
