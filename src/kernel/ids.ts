import { randomBytes, randomUUID } from 'node:crypto';

/** The only source of identifiers and secrets, so that any run can be replayed. */
export interface IdSource {
  /** A new UUID (RFC 9562). */
  uuid(): string;
  /** An unguessable URL-safe secret with `bytes` bytes of entropy. */
  secret(bytes?: number): string;
}

/** Identifiers from the operating system's random source. */
export const systemIds: IdSource = {
  uuid: () => randomUUID(),
  secret: (bytes = 24) => randomBytes(bytes).toString('base64url'),
};
