import { sql } from 'kysely';
import type { Cents } from '../../kernel/money.ts';
import type { PostalAddress } from '../subscribers/contract-records.ts';
import type { ContractState } from '../subscribers/contract-state.ts';

/** The contract that a ticket or a service order is about, and whose it is. */
export interface ConcernedContract {
  readonly id: number;
  /** Which of the subscriber's contracts it is. */
  readonly number: number;
  readonly planId: number;
  readonly plan: string;
  readonly priceCents: Cents;
  readonly state: ContractState;
  readonly subscriber: {
    readonly id: number;
    readonly code: number;
    readonly name: string;
    /** Without punctuation. */
    readonly document: string;
    readonly active: boolean;
  };
  readonly installedAt: PostalAddress;
}

/** By whom or what a contract is found in lists of tickets and service orders; each one given must hold. */
export interface ConcernedFilter {
  readonly contract?: number | undefined;
  /** The provider's own customer number. */
  readonly subscriberCode?: number | undefined;
  /** Without punctuation. */
  readonly document?: string | undefined;
  readonly plans?: readonly number[] | undefined;
}

/** What a query joins: whose `contract c` is. */
export const concernedJoins = sql`
  join subscriber s on s.tenant_id = c.tenant_id and s.id = c.subscriber_id`;

/**
 * The record as a column. What is only told, and not asked for, is looked up by subqueries here and in the lists: a dozen joins
 * take PostgreSQL longer to plan (80 ms) than to run.
 */
export const concernedContract = sql`json_build_object(
  'id', c.id, 'number', c.number, 'planId', c.plan_id, 'priceCents', c.price_cents, 'state', c.state,
  'plan', (select p.name from plan p where p.tenant_id = c.tenant_id and p.id = c.plan_id),
  'subscriber', json_build_object('id', s.id, 'code', s.code, 'name', s.name, 'document', s.document, 'active', s.active),
  'installedAt', (
    select json_build_object('street', a.street_type || ' ' || a.street, 'number', a.number, 'complement', a.complement,
             'district', d.name, 'city', ci.name, 'state', ci.state, 'postalCode', a.postal_code)
      from address a
      join district d on d.tenant_id = a.tenant_id and d.id = a.district_id
      join city ci on ci.tenant_id = d.tenant_id and ci.id = d.city_id
     where a.tenant_id = c.tenant_id and a.id = c.installation_address_id))`;

/** The name of what a column of an alias refers to, such as `nameOf('staff_member', 'o.opened_by_id')`. */
export function nameOf(table: ListedTable, reference: `${'o' | 't'}.${string}`) {
  const [alias = ''] = reference.split('.');
  return sql`(select x.name from ${sql.table(table)} x
    where x.tenant_id = ${sql.ref(`${alias}.tenant_id`)} and x.id = ${sql.ref(reference)})`;
}

/** Its id and its name. */
export function namedBy(table: ListedTable, reference: `${'o' | 't'}.${string}`) {
  const [alias = ''] = reference.split('.');
  return sql`(select json_build_object('id', x.id, 'name', x.name) from ${sql.table(table)} x
    where x.tenant_id = ${sql.ref(`${alias}.tenant_id`)} and x.id = ${sql.ref(reference)})`;
}

type ListedTable = 'department' | 'service_order_reason' | 'staff_member' | 'ticket_closing_reason' | 'ticket_kind';

export function concernedConditions({ contract, subscriberCode, document, plans }: ConcernedFilter) {
  return [
    ...(contract === undefined ? [] : [sql`c.id = ${contract}`]),
    ...(subscriberCode === undefined ? [] : [sql`s.code = ${subscriberCode}`]),
    ...(document === undefined ? [] : [sql`s.document = ${document}`]),
    ...(plans === undefined ? [] : [sql`c.plan_id = any(${plans})`]),
  ];
}
