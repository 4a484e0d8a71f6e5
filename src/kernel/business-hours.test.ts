import { describe, expect, test } from 'vitest';
import { type BusinessHours, isOpen } from './business-hours.ts';

const hours: BusinessHours = {
  timeZone: 'America/Sao_Paulo',
  weekly: {
    friday: [
      { from: '08:00', to: '12:00' },
      { from: '13:30', to: '18:00' },
    ],
    saturday: [{ from: '00:00', to: '24:00' }],
  },
  holidays: ['12-25', '2026-11-20'],
};

describe('business hours', () => {
  test.each([
    ['before opening', '2026-11-13T07:59-03:00', false],
    ['at opening', '2026-11-13T08:00-03:00', true],
    ['at lunch', '2026-11-13T12:00-03:00', false],
    ['in the last minute', '2026-11-13T17:59:59-03:00', true],
    ['at closing', '2026-11-13T18:00-03:00', false],
    ['on a day that is open around the clock, at midnight', '2026-11-14T00:00-03:00', true],
    ['on a day that is open around the clock, in its last minute', '2026-11-14T23:59-03:00', true],
    ['on a day without hours', '2026-11-15T10:00-03:00', false],
    ['on a holiday of this year', '2026-11-20T10:00-03:00', false],
    ['on a holiday of every year', '2026-12-25T10:00-03:00', false],
    ['when it is open here though the day has changed in Greenwich', '2026-11-15T01:00Z', true],
  ])('%s', (_, instant, open) => {
    expect(isOpen(hours, new Date(instant))).toBe(open);
  });
});
