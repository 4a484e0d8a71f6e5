import fc from 'fast-check';
import { expect, test } from 'vitest';
import { retryDelayMs } from './backoff.ts';

test('the first retries come soon, later ones every quarter of an hour', () => {
  expect([1, 2, 3, 8, 9, 1_000].map((attempts) => retryDelayMs(attempts, 0))).toEqual([
    5_000, 10_000, 20_000, 640_000, 900_000, 900_000,
  ]);
});

test('a retry is never at once, never later than a quarter of an hour, and never sooner than the one before it was due', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempts, jitter) => {
      const delay = retryDelayMs(attempts, jitter);
      expect(delay).toBeGreaterThanOrEqual(4_000);
      expect(delay).toBeLessThanOrEqual(900_000);
      expect(retryDelayMs(attempts + 1, jitter)).toBeGreaterThanOrEqual(delay);
    }),
  );
});
