import type { AriChannelHangupRequest } from './ari-types.generated.ts';

/** Q.850. */
export const normalClearing = 16;
/** Tells a leg's phone that another one took the call (RFC 3326, Q.850). */
export const answeredElsewhere = 26;
const circuitNotAvailable = 44;
/** AST_SOFTHANGUP_DEV: the phone itself is gone, since it is not heard any more. */
const byDevice = 1;

/**
 * Why a channel is being taken down (Q.850). A plain BYE has no cause here: a normal clearing. In a soft request, such as our own, the
 * number is none of Q.850 but a set of Asterisk's flags.
 */
export function hangUpCause({ soft, cause = normalClearing }: AriChannelHangupRequest): number {
  if (soft !== true) return cause;
  return cause === byDevice ? circuitNotAvailable : normalClearing;
}
