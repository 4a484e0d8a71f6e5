import type { Extension } from '../../exchange/schemas.ts';

/**
 * What phones and trunks may speak. G.729 has no decoder here: it is passed on from one phone to another that speaks it, and
 * can neither be spoken to by a menu nor be recorded. So it is what is agreed on only with whoever speaks nothing else.
 */

/** What can be made into one another. A-law first: the recordings of menus are, and so is Brazil's network. */
const transcoded = ['alaw', 'ulaw', 'opus', 'gsm'] as const;
const passedThrough = ['g729'];

/** Every codec of a desk phone, of a trunk, the preferred first. */
export const deskCodecs = [...transcoded, ...passedThrough].join(',');
/** Of a browser, whose way to us is the internet: Opus suffers least from what gets lost there. */
export const webCodecs = 'opus,alaw,ulaw';

/**
 * How a call agrees on codecs: of a caller's the one that we like best, and that alone, so that nobody can send another. A
 * called desk phone is offered what its caller can be joined with, the caller's own first, so that nothing need be transcoded.
 */
export const deskAgreement = { incoming_call_offer_pref: 'local_first', outgoing_call_offer_pref: 'remote' } as const;
export const webAgreement = { incoming_call_offer_pref: 'local_first', outgoing_call_offer_pref: 'local' } as const;

/** How Asterisk encrypts talk: with keys that stand in SIP (RFC 4568). `optional`: offered beside plain talk (RFC 8643). */
export function encryptionOf(wanted: Extension['mediaEncryption']) {
  return {
    media_encryption: wanted === 'off' ? 'no' : 'sdes',
    media_encryption_optimistic: wanted === 'optional' ? 'yes' : 'no',
  } as const;
}

/** The codec of a caller, from the data of the dialplan's `Stasis(…,(alaw))`; undefined when it did not say. */
export function codecOf(appData: string): string | undefined {
  return /,\((\w+)/.exec(appData)?.[1];
}

/** Whether a caller's sound can only be passed on to a phone that speaks the same. */
export function isPassedThrough(codec: string | undefined): boolean {
  return codec !== undefined && passedThrough.includes(codec);
}

/** Whether what one side sends can be made into what the other one hears. */
export function canBeJoined(one: string | undefined, other: string | undefined): boolean {
  return one === other || (!isPassedThrough(one) && !isPassedThrough(other));
}

/** What a called phone may be offered for a caller of this codec, the caller's own first. */
export function joinableWith(codec: string | undefined): string {
  if (isPassedThrough(codec)) return passedThrough.join(',');
  const own = transcoded.filter((one) => one === codec);
  return [...own, ...transcoded.filter((one) => one !== codec)].join(',');
}
