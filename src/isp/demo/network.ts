import { plans, state, towns } from './places.ts';
import type { Random } from './random.ts';
import type { DemoRows } from './rows.ts';

/** Where a contract may hang: a district, and the way from there to the network. */
export interface DemoSite {
  readonly cityId: number;
  readonly districtId: number;
  readonly district: string;
  readonly town: string;
  readonly postalCode: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly zoneId: number;
  readonly connectionInterfaceIds: readonly [number, ...number[]];
  readonly routingInterfaceId: number;
  readonly concentrator: string;
}

/** Towns, each with a POP: a concentrator and an OLT with four ports. */
export function buildSites(rows: DemoRows): [DemoSite, ...DemoSite[]] {
  const sites: DemoSite[] = [];
  for (const [index, town] of towns.entries()) {
    const [postalCode, last] = town.postalCodes;
    const place = { name: town.name, state, ibge_code: town.ibgeCode };
    const cityId = rows.number('city', { ...place, postal_code_first: postalCode, postal_code_last: last });
    const popId = rows.number('pop', { city_id: cityId, name: `POP ${town.name}` });
    const concentrator = `100.64.${index + 1}.1`;
    const routingInterfaceId = buildConcentrator(rows, popId, town.name, concentrator);
    const { zoneId, ports } = buildOlt(rows, popId, `OLT ${town.name}`, `10.20.${index + 1}.2`, 4);
    for (const district of town.districts) {
      const districtId = rows.number('district', { city_id: cityId, name: district });
      const { latitude, longitude } = town;
      const where = { cityId, districtId, district, town: town.name, postalCode, latitude, longitude };
      const site = { ...where, zoneId, routingInterfaceId, concentrator };
      sites.push({ ...site, connectionInterfaceIds: ports });
    }
  }
  const [first, ...others] = sites;
  if (first === undefined) throw new RangeError('The demonstration needs a town with a district.');
  return [first, ...others];
}

/** The same place, but on an OLT of its own that is being worked on: nobody else is affected. */
export function buildSiteUnderMaintenance(rows: DemoRows, site: DemoSite, now: Date, forecast: Date): DemoSite {
  const popId = rows.number('pop', { city_id: null, name: 'POP Anel Norte' });
  const { zoneId, ports, oltId } = buildOlt(rows, popId, 'OLT Anel Norte', '10.20.90.2', 1);
  rows.add('maintenance', {
    description: 'Troca de equipamento da rede de fibra',
    starts_at: new Date(now.getTime() - 3_600_000),
    expected_end_at: forecast,
    equipment_id: oltId,
  });
  return { ...site, zoneId, connectionInterfaceIds: ports };
}

export interface DemoPlan {
  readonly id: number;
  readonly name: string;
  readonly priceCents: number;
  readonly radiusGroup: string;
}

export function buildPlans(rows: DemoRows): [DemoPlan, ...DemoPlan[]] {
  const [first, ...others] = plans.map((plan) => {
    const radiusGroup = `t${rows.tenantId}-${plan.downloadKbps}k-${plan.uploadKbps}k`;
    const id = rows.number('plan', {
      name: plan.name,
      technology: plan.technology,
      price_cents: plan.priceCents,
      download_kbps: plan.downloadKbps,
      upload_kbps: plan.uploadKbps,
      radius_group: radiusGroup,
    });
    const rate = `${plan.uploadKbps}k/${plan.downloadKbps}k`;
    rows.radius('radgroupreply', { groupname: radiusGroup, attribute: 'Mikrotik-Rate-Limit', op: ':=', value: rate });
    return { id, name: plan.name, priceCents: plan.priceCents, radiusGroup };
  });
  if (first === undefined) throw new RangeError('The demonstration needs a plan.');
  return [first, ...others];
}

/** A locally administered hardware address, which no maker has given out. */
export function inventMac(random: Random): string {
  const bytes = Array.from({ length: 5 }, () => random.int(0, 255).toString(16).padStart(2, '0'));
  return `02:${bytes.join(':')}`;
}

function buildConcentrator(rows: DemoRows, popId: number, town: string, ipv4: string): number {
  const equipmentId = rows.number('equipment', {
    pop_id: popId,
    role: 'concentrator',
    name: `CONCENTRADOR ${town}`,
    model: 'CCR2116',
    maker: 'MIKROTIK',
    ipv4,
  });
  return rows.number('network_interface', { equipment_id: equipmentId, name: 'ether8', kind: 'ethernet' });
}

function buildOlt(rows: DemoRows, popId: number, name: string, ipv4: string, count: number) {
  const make = { model: 'AN5516-06', maker: 'FIBERHOME' };
  const oltId = rows.number('equipment', { pop_id: popId, role: 'olt', name, ipv4, ...make });
  const zoneId = rows.number('service_zone', { name: `FIBRA - ${name}`, description: `Atendida pela ${name}` });
  const port = (index: number) => {
    const id = rows.number('network_interface', { equipment_id: oltId, name: `PON${index + 1}`, kind: 'gpon' });
    rows.add('service_zone_interface', { service_zone_id: zoneId, interface_id: id });
    return id;
  };
  const ports: [number, ...number[]] = [port(0)];
  for (let index = 1; index < count; index++) ports.push(port(index));
  return { oltId, zoneId, ports };
}
