import { expect, test } from 'vitest';
import { localDate, localDateTime, localInstant, startOfMonth } from './clock.ts';

const zone = 'America/Sao_Paulo';
const at = (instant: string) => localDate(new Date(instant), zone);

test('the day turns at the midnight of the provider, whichever day was asked for before', () => {
  expect(at('2026-11-21T12:00:00Z')).toBe('2026-11-21');
  expect(at('2026-11-22T02:59:59.999Z')).toBe('2026-11-21');
  expect(at('2026-11-22T03:00:00Z')).toBe('2026-11-22');
  expect(at('2026-11-21T03:00:00Z')).toBe('2026-11-21');
  expect(at('2026-11-21T02:59:59.999Z')).toBe('2026-11-20');
});

test('a day of 23 hours ends where the next one begins, and zones do not share their days', () => {
  // Summer time began on 2018-11-04 at midnight.
  expect(at('2018-11-04T02:59:59Z')).toBe('2018-11-03');
  expect(at('2018-11-04T03:00:00Z')).toBe('2018-11-04');
  expect(at('2018-11-05T01:59:59Z')).toBe('2018-11-04');
  expect(at('2018-11-05T02:00:00Z')).toBe('2018-11-05');
  expect(localDate(new Date('2018-11-05T02:00:00Z'), 'America/Manaus')).toBe('2018-11-04');
});

test('the month of a day begins on its first', () => {
  expect(startOfMonth('2026-11-21')).toBe('2026-11-01');
});

test('what a wall clock shows is an instant, and a day that is not is refused', () => {
  expect(localInstant('2026-11-21T23:30', zone)).toEqual(new Date('2026-11-22T02:30:00Z'));
  expect(localInstant('2026-11-21T23:30:05', 'America/Manaus')).toEqual(new Date('2026-11-22T03:30:05Z'));
  expect(() => localInstant('2026-02-30T00:00', zone)).toThrow(RangeError);
});

test('the wall clock is told to the second on both sides of a change of the clocks', () => {
  const told = (instant: string, where = zone) => localDateTime(new Date(instant), where);
  expect(told('2020-12-30T12:58:12.900Z')).toBe('2020-12-30 09:58:12');
  // Summer time began on 2018-11-04 at midnight.
  expect(told('2018-11-04T02:59:59.999Z')).toBe('2018-11-03 23:59:59');
  expect(told('2018-11-04T03:00:00Z')).toBe('2018-11-04 01:00:00');
  expect(told('2018-11-04T02:59:59Z')).toBe('2018-11-03 23:59:59');
  expect(told('2018-11-04T03:00:00Z', 'UTC')).toBe('2018-11-04 03:00:00');
});
