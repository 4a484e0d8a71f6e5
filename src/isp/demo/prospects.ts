import { startOfDay } from '../../kernel/clock.ts';
import type { DemoMakings } from './contracts.ts';
import type { DemoSite } from './network.ts';
import { inventCnpj, inventCompany, inventCpf, inventPerson } from './people.ts';

/** Where plans are sold (in the first town some of them, elsewhere all), and who has asked for one. */
export function buildProspects({ rows, random, plans, today, timeZone }: DemoMakings, site: DemoSite): void {
  for (const plan of plans.slice(0, 3)) rows.add('plan_city', { plan_id: plan.id, city_id: site.cityId });
  const at = startOfDay(today, timeZone);
  const people = [
    { kind: 'person', name: inventPerson(random).name, document: inventCpf(random), phone: '+5537988880001' },
    { kind: 'company', name: inventCompany(random).name, document: inventCnpj(random), phone: '+553732880002' },
  ];
  for (const person of people) {
    const addressId = rows.number('address', {
      district_id: site.districtId,
      street_type: 'Rua',
      street: 'das Acácias',
      number: String(random.int(10, 1999)),
      postal_code: site.postalCode,
      latitude: site.latitude,
      longitude: site.longitude,
    });
    const when = { created_at: at, updated_at: at };
    const id = rows.number('prospect', { ...person, address_id: addressId, origin: 'web', ...when });
    const plan = random.pick(plans);
    rows.add('prospect_plan', { prospect_id: id, plan_id: plan.id, price_cents: plan.priceCents });
  }
}
