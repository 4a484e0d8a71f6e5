import { expect, test } from 'vitest';
import { durationMs } from './outcomes.ts';

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
