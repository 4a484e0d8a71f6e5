import { expect, test } from 'vitest';
import { readStretch } from './dates.ts';

const zone = 'America/Sao_Paulo';

test.each([
  ['2020-01-02 00:00:00', '2020-01-02T03:00:00.000Z', 1],
  ['2020-01-02T13:05', '2020-01-02T16:05:00.000Z', 60],
  [' 2020-01-02 ', '2020-01-02T03:00:00.000Z', 86_400],
  ['02/01/2020', '2020-01-02T03:00:00.000Z', 86_400],
])('%s is read as what it covers', (text, from, seconds) => {
  const stretch = readStretch(text, zone);
  expect(stretch?.from.toISOString()).toBe(from);
  expect((Number(stretch?.until) - Number(stretch?.from)) / 1_000).toBe(seconds);
});

test.each(['', 'ontem', '2020-02-30', '2020-01-02 25:00:00', '0000-00-00', '0001-01-01', '99999-01-01'])(
  '%s is no date',
  (text) => {
    expect(readStretch(text, zone)).toBeUndefined();
  },
);
