import { sql } from 'kysely';
import type { Provider } from '../provider.ts';

/** What is being worked on; one of these for each maintenance. */
export interface MaintainedPart {
  readonly kind: 'pop' | 'equipment' | 'interface' | 'service_zone' | 'city' | 'district';
  readonly id: number;
  readonly name: string;
  /** Of equipment, and of an interface's: what it does. */
  readonly role: 'concentrator' | 'olt' | 'access_point' | 'switch' | null;
  /** Where it stands; null where that says nothing. */
  readonly city: string | null;
  readonly state: string | null;
}

export interface MaintenanceRecord {
  readonly id: number;
  readonly description: string;
  readonly startsAt: Date;
  readonly expectedEndAt: Date | null;
  /** Whether it has begun. */
  readonly goingOn: boolean;
  readonly part: MaintainedPart;
}

/** Work that is going on or planned, the earliest first. */
export async function maintenanceRecords({ db, tenantId, clock }: Provider): Promise<MaintenanceRecord[]> {
  const now = clock.now();
  const { rows } = await sql<MaintenanceRecord>`
    select w.id, w.description, w.starts_at as "startsAt", w.expected_end_at as "expectedEndAt",
           w.starts_at <= ${now} as "goingOn",
           json_build_object(
             'kind', case when w.pop_id is not null then 'pop' when w.equipment_id is not null then 'equipment'
                          when w.interface_id is not null then 'interface' when w.service_zone_id is not null then 'service_zone'
                          when w.city_id is not null then 'city' else 'district' end,
             'id', coalesce(w.pop_id, w.equipment_id, w.interface_id, w.service_zone_id, w.city_id, w.district_id),
             'name', coalesce(p.name, e.name, ni.name, z.name, c.name, d.name),
             'role', coalesce(e.role, ie.role),
             'city', coalesce(pc.name, c.name, dc.name),
             'state', coalesce(pc.state, c.state, dc.state)) as part
      from maintenance w
      left join equipment e on e.tenant_id = w.tenant_id and e.id = w.equipment_id
      left join network_interface ni on ni.tenant_id = w.tenant_id and ni.id = w.interface_id
      left join equipment ie on ie.tenant_id = ni.tenant_id and ie.id = ni.equipment_id
      left join pop p on p.tenant_id = w.tenant_id and p.id = w.pop_id
      left join pop ep on ep.tenant_id = w.tenant_id and ep.id = coalesce(w.pop_id, e.pop_id, ie.pop_id)
      left join city pc on pc.tenant_id = ep.tenant_id and pc.id = ep.city_id
      left join service_zone z on z.tenant_id = w.tenant_id and z.id = w.service_zone_id
      left join city c on c.tenant_id = w.tenant_id and c.id = w.city_id
      left join district d on d.tenant_id = w.tenant_id and d.id = w.district_id
      left join city dc on dc.tenant_id = d.tenant_id and dc.id = d.city_id
     where w.tenant_id = ${tenantId} and w.ended_at is null
     order by w.starts_at, w.id`.execute(db);
  return rows;
}
