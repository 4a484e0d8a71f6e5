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
  /** The client that a user belongs to; null for the kinds that have none. */
  clientId: z.int().nullable(),
  /** Made with the demo data: refused where others can reach the address. */
  demo: z.boolean(),
  createdAt: z.iso.datetime(),
  /** To the minute; null when it was never used. */
  lastUsedAt: z.iso.datetime().nullable(),
});

export type CredentialSummary = z.infer<typeof credentialSummary>;

/** The kinds whose only secret is a token, which can therefore be made by name alone. */
const newToken = z.object({
  kind: z.enum(['api', 'sgp']),
  name: credentialName,
  /**
   * `administrator` may make and revoke credentials, `operator` tenants of the installation besides; without a role a token
   * reads and acts, but opens no doors to others.
   */
  role: z.enum(['administrator', 'operator']).optional(),
});

/** A user of an OAuth2 client; the name is an e-mail address. */
const newUser = z.object({
  kind: z.literal('hubsoft'),
  name: credentialName.pipe(z.email({ error: 'must be an e-mail address' })),
  /** The client that the user is one more of; a new client is made when it is left out. */
  clientId: z.int().min(1).max(2_147_483_647).optional(),
});

/** A credential to be made; all its secrets are chosen here. */
export const newCredential = z.discriminatedUnion('kind', [newToken, newUser]);

export type NewToken = z.infer<typeof newToken>;
export type NewUser = z.infer<typeof newUser>;
export type NewCredential = z.infer<typeof newCredential>;

const createdToken = newToken.extend({ token: z.string() });
const createdUser = newUser.extend({
  clientId: z.int(),
  /** Of a new client only. */
  clientSecret: z.string().optional(),
  password: z.string(),
});

/** A new credential with its secrets, which are never shown again. */
export const createdCredential = z.discriminatedUnion('kind', [createdToken, createdUser]);

export type CreatedToken = z.infer<typeof createdToken>;
export type CreatedUser = z.infer<typeof createdUser>;
export type CreatedCredential = z.infer<typeof createdCredential>;

/** What an API instance is made of: a login, the one address it is used from, what it may do. */
export const newApiInstance = z.object({
  login: credentialName,
  origin: z.union([z.ipv4(), z.ipv6()], 'must be one address, such as 203.0.113.7'),
  /** Chosen by us when left out. */
  password: z.string().min(8, 'must have at least 8 characters').max(128).optional(),
  /** False for programs that send no password. */
  passwordRequired: z.boolean().default(true),
  /** Whether it may block other tenants' exchanges. */
  administers: z.boolean().default(false),
});

export type NewApiInstance = z.infer<typeof newApiInstance>;

/** An API instance as it may be shown. Instants are ISO 8601. */
export const apiInstance = z.object({
  id: z.int(),
  login: z.string(),
  origin: z.string(),
  passwordRequired: z.boolean(),
  administers: z.boolean(),
  demo: z.boolean(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
});

export type ApiInstance = z.infer<typeof apiInstance>;

/** A new API instance with its secrets, which are never shown again. */
export const createdApiInstance = apiInstance.pick({ id: true, login: true, origin: true }).extend({
  password: z.string(),
  token: z.string(),
});

export type CreatedApiInstance = z.infer<typeof createdApiInstance>;

/** An address from which phones are not heard. Instants are ISO 8601. */
export const addressBlock = z.object({
  /** Of IPv6 the network of 64 bits. */
  address: z.string(),
  blockedAt: z.iso.datetime(),
  until: z.iso.datetime(),
  /** How often in a row; each time is twice as long. */
  times: z.int(),
  reason: z.enum(['guessing', 'by_hand']),
});

export type AddressBlock = z.infer<typeof addressBlock>;
