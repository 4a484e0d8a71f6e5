import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SpendingLimit } from './schemas.ts';
import {
  type ChargedCall,
  checkTalks,
  decideSpending,
  defaultLimits,
  guardsOf,
  limitsInEffect,
  type Spending,
} from './spending.ts';

const nowMs = Date.parse('2026-11-21T18:00:00Z');
const dayStartMs = Date.parse('2026-11-21T03:00:00Z');
const minute = 60_000;
const abroad = { extension: '1001', kind: 'international', number: '+442071838750' };
const local = { extension: '1001', kind: 'local', number: '+553432225555' };

const call = (charge = local, minutesAgo = 5, talkedMinutes = 0): ChargedCall => {
  const placedMs = nowMs - minutesAgo * minute;
  const talk = { legId: `${placedMs}`, fromMs: placedMs, untilMs: placedMs + talkedMinutes * minute };
  return { callId: `${placedMs}`, charge, placedMs, talks: talkedMinutes === 0 ? [] : [talk] };
};
const running = (charge = local, sinceMinutes = 5): ChargedCall => {
  const fromMs = nowMs - sinceMinutes * minute;
  return { ...call(charge, sinceMinutes), talks: [{ legId: `leg-${sinceMinutes}`, fromMs, untilMs: undefined }] };
};
const spending = (given: Partial<Spending>): Spending => ({
  limits: [],
  trips: [],
  calls: [],
  nowMs,
  dayStartMs,
  dayEndMs: dayStartMs + 24 * 60 * minute,
  ...given,
});
const limit = (scope: SpendingLimit['scope'], subject: string, most: Partial<SpendingLimit>): SpendingLimit => ({
  scope,
  subject,
  callsPerHour: null,
  minutesPerDay: null,
  ...most,
});

test('the call after the last allowed one of the hour trips the guard, and older ones do not count', () => {
  const limits = [limit('extension', '*', { callsPerHour: 2 })];
  expect(decideSpending(spending({ limits, calls: [call(), call(local, 61)] }), local)).toEqual({ kind: 'allowed' });
  expect(decideSpending(spending({ limits, calls: [call(), call(local, 59)] }), local)).toEqual({
    kind: 'trips',
    trip: {
      scope: 'extension',
      subject: '1001',
      measure: 'calls',
      trippedAt: new Date(nowMs).toISOString(),
      until: new Date(nowMs + 60 * minute).toISOString(),
      resetAt: null,
    },
  });
});

test('minutes count from midnight on the tenant’s clock, and the guard opens at the next', () => {
  const limits = [limit('tenant', '*', { minutesPerDay: 30 })];
  const beforeMidnight = (nowMs - dayStartMs) / minute + 10;
  const today = (talked: number) => spending({ limits, calls: [call(local, beforeMidnight, talked)] });
  expect(decideSpending(today(39), local)).toEqual({ kind: 'allowed' });
  const decision = decideSpending(today(40), local);
  expect(decision).toMatchObject({ kind: 'trips', trip: { until: '2026-11-22T03:00:00.000Z', measure: 'minutes' } });
});

test('one extension’s calls, or one country’s, are not another’s', () => {
  const limits = [limit('extension', '*', { callsPerHour: 1 }), limit('prefix', '*', { callsPerHour: 1 })];
  const calls = [call({ ...local, extension: '1002' }), call({ ...abroad, extension: '1002' })];
  const america = { ...abroad, number: '+12125551234' };
  expect(decideSpending(spending({ limits, calls }), america)).toEqual({ kind: 'allowed' });
  expect(decideSpending(spending({ limits, calls }), abroad)).toMatchObject({
    kind: 'trips',
    trip: { scope: 'prefix', subject: '+44' },
  });
});

test('an own limit stands in the place of that of each, and a longer prefix counts besides the country’s', () => {
  const limits = limitsInEffect([
    limit('extension', '1001', { callsPerHour: 7 }),
    limit('prefix', '+44', { callsPerHour: 8 }),
    limit('prefix', '+4420', { callsPerHour: 9 }),
  ]);
  const guards = guardsOf(limits, abroad).map(({ scope, subject, callsPerHour }) => [scope, subject, callsPerHour]);
  expect(guards).toEqual([
    ['extension', '1001', 7],
    ['tenant', '*', 3_000],
    ['class', 'international', 30],
    ['prefix', '+44', 8],
    ['prefix', '+4420', 9],
  ]);
  expect(guardsOf(limits, { ...local, extension: '1002' })).toMatchObject([{ subject: '1002', callsPerHour: 120 }, {}]);
});

test('what tripped stays so until its time is over or it is reset, and from the reset it counts anew', () => {
  const limits = [limit('class', 'local', { callsPerHour: 1 })];
  const first = decideSpending(spending({ limits, calls: [call()] }), local);
  if (first.kind !== 'trips') throw new Error(first.kind);
  const { trip } = first;
  expect(decideSpending(spending({ limits: [], trips: [trip] }), local)).toEqual({ kind: 'allowed' });
  expect(decideSpending(spending({ limits, trips: [trip] }), local)).toEqual({ kind: 'refused', trip });
  const later = nowMs + 60 * minute;
  expect(decideSpending(spending({ limits, trips: [trip], calls: [call()], nowMs: later }), local).kind).toBe(
    'allowed',
  );
  const resetAt = new Date(nowMs - 2 * minute).toISOString();
  const reset = [{ ...trip, resetAt }];
  expect(decideSpending(spending({ limits, trips: reset, calls: [call()] }), local).kind).toBe('allowed');
  expect(decideSpending(spending({ limits, trips: reset, calls: [call(local, 1)] }), local).kind).toBe('trips');
});

test('talks that go on are stopped when the minutes are used up, and it is known beforehand when that will be', () => {
  const limits = [limit('extension', '*', { minutesPerDay: 10 })];
  const two = [running(local, 3), running(local, 1)];
  expect(checkTalks(spending({ limits, calls: two }))).toEqual({ trips: [], stop: [], nextInMs: 3 * minute });
  const over = checkTalks(spending({ limits, calls: [...two, call(local, 90, 6)] }));
  expect(over).toMatchObject({ trips: [{ subject: '1001', measure: 'minutes' }], stop: ['leg-3', 'leg-1'] });
  const again = checkTalks(spending({ limits, calls: [...two, call(local, 90, 6)], trips: over.trips }));
  expect(again).toMatchObject({ trips: [], stop: ['leg-3', 'leg-1'] });
});

test('however calls come, no more than the limit pass in any hour, and a guard that stops nothing is never tripped', () => {
  const arrivals = fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 20 * minute }) }), { maxLength: 60 });
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 0, max: 8 }), (gaps, callsPerHour) => {
      const limits = [limit('extension', '*', { callsPerHour })];
      const passed: ChargedCall[] = [];
      const trips: Spending['trips'][number][] = [];
      let at = nowMs;
      for (const { afterMs } of gaps) {
        at += afterMs;
        const decision = decideSpending(spending({ limits, trips, calls: passed, nowMs: at }), local);
        if (decision.kind === 'allowed') passed.push({ ...call(), placedMs: at });
        if (decision.kind !== 'trips') continue;
        trips.splice(0, trips.length, decision.trip);
        const { length } = passed.filter(({ placedMs }) => placedMs > at - 60 * minute);
        if (length < callsPerHour) throw new Error(`It tripped after ${length} calls of ${callsPerHour}`);
      }
      for (const { placedMs } of passed) {
        const inHour = passed.filter((one) => one.placedMs > placedMs - 60 * minute && one.placedMs <= placedMs);
        expect(inHour.length).toBeLessThanOrEqual(callsPerHour);
      }
    }),
  );
});

test('a tenant that set nothing has limits on everything that costs', () => {
  const scopes = new Set(defaultLimits.map(({ scope }) => scope));
  expect(scopes).toEqual(new Set(['extension', 'tenant', 'class', 'prefix']));
  for (const one of defaultLimits) expect(one.callsPerHour ?? one.minutesPerDay).not.toBeNull();
});
