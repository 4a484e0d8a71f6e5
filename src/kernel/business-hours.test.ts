import { describe, expect, test } from 'vitest';
import { type BusinessHours, isOpen, weekdays } from './business-hours.ts';

const hours: BusinessHours = {
  timeZone: 'America/Sao_Paulo',
  weekly: {
    friday: [
      { from: '08:00', to: '12:00' },
      { from: '13:30', to: '18:00' },
    ],
    saturday: [{ from: '00:00', to: '24:00' }],
  },
  nationalHolidays: 'off',
  holidays: ['12-25', '2026-11-20'],
  specialDays: { '2027-12-25': [{ from: '10:00', to: '11:00' }] },
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
    ['on a holiday that has hours of its own', '2027-12-25T10:00-03:00', true],
    ['outside the hours that a holiday has of its own', '2027-12-25T11:00-03:00', false],
    ['on a holiday of the country that is kept open', '2027-01-01T10:00-03:00', true],
    ['when it is open here though the day has changed in Greenwich', '2026-11-15T01:00Z', true],
  ])('%s', (_, instant, open) => {
    expect(isOpen(hours, new Date(instant))).toBe(open);
  });
});

describe('the national holidays', () => {
  test.each([
    ['Proclamação da República', '2027-11-15', false, false],
    ['Paixão de Cristo', '2027-03-26', false, false],
    ['Carnaval', '2027-02-09', true, false],
    ['Corpus Christi', '2027-05-27', true, false],
    ['the day after', '2027-05-28', true, true],
  ])('%s', (_, day, on, withOptional) => {
    const around: BusinessHours = {
      ...hours,
      weekly: Object.fromEntries(weekdays.map((weekday) => [weekday, [{ from: '00:00', to: '24:00' }]])),
    };
    const at = new Date(`${day}T10:00-03:00`);
    expect(isOpen({ ...around, nationalHolidays: 'on' }, at)).toBe(on);
    expect(isOpen({ ...around, nationalHolidays: 'with_optional' }, at)).toBe(withOptional);
  });
});
