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
