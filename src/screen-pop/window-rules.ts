/** A window as far as it matters to whether another one opens. */
export interface OpenWindow {
  readonly id: number;
  readonly callId: string | null;
  readonly callerNumber: string | null;
  readonly subscriberId: string | null;
  readonly openedAt: Date;
}

/** Who calls, and in which call of ours if it is one. */
export interface AnnouncedCall {
  readonly callId: string | undefined;
  readonly callerNumber: string | undefined;
  readonly subscriberId: string | undefined;
}

export type Opening =
  /** The call has its window. */
  | { readonly kind: 'shown'; readonly window: number }
  | { readonly kind: 'open'; readonly superseded: readonly number[] };

/** Announced by another exchange twice within this time, it is one call: a phone rings about so long. */
const sameCallMs = 30_000;
/** A screen with more is of no use; programs get them all at each connection. */
const mostOpen = 20;

/**
 * What becomes of the windows of one extension, the oldest first, when a call is announced. Another exchange does not
 * tell when a call that was answered ends: when its caller calls again, the window of that call goes.
 */
export function decideOpening(open: readonly OpenWindow[], call: AnnouncedCall, now: Date): Opening {
  const same = open.filter((window) =>
    call.callId === undefined ? window.callId === null && isCaller(window, call) : window.callId === call.callId,
  );
  const latest = same.at(-1);
  if (latest !== undefined && (call.callId !== undefined || now.getTime() - latest.openedAt.getTime() < sameCallMs)) {
    return { kind: 'shown', window: latest.id };
  }
  const others = open.filter((window) => !same.includes(window));
  const tooMany = others.slice(0, Math.max(0, others.length - mostOpen + 1));
  return { kind: 'open', superseded: [...same, ...tooMany].map((window) => window.id) };
}

/**
 * Whether a window is about who is named: the number counts where both have one, for a family may share a subscription;
 * the subscriber where either number is missing.
 */
export function isCaller(
  window: Pick<OpenWindow, 'callerNumber' | 'subscriberId'>,
  named: Pick<AnnouncedCall, 'callerNumber' | 'subscriberId'>,
): boolean {
  if (window.callerNumber !== null && named.callerNumber !== undefined) {
    return window.callerNumber === named.callerNumber;
  }
  return named.subscriberId !== undefined && window.subscriberId === named.subscriberId;
}
