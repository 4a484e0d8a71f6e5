import type { Outcome } from '../kernel/outcome.ts';

/** `running`: sent, no answer recorded. `intended`: wanted, and certainly not carried out. `unknown`: may have happened. */
export type ActState = 'running' | 'intended' | 'done' | 'refused' | 'nothing' | 'unknown';

/** Where an act may go from each state. An answer that was no `done` may be another one tomorrow, so it is asked anew. */
export const actTransitions: Readonly<Record<ActState, readonly ActState[]>> = {
  running: ['done', 'refused', 'nothing', 'unknown', 'intended'],
  unknown: ['done', 'intended'],
  intended: ['running'],
  refused: ['running'],
  nothing: ['running'],
  done: [],
};

/** Whether the ERP must be asked what became of it before anything else is done. */
export function inDoubt(state: ActState): boolean {
  return state === 'running' || state === 'unknown';
}

/** The states from which a state may be reached. */
export function statesBefore(target: ActState): ActState[] {
  return (Object.keys(actTransitions) as ActState[]).filter((state) => actTransitions[state].includes(target));
}

/**
 * What the answer of the ERP makes of a running act. Only `down` (not reached) and `breaker_open` (not asked) prove
 * that nothing happened.
 */
export function stateAfter(outcome: Outcome<unknown, string, string>): Exclude<ActState, 'running'> {
  if (outcome.kind === 'nothing_to_do') return 'nothing';
  if (outcome.kind !== 'unavailable') return outcome.kind;
  return outcome.reason === 'down' || outcome.reason === 'breaker_open' ? 'intended' : 'unknown';
}
