import fc from 'fast-check';
import { expect, test } from 'vitest';
import { admit, type BreakerState, closedBreaker, report } from './breaker.ts';

const settings = { failureLimit: 3, openMs: 10_000 };

function failTimes(count: number, state: BreakerState = closedBreaker): BreakerState {
  return Array.from({ length: count }).reduce<BreakerState>(
    (current) => report(current, current.era, 'failure', 0, settings),
    state,
  );
}

test('three failures in a row turn callers away for ten seconds, then one may try', () => {
  expect(admit(failTimes(2), 0).era).toBeDefined();
  const open = failTimes(3);
  expect(admit(open, 9_999).era).toBeUndefined();
  const probing = admit(open, 10_000);
  expect(probing.era).toBeDefined();
  expect(admit(probing.state, 10_000).era).toBeUndefined();
});

test('a success between failures keeps the ERP in use', () => {
  const state = report(failTimes(2), 0, 'success', 0, settings);
  expect(admit(failTimes(2, state), 0).era).toBeDefined();
});

test.each([
  ['success', 'closed', 0],
  ['failure', 'open', 20_000],
  ['abandoned', 'open', 10_000],
] as const)('a probe that ends in %s leaves it %s', (event, kind, untilMs) => {
  const { state, era = -1 } = admit(failTimes(3), 10_000);
  const after = report(state, era, event, 10_000, settings);
  expect(after.kind).toBe(kind);
  expect(after.kind === 'open' ? after.untilMs : 0).toBe(untilMs);
});

test('answers that were on their way when it opened change nothing', () => {
  const open = failTimes(3);
  expect(report(open, 0, 'success', 1, settings)).toBe(open);
  const { state } = admit(open, 10_000);
  expect(report(state, 0, 'failure', 10_000, settings)).toBe(state);
});

const step = fc.record({
  waitMs: fc.integer({ min: 0, max: 12_000 }),
  answer: fc.constantFrom('success' as const, 'failure' as const, 'abandoned' as const),
  answered: fc.integer({ min: 0, max: 3 }),
});

test('whatever happens: never more than one probe at a time, nobody let in while open, and never stuck', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let state: BreakerState = closedBreaker;
      let nowMs = 0;
      const under: number[] = [];
      for (const { waitMs, answer, answered } of steps) {
        nowMs += waitMs;
        const before: BreakerState = state;
        const admission = admit(before, nowMs);
        state = admission.state;
        if (admission.era !== undefined) under.push(admission.era);
        const letIn = admission.era !== undefined;
        expect(letIn).toBe(before.kind === 'closed' || (before.kind === 'open' && nowMs >= before.untilMs));
        for (const era of under.splice(0, answered)) state = report(state, era, answer, nowMs, settings);
      }
      for (const era of under) state = report(state, era, 'success', nowMs, settings);
      expect(admit(state, nowMs + settings.openMs).era).toBeDefined();
    }),
  );
});
