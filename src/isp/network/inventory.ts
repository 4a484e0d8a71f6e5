import { sql } from 'kysely';
import type { Provider } from '../provider.ts';

export interface EquipmentRecord {
  readonly id: number;
  readonly name: string;
  readonly ipv4: string | null;
  readonly ipv6: string | null;
  readonly model: string | null;
  readonly maker: string | null;
}

export interface PopRecord {
  readonly id: number;
  readonly name: string;
  readonly equipment: readonly EquipmentRecord[];
}

export interface ServiceZoneRecord {
  readonly id: number;
  readonly name: string;
  readonly description: string | null;
  readonly interfaces: readonly {
    readonly id: number;
    readonly name: string;
    readonly kind: string;
    readonly description: string | null;
    readonly equipment: EquipmentRecord;
  }[];
}

const equipmentJson = sql`json_build_object('id', e.id, 'name', e.name, 'ipv4', host(e.ipv4), 'ipv6', host(e.ipv6),
  'model', e.model, 'maker', e.maker)`;

/** All that the provider's network is made of, by id. */
export async function equipmentRecords({ db, tenantId }: Provider): Promise<EquipmentRecord[]> {
  const { rows } = await sql<EquipmentRecord>`
    select e.id, e.name, host(e.ipv4) as ipv4, host(e.ipv6) as ipv6, e.model, e.maker
      from equipment e where e.tenant_id = ${tenantId} order by e.id`.execute(db);
  return rows;
}

/** The provider's points of presence, by id, each with the equipment that stands there. */
export async function popRecords({ db, tenantId }: Provider): Promise<PopRecord[]> {
  const { rows } = await sql<PopRecord>`
    select p.id, p.name, coalesce(json_agg(${equipmentJson} order by e.id) filter (where e.id is not null), '[]') as equipment
      from pop p
      left join equipment e on e.tenant_id = p.tenant_id and e.pop_id = p.id
     where p.tenant_id = ${tenantId}
     group by p.id, p.name order by p.id`.execute(db);
  return rows;
}

/** The provider's service zones, by id, each with its interfaces and what these belong to. */
export async function serviceZoneRecords({ db, tenantId }: Provider): Promise<ServiceZoneRecord[]> {
  const { rows } = await sql<ServiceZoneRecord>`
    select z.id, z.name, z.description,
           coalesce(json_agg(json_build_object('id', i.id, 'name', i.name, 'kind', i.kind, 'description', i.description,
             'equipment', ${equipmentJson}) order by i.id) filter (where i.id is not null), '[]') as interfaces
      from service_zone z
      left join service_zone_interface x on x.tenant_id = z.tenant_id and x.service_zone_id = z.id
      left join network_interface i on i.tenant_id = x.tenant_id and i.id = x.interface_id
      left join equipment e on e.tenant_id = i.tenant_id and e.id = i.equipment_id
     where z.tenant_id = ${tenantId}
     group by z.id, z.name, z.description order by z.id`.execute(db);
  return rows;
}
