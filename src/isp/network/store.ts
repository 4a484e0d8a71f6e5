import type { Provider } from '../provider.ts';

export interface AccessRow {
  state: string;
  has_session: boolean;
  maintenance: { description: string; expected_end_at: string | null; of_concentrator: boolean }[] | null;
}

/**
 * $1 tenant, $2 contract, $3 now. The path: both interfaces, their equipment and POPs, the service zone, the place.
 * Going-on maintenance is a handful of rows, so it is read first and held against the path.
 */
const access = {
  name: 'isp_access',
  text: `
    select c.state,
           exists (select 1 from radacct where username = c.radius_login and acctstoptime is null) as has_session,
           m.maintenance
      from contract c
      join address a on a.tenant_id = c.tenant_id and a.id = c.installation_address_id
      join district d on d.tenant_id = a.tenant_id and d.id = a.district_id
      left join network_interface ci on ci.tenant_id = c.tenant_id and ci.id = c.connection_interface_id
      left join equipment ce on ce.tenant_id = ci.tenant_id and ce.id = ci.equipment_id
      left join network_interface ri on ri.tenant_id = c.tenant_id and ri.id = c.routing_interface_id
      left join equipment re on re.tenant_id = ri.tenant_id and re.id = ri.equipment_id
      cross join lateral (
        select json_agg(json_build_object('description', w.description, 'expected_end_at', w.expected_end_at,
                 'of_concentrator', coalesce(we.role = 'concentrator', false)) order by w.id) as maintenance
          from maintenance w
          left join equipment we on we.tenant_id = w.tenant_id and we.id = w.equipment_id
         where w.tenant_id = c.tenant_id and w.ended_at is null and w.starts_at <= $3
           and (w.pop_id in (ce.pop_id, re.pop_id) or w.equipment_id in (ce.id, re.id)
             or w.interface_id in (ci.id, ri.id) or w.service_zone_id = c.service_zone_id
             or w.city_id = d.city_id or w.district_id = d.id)) m
     where c.tenant_id = $1 and c.id = $2`,
};

/** What decides a contract's access; undefined when there is no such contract. */
export async function selectAccess(provider: Provider, contractId: number, now: Date): Promise<AccessRow | undefined> {
  const { rows } = await provider.pool.query<AccessRow>({ ...access, values: [provider.tenantId, contractId, now] });
  return rows[0];
}
