/** What a phone dials for its mailbox: `*97` hears it, `*98` leaves a message; with an extension after it, in that one's. */
export interface VoicemailCode {
  readonly act: 'hear' | 'leave';
  /** undefined: that of who dials. */
  readonly extension: string | undefined;
}

/** Undefined when it is no such code. */
export function voicemailCode(dialled: string): VoicemailCode | undefined {
  const [, code, extension = ''] = /^\*(9[78])(\d{2,8})?$/.exec(dialled) ?? [];
  if (code === undefined) return undefined;
  return { act: code === '97' ? 'hear' : 'leave', extension: extension === '' ? undefined : extension };
}
