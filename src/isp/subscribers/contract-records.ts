import { localDate, startOfMonth } from '../../kernel/clock.ts';
import type { Cents } from '../../kernel/money.ts';
import type { Provider } from '../provider.ts';
import { type ContractState, parseContractState } from './contract-state.ts';

/** One building on one street. */
export interface PostalAddress {
  readonly street: string;
  readonly number: string;
  readonly complement: string | null;
  readonly district: string;
  readonly city: string;
  /** Two letters. */
  readonly state: string;
  /** Eight digits. */
  readonly postalCode: string;
}

/** A contract with everything that other systems are told of it and of its subscriber. */
export interface ContractRecord {
  readonly subscriberId: number;
  readonly kind: 'person' | 'company';
  readonly name: string;
  /** Without punctuation. */
  readonly document: string;
  readonly subscriberSince: Date;
  readonly contractId: number;
  readonly state: ContractState;
  readonly planId: number;
  readonly plan: string;
  readonly priceCents: Cents;
  readonly registeredAt: Date;
  readonly login: string | null;
  readonly mac: string | null;
  readonly installedAt: PostalAddress;
  readonly pop: { readonly id: number; readonly name: string } | null;
  readonly openCents: Cents;
  readonly openCount: number;
  readonly unlocksThisMonth: number;
  /** E.164, in the subscriber's order of preference. */
  readonly phones: readonly string[];
  readonly emails: readonly string[];
}

/** By what contracts are asked for: a document without punctuation, an id, a telephone (E.164), a login, subscribers' ids. */
export type ContractKey =
  | { readonly document: string }
  | { readonly contract: number }
  | { readonly phone: string }
  | { readonly login: string }
  | { readonly subscribers: readonly number[] };

/** $1 tenant, $2 the key, $3 the first day of this month. */
const select = `
  select s.id as "subscriberId", s.kind, s.name, s.document, s.registered_at as "subscriberSince",
         c.id as "contractId", c.state, p.id as "planId", p.name as plan, c.price_cents as "priceCents",
         c.registered_at as "registeredAt", c.radius_login as login, c.mac,
         json_build_object('street', a.street_type || ' ' || a.street, 'number', a.number, 'complement', a.complement,
           'district', d.name, 'city', ci.name, 'state', ci.state, 'postalCode', a.postal_code) as "installedAt",
         case when pop.id is null then null else json_build_object('id', pop.id, 'name', pop.name) end as pop,
         i.open_cents as "openCents", i.open_count as "openCount", u.unlocks as "unlocksThisMonth",
         array(select number from subscriber_phone where tenant_id = s.tenant_id and subscriber_id = s.id order by position) as phones,
         array(select address from subscriber_email where tenant_id = s.tenant_id and subscriber_id = s.id order by position) as emails
    from subscriber s
    join contract c on c.tenant_id = s.tenant_id and c.subscriber_id = s.id
    join plan p on p.tenant_id = c.tenant_id and p.id = c.plan_id
    join address a on a.tenant_id = c.tenant_id and a.id = c.installation_address_id
    join district d on d.tenant_id = a.tenant_id and d.id = a.district_id
    join city ci on ci.tenant_id = d.tenant_id and ci.id = d.city_id
    left join network_interface ni on ni.tenant_id = c.tenant_id and ni.id = c.connection_interface_id
    left join equipment e on e.tenant_id = ni.tenant_id and e.id = ni.equipment_id
    left join pop on pop.tenant_id = e.tenant_id and pop.id = e.pop_id
    cross join lateral (
      select coalesce(sum(amount_cents), 0) as open_cents, count(*) as open_count
        from invoice where tenant_id = c.tenant_id and contract_id = c.id and status = 'open') i
    cross join lateral (
      select count(*) as unlocks from promise where tenant_id = c.tenant_id and contract_id = c.id and month = $3) u
   where s.tenant_id = $1`;

const where = {
  document: 's.document = $2',
  contract: 'c.id = $2',
  phone: 's.id in (select subscriber_id from subscriber_phone where tenant_id = $1 and number = $2)',
  login: 'c.radius_login = $2',
  subscribers: 's.id = any($2)',
} as const;

type Row = Omit<ContractRecord, 'state'> & { readonly state: string };

/** Contracts in full, those of one subscriber together and in their order. */
export async function contractRecords(provider: Provider, key: ContractKey): Promise<ContractRecord[]> {
  const [[by, value] = []] = Object.entries(key) as [keyof typeof where, string | number | readonly number[]][];
  if (by === undefined) return [];
  const month = startOfMonth(localDate(provider.clock.now(), provider.timeZone));
  const { rows } = await provider.pool.query<Row>({
    name: `isp_contract_records_${by}`,
    text: `${select} and ${where[by]} order by s.id, c.number`,
    values: [provider.tenantId, value, month],
  });
  return rows.map((row) => ({ ...row, state: parseContractState(row.state) }));
}
