import { expect, test } from 'vitest';
import { contractStates } from '../subscribers/contract-state.ts';
import { decideUnlock, promiseEnd } from './promise.ts';

const facts = { state: 'suspended_debt', promiseThisMonth: undefined, days: 3, mostDays: 3 } as const;

test('only a contract suspended for debt is unlocked', () => {
  const granted = contractStates.filter((state) => decideUnlock({ ...facts, state }) === 'grant');
  expect(granted).toEqual(['suspended_debt']);
});

test.each([
  [
    { ...facts, state: 'cancelled' },
    { kind: 'nothing_to_do', reason: 'cancelled' },
  ],
  [
    { ...facts, state: 'active' },
    { kind: 'nothing_to_do', reason: 'not_suspended' },
  ],
  [
    { ...facts, state: 'active', promiseThisMonth: 'fulfilled' },
    { kind: 'nothing_to_do', reason: 'not_suspended' },
  ],
  [
    { ...facts, state: 'active', promiseThisMonth: 'open' },
    { kind: 'refused', reason: 'already_used' },
  ],
  [
    { ...facts, promiseThisMonth: 'broken' },
    { kind: 'refused', reason: 'already_used' },
  ],
  [
    { ...facts, state: 'suspended_request' },
    { kind: 'refused', reason: 'not_allowed' },
  ],
  [
    { ...facts, days: 4 },
    { kind: 'refused', reason: 'not_allowed' },
  ],
] as const)('%o is answered with %o', (asked, answer) => {
  expect(decideUnlock(asked)).toEqual(answer);
});

test('a promise lasts to the end of its last day in the time zone of the provider', () => {
  expect(promiseEnd('2026-11-29', 3, 'America/Sao_Paulo')).toEqual({
    until: '2026-12-02',
    expiresAt: new Date('2026-12-03T03:00:00Z'),
  });
});
