import { expect, test } from 'vitest';
import { brazilianDay, brazilianDayOf, brazilianInstant, brazilianMinute, isoInstant, offsetInstant } from './dates.ts';

const at = new Date('2018-11-16T01:58:21.600Z');
const [here, far] = ['America/Sao_Paulo', 'Asia/Kolkata'];

test('instants are written as in the samples, in the provider’s time zone', () => {
  expect(isoInstant(at, here)).toBe('2018-11-15 23:58:21');
  expect(brazilianInstant(at, here)).toBe('15/11/2018 23:58:21');
  expect(brazilianMinute(at, here)).toBe('15/11/2018 23:58');
  expect(brazilianDayOf(at, here)).toBe('15/11/2018');
  expect(brazilianDay('2020-04-05')).toBe('05/04/2020');
});

test('an offset is written as PostgreSQL writes it', () => {
  expect(offsetInstant(at, here)).toBe('2018-11-15 23:58:21-02');
  expect(offsetInstant(at, far)).toBe('2018-11-16 07:28:21+05:30');
});

test('the clock is right on both sides of a change to summer time and back, whichever is asked for first', () => {
  const times = ['2018-11-04T03:00:00Z', '2018-11-04T02:59:59Z', '2019-02-17T01:59:59Z', '2019-02-17T02:00:00Z'];
  expect(times.map((time) => offsetInstant(new Date(time), here))).toEqual([
    '2018-11-04 01:00:00-02',
    '2018-11-03 23:59:59-03',
    '2019-02-16 23:59:59-02',
    '2019-02-16 23:00:00-03',
  ]);
});
