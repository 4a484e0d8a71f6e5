import { createECDH } from 'node:crypto';
import { z } from 'zod';

/** A message that could not be delivered, as an operator sees it. */
export const deadLetter = z.object({
  id: z.int(),
  channel: z.enum(['email', 'sms', 'push']),
  /** Masked. */
  to: z.string(),
  attempts: z.int(),
  reason: z.string(),
  /** ISO 8601 */
  createdAt: z.string(),
});

export type DeadLetter = z.infer<typeof deadLetter>;

/** Where a push service takes messages for one browser or app. */
export const pushEndpoint = z
  .url({ protocol: /^https$/, error: 'must be an https address' })
  .max(1_000)
  .refine((endpoint) => !/[\s\0]/.test(endpoint) && URL.parse(endpoint)?.username === '', 'must be an address alone');

/** What a browser gives as `PushSubscription.toJSON()` (W3C Push API), its keys in any of the two forms of Base64. */
export const pushSubscription = z.object({
  endpoint: pushEndpoint,
  /** Milliseconds since 1970. */
  expirationTime: z
    .int()
    .min(0)
    .max(8.64e15)
    .nullish()
    .transform((at) => at ?? null),
  keys: z.object({
    p256dh: base64(65).refine(isOnCurve, 'must be a public key on the curve P-256'),
    auth: base64(16),
  }),
});

export type PushSubscription = z.output<typeof pushSubscription>;

function base64(bytes: number) {
  return z
    .string()
    .max(200)
    .refine((text) => Buffer.from(text, 'base64url').length === bytes, `must be ${bytes} bytes in Base64`)
    .transform((text) => Buffer.from(text, 'base64url').toString('base64url'));
}

function isOnCurve(key: string): boolean {
  const ours = createECDH('prime256v1');
  ours.generateKeys();
  try {
    ours.computeSecret(key, 'base64url');
    return true;
  } catch {
    return false;
  }
}
