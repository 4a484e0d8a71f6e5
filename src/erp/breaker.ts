/**
 * A breaker keeps callers from waiting for an ERP that is known not to answer. It is a pure state machine: time comes
 * in as milliseconds, nothing is kept here.
 *
 * | state | event | becomes |
 * | --- | --- | --- |
 * | closed | success | closed, failures forgotten |
 * | closed | failure | closed with one failure more; open at the limit |
 * | open | admission asked, `openMs` passed | half-open, the asker is the probe |
 * | half-open | the probe succeeds | closed |
 * | half-open | the probe fails | open |
 * | half-open | the probe is abandoned | open, and due at once |
 *
 * Answers to requests let in before the last change say nothing about the ERP now, and change nothing.
 */
export type BreakerState =
  | { readonly kind: 'closed'; readonly era: number; readonly failures: number }
  | { readonly kind: 'open'; readonly era: number; readonly untilMs: number }
  | { readonly kind: 'half_open'; readonly era: number };

export interface BreakerSettings {
  /** Failures in a row that open it. */
  readonly failureLimit: number;
  /** How long it stays open before one request may try. */
  readonly openMs: number;
}

/** `abandoned`: the asker went away before there was an answer; that is no failure of the ERP. */
export type BreakerEvent = 'success' | 'failure' | 'abandoned';

export const closedBreaker: BreakerState = { kind: 'closed', era: 0, failures: 0 };

/** Asks to be let in. @returns the new state, and the era to report the answer under; undefined when turned away. */
export function admit(state: BreakerState, nowMs: number): { state: BreakerState; era: number | undefined } {
  if (state.kind === 'closed') return { state, era: state.era };
  if (state.kind === 'half_open' || nowMs < state.untilMs) return { state, era: undefined };
  const era = state.era + 1;
  return { state: { kind: 'half_open', era }, era };
}

/** Takes in how a request went that was let in under `era`. */
export function report(
  state: BreakerState,
  era: number,
  event: BreakerEvent,
  nowMs: number,
  settings: BreakerSettings,
): BreakerState {
  if (era !== state.era || state.kind === 'open') return state;
  if (state.kind === 'half_open') {
    if (event === 'success') return { kind: 'closed', era: era + 1, failures: 0 };
    return { kind: 'open', era: era + 1, untilMs: event === 'failure' ? nowMs + settings.openMs : nowMs };
  }
  if (event === 'abandoned') return state;
  const failures = event === 'success' ? 0 : state.failures + 1;
  if (failures < settings.failureLimit) return { ...state, failures };
  return { kind: 'open', era: era + 1, untilMs: nowMs + settings.openMs };
}
