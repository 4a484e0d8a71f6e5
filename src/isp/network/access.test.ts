import { expect, test } from 'vitest';
import { accessOf } from './access.ts';

const now = new Date('2026-11-21T14:00:00Z');
const later = new Date('2026-11-21T18:00:00Z');
const latest = new Date('2026-11-22T09:00:00Z');
const facts = { state: 'active', hasSession: false, maintenance: [] } as const;
const work = (expectedEnd: Date | undefined, ofConcentrator = false) => ({
  description: 'Obra',
  expectedEnd,
  ofConcentrator,
});

test('maintenance is told before anything that it explains', () => {
  expect(accessOf({ ...facts, hasSession: true, maintenance: [work(later)] }, now)).toEqual({
    state: 'maintenance',
    message: 'Obra',
    forecast: later,
  });
});

test('work on the concentrator itself is told rather than work elsewhere', () => {
  expect(accessOf({ ...facts, maintenance: [work(latest), work(later, true)] }, now)).toMatchObject({
    state: 'concentrator_down',
    forecast: later,
  });
});

test('service is back when the last work is done; a forecast gone by is none', () => {
  expect(accessOf({ ...facts, maintenance: [work(later), work(latest)] }, now).forecast).toEqual(latest);
  expect(accessOf({ ...facts, maintenance: [work(later), work(undefined)] }, now).forecast).toBeUndefined();
  expect(accessOf({ ...facts, maintenance: [work(later)] }, later).forecast).toBeUndefined();
});

test('a contract that may not connect is not offline: no technician could help', () => {
  expect(accessOf(facts, now).state).toBe('offline');
  expect(accessOf({ ...facts, state: 'suspended_debt' }, now).state).toBe('other');
  expect(accessOf({ ...facts, state: 'suspended_debt', hasSession: true }, now).state).toBe('online');
});
