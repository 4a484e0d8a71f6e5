import { expect, test } from 'vitest';
import { type Block, nextBlock, Refusals } from './guessing.ts';

const start = Date.parse('2026-11-21T12:00:00Z');
const at = (seconds: number) => new Date(start + seconds * 1_000);
const limits = { failuresPerMinute: 3, firstBlockMs: 300_000, longestBlockMs: 86_400_000 };

test('an address is blocked at its third refusal in a minute, and another’s do not count', () => {
  const refusals = new Refusals(3);
  expect(refusals.count('192.0.2.1', at(0))).toBe(false);
  expect(refusals.count('192.0.2.2', at(1))).toBe(false);
  expect(refusals.count('192.0.2.1', at(30))).toBe(false);
  expect(refusals.count('192.0.2.1', at(61))).toBe(false);
  expect(refusals.count('192.0.2.1', at(62))).toBe(true);
  expect(refusals.count('192.0.2.1', at(63))).toBe(false);
});

test('addresses by the million leave nothing behind', () => {
  const refusals = new Refusals(3);
  for (let n = 0; n < 10_000; n++) refusals.count(`10.0.${n >> 8}.${n & 255}`, at(n / 100));
  expect(refusals.size).toBeLessThanOrEqual(6_001);
});

test('who guesses again is blocked twice as long each time, a day at most, and is forgiven after a week', () => {
  let block: Block | undefined;
  const lasted: number[] = [];
  for (let n = 0; n < 11; n++) {
    const now: Date = block?.until ?? at(0);
    block = nextBlock(block, now, limits);
    lasted.push((block.until.getTime() - now.getTime()) / 60_000);
  }
  expect(lasted).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440]);
  const aWeekLater = new Date((block?.until.getTime() ?? 0) + 7 * 86_400_000);
  expect(nextBlock(block, aWeekLater, limits).times).toBe(1);
});
