import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/helpers/database.ts';
import { ManualClock } from '../../test/helpers/manual-clock.ts';
import { type Fault, UnreliableErp } from '../../test/helpers/unreliable-erp.ts';
import { systemClock } from '../kernel/clock.ts';
import { silentLogger } from '../kernel/logger.ts';
import { openDatabase } from '../storage/database.ts';
import { createActLocks } from './act-locks.ts';
import { createErpGateway } from './gateway.ts';
import type { ErpGateway } from './service.ts';

const timeZone = 'America/Sao_Paulo';
const database = await testDatabase();
afterAll(() => database.close());
const tenant = await database.db
  .insertInto('tenant')
  .values({ name: 'Provedor', time_zone: timeZone })
  .returning('id')
  .executeTakeFirstOrThrow();

const fault = fc.constantFrom<Fault>('ok', 'down', 'lost_before', 'lost_after', 'hang_before', 'hang_after');
const faults = fc.array(fault, { maxLength: 5 });
const step = fc.oneof(
  fc.record({ do: fc.constant('unlock' as const), faults, at: fc.subarray([0, 1, 1, 0], { minLength: 1 }) }),
  fc.record({ do: fc.constant('kill' as const), faults: fc.constantFrom<Fault[]>(['held_before'], ['held_after']) }),
  fc.record({ do: fc.constant('sweep' as const), faults }),
  fc.record({ do: fc.constant('pass' as const), days: fc.integer({ min: 1, max: 9 }) }),
);

function gatewayOver(
  erp: UnreliableErp,
  clock: ManualClock,
  db = database.db,
  mandate?: { isSure: boolean },
): ErpGateway {
  const locks = createActLocks(db, systemClock, 5_000);
  const parts = { erp, db, tenantId: tenant.id, timeZone, locks, clock, logger: silentLogger, mandate };
  return createErpGateway({ ...parts, metrics: new Registry(), settleMs: 0, breaker: { failureLimit: 3, openMs: 1 } });
}

/** Asks for the unlock in a process that dies when the ERP has been asked. */
async function askAndDie(erp: UnreliableErp, clock: ManualClock, contractId: string): Promise<void> {
  const doomed = openDatabase(database.url, silentLogger, 2);
  const pids: number[] = [];
  doomed.pool.on('connect', (client) => pids.push((client as unknown as { processID: number }).processID));
  const before = erp.asked.length;
  let answered = false;
  const request = { contractId, callId: 'dying', callerNumber: undefined };
  // Its time stands still from here on: a dead process meets no deadline.
  const itsClock = new ManualClock(clock.now().toISOString());
  void gatewayOver(erp, itsClock, doomed.db)
    .trustUnlock(request)
    .then(() => (answered = true));
  await expect.poll(() => answered || erp.asked.length > before, { interval: 1 }).toBe(true);
  await database.pool.query('select pg_terminate_backend(pid) from unnest($1::int[]) as t(pid)', [pids]);
}

test('whatever is lost, killed or asked at once: one unlock at a time, no lie to a caller, and a complete log', async () => {
  let serial = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
      const contractId = `property-${++serial}`;
      const clock = new ManualClock('2026-11-21T12:00:00Z');
      const erp = new UnreliableErp(clock, timeZone);
      const processes = [gatewayOver(erp, clock), gatewayOver(erp, clock)];
      const lies: unknown[] = [];
      for (const one of steps) {
        clock.advance(1_000);
        if (one.do === 'pass') clock.advance(one.days * 86_400_000);
        else erp.faults.splice(0, Number.POSITIVE_INFINITY, ...one.faults);
        if (one.do === 'kill') await askAndDie(erp, clock, contractId);
        if (one.do === 'sweep') await processes[0]?.resolveDoubts();
        if (one.do === 'unlock') {
          const asking = one.at.map((at) => (processes[at] as ErpGateway).trustUnlock(request(contractId)));
          const outcomes = await Promise.all(asking);
          const inForce = erp.unlocksInForce(contractId).map((grant) => grant.unlocked);
          const told = outcomes.map((outcome) => {
            if (outcome.kind === 'unavailable' && outcome.reason === 'unknown') return inForce;
            return outcome.kind === 'done' ? [outcome.value] : [];
          });
          lies.push(...told.filter((said) => !isDeepStrictEqual(said, inForce)));
        }
        expect(erp.unlocksInForce(contractId).length).toBeLessThan(2);
      }
      expect(lies).toEqual([]);
      erp.faults.length = 0;
      clock.advance(60_000);
      await processes[0]?.resolveDoubts();
      const rows = await database.db
        .selectFrom('erp_act')
        .select('state')
        .where('contract_id', '=', contractId)
        .execute();
      expect(rows.filter((row) => ['running', 'unknown'].includes(row.state))).toEqual([]);
      expect(rows.filter((row) => row.state === 'done')).toHaveLength(erp.grants.length);
    }),
    { numRuns: 60 },
  );
});

test('a process that stood still after it wrote an intent does not send it: another may have asked about it and acted', async () => {
  const clock = new ManualClock('2026-11-21T12:00:00Z');
  const erp = new UnreliableErp(clock, timeZone);
  const mandate = { isSure: false };
  const stoodStill = gatewayOver(erp, clock, database.db, mandate);
  expect(await stoodStill.trustUnlock(request('stood still'))).toMatchObject({ reason: 'unknown' });
  expect(erp.asked).toEqual([]);

  const next = gatewayOver(erp, clock);
  expect((await next.trustUnlock(request('stood still'))).kind).toBe('done');
  mandate.isSure = true;
  expect((await stoodStill.trustUnlock(request('stood still'))).kind).toBe('done');
  expect(erp.grants).toHaveLength(1);
});

function request(contractId: string) {
  return { contractId, callId: 'call', callerNumber: undefined };
}
