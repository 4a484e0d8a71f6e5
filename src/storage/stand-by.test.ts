import { expect, test } from 'vitest';
import { judge, type LeaseLook, type Watch } from './stand-by.ts';

/** What becomes of looks a quarter of a second apart: at which of them the lease may be taken, in milliseconds. */
function takenAt(looks: readonly Partial<LeaseLook>[], everyMs = 250): number | undefined {
  let watch: Watch | undefined;
  for (const [n, look] of looks.entries()) {
    const whole = { atMs: n * everyMs, term: 1, renewals: 0, isLocked: true, isOurHome: false, ...look };
    const judged = judge(watch, whole);
    if (judged.take) return whole.atMs;
    watch = judged.watch;
  }
  return undefined;
}

const looks = (count: number, look: (n: number) => Partial<LeaseLook>) =>
  Array.from({ length: count }, (_, n) => look(n));

test('a lease that nobody holds is taken at the first look, and one of a dead process of our own home too', () => {
  expect(takenAt([{ isLocked: false }])).toBe(0);
  expect(takenAt([{ isOurHome: true }])).toBe(0);
});

test('a holder that lives and renews keeps it for ever', () => {
  expect(takenAt(looks(1_000, (n) => ({ renewals: Math.floor(n / 4) })))).toBeUndefined();
});

test('a holder that dies is followed when its lock has been free for a while', () => {
  expect(takenAt(looks(100, (n) => ({ renewals: Math.min(n, 10), isLocked: n <= 10 })))).toBe(4_250);
});

test('a holder that loses its lock for a moment, as when PostgreSQL is started again, keeps the lease', () => {
  expect(
    takenAt(looks(100, (n) => ({ renewals: Math.floor(n / 4), isLocked: n % 10 !== 0 })).slice(1)),
  ).toBeUndefined();
});

test('a holder that is frozen is followed when it has renewed nothing for eight seconds', () => {
  expect(takenAt(looks(100, (n) => ({ renewals: Math.min(n, 4) })))).toBe(9_000);
});

test('the time in which the database answered nobody does not count against the holder', () => {
  expect(takenAt([{ atMs: 0 }, { atMs: 250 }, { atMs: 20_000 }, { atMs: 20_250 }])).toBeUndefined();
  expect(takenAt([{ atMs: 0 }, { atMs: 20_000, isLocked: false }, { atMs: 20_250, isLocked: false }])).toBeUndefined();
});
