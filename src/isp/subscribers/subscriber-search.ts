import type { Provider } from '../provider.ts';
import { firstFoundParameter, readDossiers } from './dossier-statement.ts';
import type { SubscriberDossier } from './subscriber-dossier.ts';
import {
  type ListedSubscribers,
  listedSql,
  listValueCount,
  listValues,
  orderSql,
  type SubscriberOrder,
} from './subscriber-list.ts';

/**
 * By what a subscriber is looked for: a document without punctuation, ids, the provider's customer number, a telephone (E.164, or
 * its last digits), a part of a name whatever its accents and case, or something of one of their contracts.
 */
export type SubscriberKey =
  | { readonly by: 'document' | 'phone' | 'phone_ending' | 'name' | 'trade_name'; readonly value: string }
  | { readonly by: 'login' | 'ipv4' | 'mac'; readonly value: string }
  | { readonly by: 'id' | 'code' | 'contract'; readonly value: number };

export interface SubscriberSearch {
  readonly key: SubscriberKey;
  readonly listed: ListedSubscribers;
  readonly order: SubscriberOrder;
  readonly limit: number;
}

const first = firstFoundParameter;
const [keyParameter, limitParameter] = [first + listValueCount, first + listValueCount + 1];
const key = `$${keyParameter}`;

/** SQL: the subscribers `s` whose contracts fulfil a condition, with the first of those contracts. */
function byContract(condition: string): Match {
  return {
    contract: 'm.contract_id',
    join: `join (select c.subscriber_id, min(c.id) as contract_id from contract c
              where c.tenant_id = $1 and ($2 or c.state <> 'cancelled') and ${condition}
              group by c.subscriber_id) m on m.subscriber_id = s.id`,
    where: 'true',
  };
}

function bySubscriber(where: string): Match {
  return { contract: 'null::int', join: '', where };
}

interface Match {
  /** The contract that was looked for. */
  readonly contract: string;
  readonly join: string;
  readonly where: string;
}

/** The index of runs of three finds the few that may have the term; the form itself, not a pattern, decides. */
function byForm(column: string): Match {
  const form = `search_form(${key})`;
  return bySubscriber(
    `${form} <> '' and search_grams(s.tenant_id, s.${column}) @> search_grams($1, ${form})
      and strpos(s.${column}, ${form}) > 0`,
  );
}

const matches: Readonly<Record<SubscriberKey['by'], Match>> = {
  id: bySubscriber(`s.id = ${key}`),
  code: bySubscriber(`s.code = ${key}`),
  document: bySubscriber(`s.document = ${key}`),
  phone: bySubscriber(`s.id in (select subscriber_id from subscriber_phone where tenant_id = $1 and number = ${key})`),
  phone_ending: bySubscriber(`s.id in (select subscriber_id from subscriber_phone
      where tenant_id = $1 and (reverse(number) collate "C") between reverse(${key}) and reverse(${key}) || '~')`),
  name: byForm('name_form'),
  trade_name: byForm('trade_name_form'),
  contract: byContract(`c.id = ${key}`),
  login: byContract(`c.radius_login = ${key}`),
  mac: byContract(`c.mac = ${key}::macaddr`),
  // Its own for good, or what it was given for the session that is open now.
  ipv4: byContract(`c.id in (
      select id from contract where tenant_id = $1 and ipv4 = ${key}::inet
      union
      select o.id from radacct r join contract o on o.tenant_id = $1 and o.radius_login = r.username
       where r.framedipaddress = ${key}::inet and r.acctstoptime is null)`),
};

/** What a name's plan depends on: a rare one is best found by its letters, a frequent or a short one by going through all. */
const planned = new Set<SubscriberKey['by']>(['name', 'trade_name']);

/** Finds subscribers, in one statement. A contract that was looked for is the first of its subscriber's. */
export function findSubscribers(provider: Provider, search: SubscriberSearch): Promise<SubscriberDossier[]> {
  const { key: wanted, listed, order, limit } = search;
  const { contract, join, where } = matches[wanted.by];
  const ordered = orderSql(order);
  const direction = order.descending ? 'desc' : 'asc';
  const text = `
    select s.id, ${contract} as contract_id, row_number() over (order by ${ordered}) as place
      from subscriber s ${join}
     where ${listedSql(first)} and ${where}
     order by ${ordered} limit $${limitParameter}`;
  return readDossiers(
    provider,
    { now: provider.clock.now(), withCancelled: listed.withCancelled },
    {
      name: planned.has(wanted.by) ? undefined : `isp_find_${wanted.by}_${order.by}_${direction}`,
      text,
      values: [...listValues(provider, listed), wanted.value, limit],
    },
  );
}
