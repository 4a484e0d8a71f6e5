import { Registry } from 'prom-client';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/helpers/database.ts';
import { ManualClock } from '../../test/helpers/manual-clock.ts';
import { UnreliableErp } from '../../test/helpers/unreliable-erp.ts';
import { silentLogger } from '../kernel/logger.ts';
import { createErpRegistry } from './registry.ts';

const database = await testDatabase();
afterAll(() => database.close());

async function tenant(name: string): Promise<number> {
  const row = { name, time_zone: 'America/Manaus' };
  return (await database.db.insertInto('tenant').values(row).returning('id').executeTakeFirstOrThrow()).id;
}

function setup(kindOf: (tenantId: number) => string = () => 'own') {
  const clock = new ManualClock('2026-11-21T12:00:00Z');
  const erps = new Map<number, UnreliableErp>();
  const connect = (tenantId: number) => {
    const erp = new UnreliableErp(clock, 'America/Manaus');
    erps.set(tenantId, erp);
    return erp;
  };
  const parts = { db: database.db, clock, logger: silentLogger, metrics: new Registry(), kindOf };
  return { clock, erps, registry: createErpRegistry({ ...parts, kinds: { own: { connect, settleMs: 0 } } }) };
}

const request = { contractId: '1', callId: 'call', callerNumber: undefined };

test('two tenants whose contracts have the same number do not share an unlock, nor an ERP', async () => {
  const { registry, erps } = setup();
  const ids = [await tenant('A'), await tenant('B')];
  for (const id of ids) expect((await (await registry.gatewayFor(id)).trustUnlock(request)).kind).toBe('done');
  expect(ids.map((id) => erps.get(id)?.grants.length)).toEqual([1, 1]);
  expect(await registry.gatewayFor(ids[0] ?? 0)).toBe(await registry.gatewayFor(ids[0] ?? 0));
});

test('a tenant that is not there, and an ERP nobody knows, are said plainly', async () => {
  const id = await tenant('C');
  await expect(setup().registry.gatewayFor(999)).rejects.toMatchObject({ code: 'not_found' });
  const { registry } = setup(() => 'sgpp');
  await expect(registry.gatewayFor(id)).rejects.toThrow('ERP is sgpp: choose one of own.');
});

test('after a restart the acts in doubt of every tenant are asked about, though one ERP cannot be connected', async () => {
  const [broken, sound] = [await tenant('D'), await tenant('E')];
  const before = setup();
  for (const id of [broken, sound]) {
    const gateway = await before.registry.gatewayFor(id);
    before.erps.get(id)?.faults.push('lost_after', 'lost_before', 'lost_before');
    expect(await gateway.trustUnlock(request)).toMatchObject({ reason: 'unknown' });
  }
  const after = setup((id) => (id === broken ? 'gone' : 'own'));
  after.clock.advance(60_000);
  expect(await after.registry.resolveDoubts()).toBe(1);
  const rows = database.db.selectFrom('erp_act').select('state').where('tenant_id', 'in', [broken, sound]);
  expect(await rows.orderBy('tenant_id').execute()).toEqual([{ state: 'unknown' }, { state: 'intended' }]);
});
