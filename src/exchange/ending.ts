import type { EndReason } from '../calls/schemas.ts';
import type { Talk } from '../telephony/port.ts';

/** How a call ended, and what a phone that was not answered is told (Q.850). */
export interface Ending {
  readonly reason: EndReason;
  readonly cause?: number;
}

/** Q.850. */
export const causes = {
  busy: 17,
  noAnswer: 19,
  notRegistered: 20,
  rejected: 21,
  noCircuit: 34,
  noCodec: 58,
  silence: 102,
} as const;

/** Of a call that no phone took. */
export function untaken(why: 'busy' | 'no_answer' | 'unreachable'): Ending {
  const cause = { busy: causes.busy, no_answer: causes.noAnswer, unreachable: causes.notRegistered }[why];
  return { reason: 'not_answered', cause };
}

/** Of a call that is talked, once it is over. */
export async function talkEnd(talk: Talk): Promise<Ending> {
  return { reason: (await talk.ended) === 'agent' ? 'agent_hung_up' : 'caller_hung_up' };
}
