import { expect, test } from 'vitest';
import { reaisToCents } from './liberal-reais.ts';

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
