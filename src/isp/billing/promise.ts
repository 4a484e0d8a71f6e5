import type { UnlockNothing, UnlockRefusal } from '../../erp/port.ts';
import { addDays, startOfDay } from '../../kernel/clock.ts';
import { nothingToDo, refused } from '../../kernel/outcome.ts';
import { type ContractState, nextContractState } from '../subscribers/contract-state.ts';
import { brazilianDate } from './bill.ts';

export interface UnlockFacts {
  readonly state: ContractState;
  /** The promise of this calendar month, if one was made. */
  readonly promiseThisMonth: 'open' | 'fulfilled' | 'broken' | undefined;
  /** How many days are asked for, and the most the provider allows. */
  readonly days: number;
  readonly mostDays: number;
}

export type UnlockDecision =
  | 'grant'
  | { readonly kind: 'refused'; readonly reason: UnlockRefusal }
  | { readonly kind: 'nothing_to_do'; readonly reason: UnlockNothing };

/**
 * The rule of the trust unlock: for a contract suspended for debt, once a calendar month, for the days the provider allows.
 * Who asks again while this month's promise runs is told that it is used, not that there is nothing to do.
 */
export function decideUnlock(facts: UnlockFacts): UnlockDecision {
  const { state, promiseThisMonth } = facts;
  if (state === 'cancelled') return nothingToDo('cancelled');
  if (promiseThisMonth === 'open') return refused('already_used');
  if (nextContractState(state, 'unlock_on_trust') === undefined) {
    return state.startsWith('suspended') ? refused('not_allowed') : nothingToDo('not_suspended');
  }
  if (promiseThisMonth !== undefined) return refused('already_used');
  if (facts.days < 1 || facts.days > facts.mostDays) return refused('not_allowed');
  return 'grant';
}

/** The last day of a promise made on a day, and the instant after that day, when it expires. */
export function promiseEnd(today: string, days: number, timeZone: string): { until: string; expiresAt: Date } {
  const until = addDays(today, days);
  return { until, expiresAt: startOfDay(addDays(until, 1), timeZone) };
}

/** What the ticket of a trust unlock says. */
export function promiseText(days: number, until: string): string {
  return `Liberação em confiança por ${days} dia(s), com promessa de pagamento até ${brazilianDate(until)}.`;
}
