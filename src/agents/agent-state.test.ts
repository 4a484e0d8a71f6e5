import { expect, test } from 'vitest';
import { agentStates, isInCall, moved } from './agent-state.ts';

test('an agent logs in, is rung, talks, wraps up and is free again', () => {
  let state = moved('logged_out', 'log_in');
  for (const move of ['make_ready', 'ring', 'answer', 'hang_up', 'make_ready', 'pause', 'log_out'] as const) {
    state = moved(state ?? 'logged_out', move);
  }
  expect(state).toBe('logged_out');
});

test('who talks or is rung cannot be rung, and pauses only afterwards', () => {
  for (const state of agentStates.filter(isInCall)) {
    expect(moved(state, 'ring')).toBeUndefined();
    expect(moved(state, 'pause')).toBeUndefined();
  }
});

test('nobody is rung or found talking who is not logged in', () => {
  for (const move of ['ring', 'find_talking', 'log_out', 'make_ready', 'pause'] as const) {
    expect(moved('logged_out', move)).toBeUndefined();
  }
  expect(agentStates.filter((state) => moved(state, 'ring') !== undefined)).toEqual(['available']);
});
