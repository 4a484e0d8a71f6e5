import { expect, test } from 'vitest';
import { expectedWaitMs, nextHandlingMs } from './expected-wait.ts';

test('with twice the agents the wait is half as long, and with none nothing is promised', () => {
  expect(expectedWaitMs(4, 2, 60_000)).toBe(120_000);
  expect(expectedWaitMs(4, 4, 60_000)).toBe(60_000);
  expect(expectedWaitMs(1, 0, 60_000)).toBeUndefined();
});

test('what is expected follows what calls take', () => {
  let handlingMs: number | undefined;
  for (let call = 0; call < 100; call++) handlingMs = nextHandlingMs(handlingMs, 30_000);
  expect(handlingMs).toBeGreaterThan(29_000);
  expect(handlingMs).toBeLessThan(31_000);
});
