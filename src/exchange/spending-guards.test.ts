import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../test/helpers/database.ts';
import { ManualClock } from '../../test/helpers/manual-clock.ts';
import { createCallLog } from '../calls/call-log.ts';
import type { CallLog } from '../calls/service.ts';
import { systemIds } from '../kernel/ids.ts';
import { silentLogger } from '../kernel/logger.ts';
import type { Charge } from '../telephony/port.ts';
import type { SpendingTrip } from './schemas.ts';
import { openSpendingGuards, type SpendingGuards } from './spending-guards.ts';
import { createSpendingLimits, type SpendingLimits } from './spending-limits.ts';

const timeZone = 'America/Sao_Paulo';
const minute = 60_000;
const mobile: Charge = { extension: '1001', kind: 'mobile', number: '+5534991234567' };

let database: TestDatabase;
let tenantId: number;
let clock: ManualClock;
let guards: SpendingGuards;
let limits: SpendingLimits;
let log: CallLog;
let told: SpendingTrip[];
let hungUp: string[];
let count = 0;

beforeAll(async () => (database = await testDatabase()));
afterAll(() => database.close());
beforeEach(async () => {
  clock = new ManualClock('2026-11-21T15:00:00Z');
  const values = { name: 'Provedor', time_zone: timeZone };
  const tenant = await database.db.insertInto('tenant').values(values).returning('id').executeTakeFirstOrThrow();
  tenantId = tenant.id;
  [told, hungUp] = [[], []];
  log = createCallLog({ db: database.db, pool: database.pool, clock, ids: systemIds, logger: silentLogger });
  limits = createSpendingLimits({ db: database.db, clock, changed: () => guards.refresh() });
  await restart();
});

/** As a control plane that begins anew: nothing is known but what is stored. */
async function restart(): Promise<void> {
  await log.flush();
  guards = await openSpendingGuards({
    db: database.db,
    tenantId,
    timeZone,
    clock,
    logger: silentLogger,
    hangUp: async (legId) => hungUp.push(legId),
    tell: async (trip) => void told.push(trip),
  });
}

/** Places a call and has it answered. @returns its leg; undefined when it was refused */
function call(charge = mobile): string | undefined {
  const [callerId, legId] = [`caller-${++count}`, `leg-${count}`];
  const startedAt = clock.now();
  const { extension: callerNumber, number: dialled } = charge;
  const opened = { tenantId, channelId: callerId, callerNumber, dialled, direction: 'outbound', startedAt } as const;
  const callId = log.open(opened);
  if (!guards.admit({ callId, callerId, charge })) return undefined;
  for (const kind of ['placed', 'answered'] as const) {
    const change = {
      callerId,
      legId,
      at: clock.now(),
      kind,
      number: '991234567',
      ...(kind === 'placed' && { charge }),
    };
    log.leg(change);
    guards.legChanged(change);
  }
  return legId;
}

function end(legId = ''): void {
  const change = {
    kind: 'ended',
    callerId: legId.replace('leg', 'caller'),
    legId,
    at: clock.now(),
    cause: 16,
  } as const;
  log.leg(change);
  guards.legChanged(change);
}

const set = (callsPerHour: number | null, minutesPerDay: number | null) =>
  limits.set(tenantId, { scope: 'extension', subject: '1001', callsPerHour, minutesPerDay });

test('what was called before a restart counts after it, and people are told once', async () => {
  await set(2, null);
  end(call());
  await restart();
  expect(call()).toBeDefined();
  expect([call(), call()]).toEqual([undefined, undefined]);
  expect(told).toMatchObject([{ scope: 'extension', subject: '1001', measure: 'calls' }]);
  expect(call({ ...mobile, extension: '1002' })).toBeDefined();
  await expect.poll(async () => (await limits.look(tenantId)).tripped).toHaveLength(1);
  await restart();
  expect(call()).toBeUndefined();
  expect(told).toHaveLength(1);
});

test('a talk is ended in the moment in which the minutes are used up, also when it began before a restart', async () => {
  await set(null, 10);
  const first = call();
  clock.advance(4 * minute);
  await restart();
  const second = call();
  // Two at once use up the six minutes that are left in three.
  for (let passed = 0; passed < 3; passed++) {
    expect(hungUp).toEqual([]);
    clock.advance(minute);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(new Set(hungUp)).toEqual(new Set([first, second]));
  expect(told).toMatchObject([{ measure: 'minutes', until: '2026-11-22T03:00:00.000Z' }]);
  end(first);
  end(second);
  expect(call()).toBeUndefined();
  clock.advance(12 * 60 * minute);
  expect(call()).toBeDefined();
});

test('what tripped passes again when it is reset, by whichever process, and counts anew', async () => {
  await set(1, null);
  end(call());
  expect(call()).toBeUndefined();
  await expect.poll(async () => (await limits.look(tenantId)).tripped).toHaveLength(1);
  clock.advance(1);
  await limits.reset(tenantId, { scope: 'extension', subject: '1001' });
  clock.advance(1);
  end(call());
  expect(call()).toBeUndefined();
  expect(told).toHaveLength(2);
  await expect(limits.reset(tenantId, { scope: 'extension', subject: '1002' })).rejects.toThrow('No limit');
});

test('many calls in one instant pass no further than the limit', async () => {
  await set(5, null);
  const placed = Array.from({ length: 50 }, () => call());
  expect(placed.filter((leg) => leg !== undefined)).toHaveLength(5);
});

test('when nothing can be stored the guard trips all the same', async () => {
  await set(1, null);
  await database.db.schema.alterTable('spending_trip').renameTo('spending_trip_away').execute();
  call();
  expect([call(), call()]).toEqual([undefined, undefined]);
  expect(told).toHaveLength(1);
  await database.db.schema.alterTable('spending_trip_away').renameTo('spending_trip').execute();
});

test('who was joined with a number outside is known to be cut off when its minutes are used up', async () => {
  await set(null, 10);
  const legId = call() ?? '';
  guards.legChanged({ kind: 'placed', callerId: 'joined', legId, number: mobile.number, at: clock.now() });
  expect(guards.wasStopped('its call', 'joined')).toBe(false);
  clock.advance(10 * minute);
  await expect.poll(() => hungUp).toEqual([legId]);
  expect(guards.wasStopped('its call', 'joined')).toBe(true);
  expect(guards.wasStopped('its call', 'somebody else')).toBe(false);
});
