import { z } from 'zod';

/** A message that could not be delivered, as an operator sees it. */
export const deadLetter = z.object({
  id: z.int(),
  channel: z.enum(['email', 'sms']),
  /** Masked. */
  to: z.string(),
  attempts: z.int(),
  reason: z.string(),
  /** ISO 8601 */
  createdAt: z.string(),
});

export type DeadLetter = z.infer<typeof deadLetter>;
