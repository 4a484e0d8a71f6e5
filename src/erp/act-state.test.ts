import { expect, test } from 'vitest';
import { unavailable } from '../kernel/outcome.ts';
import { actTransitions, inDoubt, stateAfter, statesBefore } from './act-state.ts';

test('only what is neither done nor in doubt may be sent', () => {
  const sendable = statesBefore('running');
  expect(sendable).toEqual(['intended', 'refused', 'nothing']);
  expect(sendable.some(inDoubt)).toBe(false);
  expect(actTransitions.done).toEqual([]);
});

test('an act is known not to have happened only when the ERP was not reached, or not asked', () => {
  const reasons = ['down', 'breaker_open', 'timeout', 'malformed_answer', 'unknown'] as const;
  const states = reasons.map((reason) => stateAfter(unavailable(reason)));
  expect(states).toEqual(['intended', 'intended', 'unknown', 'unknown', 'unknown']);
});
