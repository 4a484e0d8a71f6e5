/**
 * What came of an operation on another system. The four cases are four different sentences to the caller:
 * it happened; it was refused, and why; there was nothing to do, and why; we could not find out.
 */
export type Outcome<T, Refusal extends string = never, Nothing extends string = never> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly message?: string }
  | { readonly kind: 'nothing_to_do'; readonly reason: Nothing; readonly message?: string }
  | { readonly kind: 'unavailable'; readonly reason: UnavailableReason; readonly message?: string };

/** `unknown`: an act was sent and its answer lost; it may have happened. */
export type UnavailableReason = 'timeout' | 'down' | 'breaker_open' | 'malformed_answer' | 'unknown';

export function done<T>(value: T): { readonly kind: 'done'; readonly value: T } {
  return { kind: 'done', value };
}

export function refused<R extends string>(reason: R, message?: string) {
  return { kind: 'refused', reason, ...(message === undefined ? {} : { message }) } as const;
}

export function nothingToDo<R extends string>(reason: R, message?: string) {
  return { kind: 'nothing_to_do', reason, ...(message === undefined ? {} : { message }) } as const;
}

export function unavailable(reason: UnavailableReason, message?: string) {
  return { kind: 'unavailable', reason, ...(message === undefined ? {} : { message }) } as const;
}
