import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestProvider, testProvider } from '../../../test/helpers/isp.ts';
import { noConcentrators } from './concentrators.ts';
import { checkAccess } from './service.ts';

const signal = new AbortController().signal;
let isp: TestProvider;
beforeAll(async () => {
  isp = await testProvider();
});
afterAll(() => isp.close());

type Part = 'pop_id' | 'equipment_id' | 'interface_id' | 'service_zone_id' | 'city_id' | 'district_id';

/** The ids on the way of a contract: connection side, routing side. */
async function path(contractId: number) {
  return isp.provider.db
    .selectFrom('contract as c')
    .innerJoin('address as a', 'a.id', 'c.installation_address_id')
    .innerJoin('district as d', 'd.id', 'a.district_id')
    .innerJoin('network_interface as ci', 'ci.id', 'c.connection_interface_id')
    .innerJoin('equipment as ce', 'ce.id', 'ci.equipment_id')
    .innerJoin('network_interface as ri', 'ri.id', 'c.routing_interface_id')
    .innerJoin('equipment as re', 're.id', 'ri.equipment_id')
    .select([
      'ci.id as interface_id',
      'ce.id as olt',
      're.id as concentrator',
      'ce.pop_id',
      'c.service_zone_id',
      'd.city_id',
      'd.id as district_id',
    ])
    .where('c.id', '=', contractId)
    .executeTakeFirstOrThrow();
}

async function withMaintenance<T>(part: Part, id: number | null, look: () => Promise<T>): Promise<T> {
  const { db, tenantId } = isp.provider;
  const work = { tenant_id: tenantId, description: 'Obra', starts_at: isp.clock.now(), [part]: id };
  const row = await db.insertInto('maintenance').values(work).returning('id').executeTakeFirstOrThrow();
  const seen = await look();
  await db.updateTable('maintenance').set({ ended_at: isp.clock.now() }).where('id', '=', row.id).execute();
  return seen;
}

test('work on any part of the way, or in the place, is maintenance; when it is over, the session counts again', async () => {
  const contract = isp.contractOf('active');
  const way = await path(contract);
  const state = async () => (await checkAccess(isp.provider, noConcentrators, contract, signal))?.state;
  expect(await withMaintenance('pop_id', way.pop_id, state)).toBe('maintenance');
  expect(await withMaintenance('equipment_id', way.olt, state)).toBe('maintenance');
  expect(await withMaintenance('interface_id', way.interface_id, state)).toBe('maintenance');
  expect(await withMaintenance('service_zone_id', way.service_zone_id, state)).toBe('maintenance');
  expect(await withMaintenance('city_id', way.city_id, state)).toBe('maintenance');
  expect(await withMaintenance('district_id', way.district_id, state)).toBe('maintenance');
  expect(await withMaintenance('equipment_id', way.concentrator, state)).toBe('concentrator_down');
  expect(await state()).toBe('online');
});

test('the maintenance of the demonstration affects nobody else in it', async () => {
  const seen = await Promise.all(
    isp.demo.map(async ({ situation, contracts }) => ({
      situation,
      access: await checkAccess(isp.provider, noConcentrators, contracts[0] ?? 0, signal),
    })),
  );
  const affected = seen.filter(({ access }) => access?.state === 'maintenance');
  expect(affected.map(({ situation }) => situation)).toEqual(['maintenance']);
  expect(affected[0]?.access?.forecast?.getTime()).toBeGreaterThan(isp.clock.now().getTime());
});

test('dropping a session names it to its concentrator, and leaves its accounting to RADIUS', async () => {
  const contract = isp.contractOf('company');
  expect(await isp.erp.resetSession(String(contract), signal)).toEqual({ kind: 'done', value: null });
  const login = await isp.provider.db
    .selectFrom('contract')
    .select('radius_login')
    .where('id', '=', contract)
    .executeTakeFirstOrThrow();
  expect(isp.dropped).toMatchObject([
    {
      login: login.radius_login,
      sessionId: expect.stringMatching(/^8/) as string,
      nasAddress: expect.stringMatching(/^100\.64\.\d\.1$/) as string,
    },
  ]);
  expect((await checkAccess(isp.provider, noConcentrators, contract, signal))?.state).toBe('online');
});

test('forgetting the hardware address lets the next modem in', async () => {
  const contract = isp.contractOf('offline');
  const bindings = async () =>
    isp.provider.db
      .selectFrom('radcheck as r')
      .innerJoin('contract as c', 'c.radius_login', 'r.username')
      .select('r.attribute')
      .where('c.id', '=', contract)
      .execute();
  expect(await bindings()).toHaveLength(2);
  expect(await isp.erp.resetMac(String(contract), signal)).toEqual({ kind: 'done', value: null });
  expect(await bindings()).toEqual([{ attribute: 'Cleartext-Password' }]);
});

test('where no concentrator takes disconnects, a running session is refused, and none is nothing to do', async () => {
  const bare = await testProvider({ concentrators: false });
  const online = String(bare.contractOf('active'));
  const offline = String(bare.contractOf('offline'));
  expect(await bare.erp.resetSession(online, signal)).toMatchObject({ kind: 'refused', reason: 'not_possible' });
  expect(await bare.erp.resetSession(offline, signal)).toMatchObject({ kind: 'nothing_to_do', reason: 'no_session' });
  expect(await bare.erp.resetMac(online, signal)).toEqual({ kind: 'done', value: null });
  await bare.close();
});
