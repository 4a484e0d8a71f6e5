import { expect, test } from 'vitest';
import { ManualClock } from '../../../test/helpers/manual-clock.ts';
import { ResetPace } from './reset-pace.ts';

test('one contract is dropped three times a minute at most, others meanwhile as they like', () => {
  const clock = new ManualClock('2026-11-21T12:00:00Z');
  const pace = new ResetPace(clock);
  const taken = [pace.take(1), pace.take(1), pace.take(1)];
  clock.advance(20_000);
  expect([...taken, pace.take(1), pace.take(2)]).toEqual([0, 0, 0, 40_000, 0]);
  clock.advance(40_000);
  expect(pace.take(1)).toBe(0);
});
