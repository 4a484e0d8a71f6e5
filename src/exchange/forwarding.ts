import type { Extension } from './schemas.ts';

/** Why a call does not end at the extension that it was for. */
export type NotTaken = 'always' | 'closed' | 'busy' | 'no_answer' | 'unreachable';

/** A call is forwarded so often at most: phones that forward to each other must not keep it for ever. */
const mostForwards = 3;

/**
 * Where an extension's call goes on.
 * @param past the extensions that it was forwarded by, the first first
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
  const isLoop = target === extension.number || (target !== null && past.includes(target));
  return target === null || isLoop || past.length >= mostForwards ? undefined : target;
}
