import { sql } from 'kysely';
import type { Provider } from '../provider.ts';
import type { ContractState } from './contract-state.ts';

/** A city with those of its districts where the provider has subscribers, by name. */
export interface ServedCity {
  readonly id: number;
  readonly name: string;
  /** Two letters. */
  readonly state: string;
  readonly ibgeCode: string | null;
  readonly districts: readonly string[];
}

/** In which nobody is a subscriber any more, or ever was. */
const over: readonly ContractState[] = ['inactive', 'infeasible', 'cancelled'];

/** The cities and districts where active subscribers have a service, by name. */
export async function servedCities({ db, tenantId }: Provider): Promise<ServedCity[]> {
  const { rows } = await sql<ServedCity>`
    select ci.id, ci.name, ci.state, ci.ibge_code as "ibgeCode",
           array_agg(d.name order by search_form(d.name), d.id) as districts
      from city ci
      join district d on d.tenant_id = ci.tenant_id and d.city_id = ci.id
     where ci.tenant_id = ${tenantId} and d.id in (
       select a.district_id
         from contract c
         join subscriber s on s.tenant_id = c.tenant_id and s.id = c.subscriber_id and s.active
         join address a on a.tenant_id = c.tenant_id and a.id = c.installation_address_id
        where c.tenant_id = ${tenantId} and not c.state = any(${over}))
     group by ci.tenant_id, ci.id
     order by search_form(ci.name), ci.id`.execute(db);
  return rows;
}
