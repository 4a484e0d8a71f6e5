import type { Extension } from './schemas.ts';

/** Why a call does not end at the extension that it was for. */
export type NotTaken = 'always' | 'closed' | 'busy' | 'no_answer' | 'unreachable';

/** A call goes on so often at most: phones and groups that forward to each other must not keep it for ever. */
const mostForwards = 3;

/**
 * Where an extension's call goes on.
 * @param past the extensions and groups that it was sent on by, the first first
 * @returns undefined when nowhere, or when it has gone far enough
 */
export function forwardTarget(extension: Extension, why: NotTaken, past: readonly string[]): string | undefined {
  const target = {
    always: extension.forwardAlways,
    closed: extension.forwardClosed,
    busy: extension.forwardBusy,
    no_answer: extension.forwardNoAnswer,
    unreachable: extension.forwardUnreachable,
  }[why];
  return target !== null && mayGoOn(target, [...past, extension.number]) ? target : undefined;
}

/** Whether a call may go on to a number, by the extensions and groups that it was at. */
export function mayGoOn(target: string, past: readonly string[]): boolean {
  return !past.includes(target) && past.length <= mostForwards;
}
