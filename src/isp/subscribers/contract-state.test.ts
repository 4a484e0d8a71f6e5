import { expect, test } from 'vitest';
import { contractStates, contractStatus, nextContractState, statesThatAllow } from './contract-state.ts';

test('only a suspension for debt is lifted by trust, and only debt by payment', () => {
  expect(statesThatAllow('unlock_on_trust')).toEqual(['suspended_debt']);
  expect(statesThatAllow('clear_debt')).toEqual(['reduced', 'suspended_debt']);
  expect(nextContractState('suspended_request', 'clear_debt')).toBeUndefined();
});

test('nothing happens to a cancelled contract any more', () => {
  for (const state of contractStates) {
    const into = nextContractState(state, 'cancel');
    expect(into).toBe(state === 'cancelled' ? undefined : 'cancelled');
  }
});

test('every state has a place in what the contact centre sees, and a reason exactly when suspended', () => {
  for (const state of contractStates) {
    const { status, suspendedFor } = contractStatus(state);
    expect(suspendedFor !== undefined).toBe(status === 'suspended');
  }
});
