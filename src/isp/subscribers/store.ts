import type { Provider } from '../provider.ts';

/** A subscriber joined with one of their contracts, its debts, its unlocks of this month and its alerts. */
export interface ContractRow {
  subscriber_id: number;
  kind: 'person' | 'company';
  name: string;
  trade_name: string | null;
  document: string;
  contract_id: number | null;
  state: string;
  plan: string;
  street: string;
  street_number: string;
  overdue_cents: number;
  overdue_count: number;
  open_cents: number;
  unlocks_this_month: number;
  alerts: AlertRow[] | null;
}

export interface AlertRow {
  id: number;
  kind: 'outage' | 'notice';
  text: string;
  forecast_at: string | null;
}

/** $1 tenant, $2 the key, $3 today, $4 the first day of this month, $5 now. */
const select = `
  select s.id as subscriber_id, s.kind, s.name, s.trade_name, s.document,
         c.id as contract_id, c.state, p.name as plan, a.street_type || ' ' || a.street as street, a.number as street_number,
         i.overdue_cents, i.overdue_count, i.open_cents, u.unlocks_this_month, al.alerts
    from subscriber s
    left join contract c on c.tenant_id = s.tenant_id and c.subscriber_id = s.id
    left join plan p on p.tenant_id = c.tenant_id and p.id = c.plan_id
    left join address a on a.tenant_id = c.tenant_id and a.id = c.installation_address_id
    cross join lateral (
      select coalesce(sum(amount_cents) filter (where due_on < $3), 0) as overdue_cents,
             count(*) filter (where due_on < $3) as overdue_count,
             coalesce(sum(amount_cents), 0) as open_cents
        from invoice where tenant_id = c.tenant_id and contract_id = c.id and status = 'open') i
    cross join lateral (
      select count(*) as unlocks_this_month
        from promise where tenant_id = c.tenant_id and contract_id = c.id and month = $4) u
    cross join lateral (
      select json_agg(json_build_object('id', id, 'kind', kind, 'text', text, 'forecast_at', forecast_at) order by id) as alerts
        from alert
       where tenant_id = s.tenant_id and (subscriber_id = s.id or contract_id = c.id)
         and starts_at <= $5 and (ends_at is null or ends_at > $5)) al
   where s.tenant_id = $1`;

const order = ' order by s.id, c.number';

const statements = {
  document: { name: 'isp_find_document', text: `${select} and s.document = $2${order}` },
  contract: { name: 'isp_find_contract', text: `${select} and c.id = $2${order}` },
  subscriber: { name: 'isp_find_subscriber', text: `${select} and s.id = $2${order}` },
  code: { name: 'isp_find_code', text: `${select} and s.code = $2${order}` },
  wholeOfContract: {
    name: 'isp_find_whole_of_contract',
    text: `${select} and s.id = (select subscriber_id from contract where tenant_id = $1 and id = $2)${order}`,
  },
  phone: {
    name: 'isp_find_phone',
    text: `${select} and s.id in (select subscriber_id from subscriber_phone where tenant_id = $1 and number = $2)${order}`,
  },
} as const;

/** Subscribers by document (without punctuation), id, code, contract or telephone (E.164), one row for each contract. */
export async function selectContracts(
  provider: Provider,
  by: keyof typeof statements,
  key: string | number,
  days: { today: string; month: string; now: Date },
): Promise<ContractRow[]> {
  const values = [provider.tenantId, key, days.today, days.month, days.now];
  const { rows } = await provider.pool.query<ContractRow>({ ...statements[by], values });
  return rows;
}

const providerAlerts = {
  name: 'isp_provider_alerts',
  text: `select id, kind, text, forecast_at from alert
    where tenant_id = $1 and subscriber_id is null and contract_id is null
      and starts_at <= $2 and (ends_at is null or ends_at > $2)
    order by id`,
};

/** The alerts that are for every caller. */
export async function selectProviderAlerts(
  provider: Provider,
  now: Date,
): Promise<{ id: number; kind: 'outage' | 'notice'; text: string; forecast_at: Date | null }[]> {
  const { rows } = await provider.pool.query({ ...providerAlerts, values: [provider.tenantId, now] });
  return rows;
}
