import { z } from 'zod';

/** What a credential opens: our own API, the console, or one of the APIs we serve for programs written for other products. */
export const credentialKind = z.enum(['api', 'console', 'sgp', 'hubsoft', 'intelbras']);

export type CredentialKind = z.infer<typeof credentialKind>;

/** The name a program goes by: `app` where its API has one. Case counts. */
export const credentialName = z
  .string()
  .min(1, 'must not be empty')
  .max(64, 'must have at most 64 characters')
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._@ -]*$/u, 'must begin with a letter or digit; then also . _ @ - and blanks');

/** A credential as it may be shown: never its secret. Instants are ISO 8601. */
export const credentialSummary = z.object({
  kind: credentialKind,
  name: z.string(),
  role: z.string().nullable(),
  /** Made with the demo data: refused where others can reach the address. */
  demo: z.boolean(),
  createdAt: z.iso.datetime(),
  /** To the minute; null when it was never used. */
  lastUsedAt: z.iso.datetime().nullable(),
});

export type CredentialSummary = z.infer<typeof credentialSummary>;

/** The kinds whose only secret is a token, which can therefore be made by name alone. */
export const newCredential = z.object({
  kind: z.enum(['api', 'sgp']),
  name: credentialName,
  /** `administrator` may make and revoke credentials; without a role a token reads and acts, but opens no doors to others. */
  role: z.literal('administrator').optional(),
});

export type NewCredential = z.infer<typeof newCredential>;

/** A new credential with its token, which is never shown again. */
export const createdCredential = newCredential.extend({ token: z.string() });

export type CreatedCredential = z.infer<typeof createdCredential>;
