import { z } from 'zod';

const pin = z.string().regex(/^\d{4,8}$/, 'must be 4 to 8 digits');
const email = z.email('must be an e-mail address').max(200);

/** What may be said of an extension's mailbox; what is left out stays as it is. */
export const voicemailChange = z
  .object({
    /** Whether callers whom nobody answers may leave a message. */
    enabled: z.boolean(),
    /** Where messages are sent to besides; null: nowhere. */
    email: email.nullable(),
    /** By which it is heard from another phone; null: only its own phones hear it. Never shown. */
    pin: pin.nullable(),
  })
  .partial();
export type VoicemailChange = z.infer<typeof voicemailChange>;

/** An extension's mailbox as it is shown: without its PIN. */
export const voicemailBox = z.object({
  extension: z.string(),
  enabled: z.boolean(),
  email: z.string().nullable(),
  hasPin: z.boolean(),
  /** Whether its callers hear a greeting of its own. */
  hasGreeting: z.boolean(),
  newMessages: z.int(),
  oldMessages: z.int(),
});
export type VoicemailBox = z.infer<typeof voicemailBox>;

/** A message in a mailbox. */
export const voicemailMessage = z.object({
  id: z.uuid(),
  callId: z.uuid(),
  /** Empty when withheld. */
  callerNumber: z.string(),
  leftAt: z.iso.datetime(),
  durationMs: z.int(),
  /** Of the WAV file. */
  bytes: z.int(),
  heardAt: z.iso.datetime().nullable(),
});
export type VoicemailMessage = z.infer<typeof voicemailMessage>;
