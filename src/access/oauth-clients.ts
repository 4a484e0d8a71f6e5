import { hash as digest } from 'node:crypto';
import { AppError } from '../kernel/errors.ts';
import type { Database } from '../storage/database.ts';
import type { CredentialKind } from './schemas.ts';
import { addCredential } from './store.ts';

/** A program that may ask for tokens (RFC 6749 section 2); several users may belong to it. */
export interface OAuthClient {
  readonly tenantId: number;
  readonly clientId: number;
}

/** A client as a program shows it. */
export interface ShownClient {
  readonly id: string;
  readonly secret: string;
}

/** By which a client is found: the secret is random, so that no other has the same. */
export function clientHash({ id, secret }: ShownClient): string {
  return digest('sha256', `${id}:${secret}`);
}

export async function isClient(db: Database, hash: string): Promise<boolean> {
  const row = await db
    .selectFrom('oauth_client')
    .select('client_id')
    .where('secret_hash', '=', hash)
    .executeTakeFirst();
  return row !== undefined;
}

interface NewUser {
  readonly tenantId: number;
  readonly kind: CredentialKind;
  readonly name: string;
  readonly passwordHash: string;
  readonly demo: boolean;
}

/**
 * Adds a user to a client.
 * @returns false when the tenant has one of this name, which stays as it is
 * @throws AppError `not_found` when there is no such client
 */
export async function addUser(db: Database, user: NewUser, clientId: number): Promise<boolean> {
  const { tenantId, kind, name, passwordHash, demo } = user;
  const client = await db
    .selectFrom('oauth_client')
    .select('client_id')
    .where('tenant_id', '=', tenantId)
    .where('client_id', '=', clientId)
    .executeTakeFirst();
  if (client === undefined) throw new AppError('not_found', `There is no client ${clientId}.`);
  return addCredential(db, {
    tenant_id: tenantId,
    kind,
    name,
    client_id: clientId,
    secret_hash: passwordHash,
    demo,
  });
}

/** Makes a client. @returns its id: 3, as in the documentation's example, or the next after the last */
export async function addClient(db: Database, tenantId: number, secret: string): Promise<number> {
  for (;;) {
    const { last } = await db
      .selectFrom('oauth_client')
      .select((select) => select.fn.max('client_id').as('last'))
      .where('tenant_id', '=', tenantId)
      .executeTakeFirstOrThrow();
    const clientId = Math.max(2, last ?? 0) + 1;
    const added = await db
      .insertInto('oauth_client')
      .values({ tenant_id: tenantId, client_id: clientId, secret_hash: clientHash({ id: String(clientId), secret }) })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'client_id']).doNothing())
      .executeTakeFirst();
    // Otherwise another one was made at the same time and has this number.
    if ((added.numInsertedOrUpdatedRows ?? 0n) > 0n) return clientId;
  }
}

/** Takes a client away that no user belongs to any more. */
export async function removeIdleClient(db: Database, { tenantId, clientId }: OAuthClient): Promise<void> {
  await db
    .deleteFrom('oauth_client')
    .where('tenant_id', '=', tenantId)
    .where('client_id', '=', clientId)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('credential')
            .select('credential.id')
            .where('credential.tenant_id', '=', tenantId)
            .where('credential.client_id', '=', clientId),
        ),
      ),
    )
    .execute();
}
