import { expect, test } from 'vitest';
import { durationMs } from './outcomes.ts';
import { reaisToCents } from './reais.ts';

test.each([
  [49.9, 4_990],
  [0, 0],
  ['49.90', 4_990],
  ['49,9', 4_990],
  ['1.234,56', 123_456],
  ['1,234.56', 123_456],
  ['R$ 1.120,50', 112_050],
  ['1.234', 123_400],
  ['-3,00', -300],
  ['', undefined],
  ['a combinar', undefined],
  [Number.NaN, undefined],
])('%s reais are %s cents', (reais, cents) => {
  expect(reaisToCents(reais)).toBe(cents);
});

test.each([
  ['1h30m', 90],
  ['1h30', 90],
  ['01:30', 90],
  ['2h', 120],
  ['45m', 45],
  ['1d 2h', 26 * 60],
  ['', undefined],
  ['0h0m', undefined],
  ['em breve', undefined],
])('a return in "%s" is in %s minutes', (text, minutes) => {
  expect(durationMs(text)).toBe(minutes === undefined ? undefined : minutes * 60_000);
});
