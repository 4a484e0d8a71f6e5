import { expect, test } from 'vitest';
// The launcher is plain JavaScript: it runs before there is anything that runs TypeScript.
import { afterDeath } from '../../scripts/launch/restart-policy.mjs';

const fresh = { wasReady: false, quickDeaths: 0 };
const end = { code: null, signal: null, ready: false, hung: false, livedMs: 60_000 };

test('a wrong setting at the first start is not tried again, and its exit code is passed on', () => {
  expect(afterDeath(fresh, { ...end, code: 78, livedMs: 200 })).toEqual({ kind: 'exit', code: 78 });
});

test('a control plane that was killed runs again at once', () => {
  const decision = afterDeath(fresh, { ...end, signal: 'SIGKILL', ready: true });
  expect(decision).toMatchObject({ kind: 'restart', pauseMs: 0 });
});

test('once it was ready, an unreachable database does not end the system', () => {
  expect(afterDeath({ wasReady: true, quickDeaths: 0 }, { ...end, code: 69 }).kind).toBe('restart');
});

test('one that always dies is given up, after longer and longer pauses', () => {
  const pauses: number[] = [];
  let decision = afterDeath(fresh, { ...end, code: 1, livedMs: 500 });
  while (decision.kind === 'restart') {
    pauses.push(decision.pauseMs);
    decision = afterDeath(decision.history, { ...end, code: 1, livedMs: 500 });
  }
  expect(decision.kind).toBe('give up');
  expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
  expect(pauses.length).toBeGreaterThan(4);
});

test('one that was ended because it hung is said to have hung', () => {
  const decision = afterDeath(fresh, { ...end, signal: 'SIGKILL', ready: true, hung: true });
  expect(decision).toMatchObject({ kind: 'restart', sentence: expect.stringContaining('did not answer any more') });
});
