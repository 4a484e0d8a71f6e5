import type { IdSource } from '../kernel/ids.ts';

/**
 * By which a program says that two requests are one (draft-ietf-httpapi-idempotency-key-header): an extension to the APIs
 * we serve and use, which other servers ignore.
 */
export const idempotencyHeader = 'idempotency-key';

/**
 * The key of an act upon one thing (a contract, an invoice): the same for every repetition of a request under one
 * `Idempotency-Key`, another one for every request without.
 * @param scope who asks for what, so that the keys of two applications or two acts are never one
 */
export function actKeys(
  header: string | readonly string[] | undefined,
  scope: string,
  ids: IdSource,
): (id: number) => string {
  const given = typeof header === 'string' && header.trim() !== '' ? header.trim().slice(0, 255) : undefined;
  const key = given === undefined ? ids.uuid() : encodeURIComponent(given);
  return (id) => `${scope}:${id}:${key}`;
}
