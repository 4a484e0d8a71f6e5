import type { Insertable } from 'kysely';
import type { Database } from '../storage/database.ts';
import type { DB } from '../storage/tables.generated.ts';
import type { Grant } from './access-tokens.ts';
import type { CredentialKind } from './schemas.ts';

/** What verifying a credential needs to know of it. */
export interface StoredCredential {
  readonly tenant_id: number;
  readonly kind: string;
  readonly name: string;
  readonly secret_hash: string;
  readonly role: string | null;
  readonly last_used_at: Date | null;
}

/** A credential whose user belongs to an OAuth client. */
export interface OAuthUser extends StoredCredential {
  readonly id: number;
  readonly client_id: number;
  /** The client's `clientHash`. */
  readonly client_hash: string;
}

/** Adds a credential, or gives an existing one its new secret. */
export async function putCredential(db: Database, row: Insertable<DB['credential']>): Promise<void> {
  await db
    .insertInto('credential')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'kind', 'name']).doUpdateSet({
        secret_hash: row.secret_hash,
        second_hash: row.second_hash ?? null,
        role: row.role ?? null,
        demo: row.demo ?? false,
      }),
    )
    .execute();
}

/** Adds a credential. @returns false when the tenant has one of this kind and name, which stays as it is */
export async function addCredential(db: Database, row: Insertable<DB['credential']>): Promise<boolean> {
  const added = await db
    .insertInto('credential')
    .values(row)
    .onConflict((conflict) => conflict.columns(['tenant_id', 'kind', 'name']).doNothing())
    .executeTakeFirst();
  return (added.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** @returns the client it belonged to; undefined when there was no such credential */
export function removeCredential(db: Database, tenantId: number, kind: CredentialKind, name: string) {
  return db
    .deleteFrom('credential')
    .where('tenant_id', '=', tenantId)
    .where('kind', '=', kind)
    .where('name', '=', name)
    .returning('client_id')
    .executeTakeFirst();
}

export function credentialsOf(db: Database, tenantId: number) {
  return db
    .selectFrom('credential')
    .select(['kind', 'name', 'role', 'demo', 'client_id', 'created_at', 'last_used_at'])
    .where('tenant_id', '=', tenantId)
    .orderBy('kind')
    .orderBy('name')
    .execute();
}

export function findBySecret(db: Database, kind: CredentialKind, secretHash: string, withDemo: boolean) {
  return credentials(db, kind, withDemo).where('secret_hash', '=', secretHash).executeTakeFirst();
}

/** Of every tenant that has one of this name. */
export function findByName(db: Database, kind: CredentialKind, name: string, withDemo: boolean) {
  return credentials(db, kind, withDemo).where('name', '=', name).execute();
}

/** The user of this name that belongs to the client of this `clientHash`. */
export function findUser(db: Database, kind: CredentialKind, client: string, name: string, withDemo: boolean) {
  return users(db, kind, withDemo)
    .where('oauth_client.secret_hash', '=', client)
    .where('name', '=', name)
    .executeTakeFirst();
}

/** The user whose login it was; undefined when user or login were revoked. */
export function findHolder(db: Database, kind: CredentialKind, grant: Grant, withDemo: boolean) {
  return users(db, kind, withDemo)
    .where('credential.tenant_id', '=', grant.tenantId)
    .where('id', '=', grant.credentialId)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('revoked_grant')
            .select('grant_id')
            .whereRef('revoked_grant.tenant_id', '=', 'credential.tenant_id')
            .where('revoked_grant.grant_id', '=', grant.grantId),
        ),
      ),
    )
    .executeTakeFirst();
}

/** Notes that a credential was used, to the minute: a busy caller is not a write each time. */
export async function touch(db: Database, credential: StoredCredential, now: Date): Promise<void> {
  if (credential.last_used_at !== null && now.getTime() - credential.last_used_at.getTime() < 60_000) return;
  await db
    .updateTable('credential')
    .set({ last_used_at: now })
    .where('tenant_id', '=', credential.tenant_id)
    .where('kind', '=', credential.kind)
    .where('name', '=', credential.name)
    .execute();
}

function credentials(db: Database, kind: CredentialKind, withDemo: boolean) {
  return db
    .selectFrom('credential')
    .select(['tenant_id', 'kind', 'name', 'secret_hash', 'role', 'last_used_at'])
    .where('kind', '=', kind)
    .$if(!withDemo, (query) => query.where('demo', '=', false));
}

function users(db: Database, kind: CredentialKind, withDemo: boolean) {
  return db
    .selectFrom('credential')
    .innerJoin('oauth_client', (join) =>
      join
        .onRef('oauth_client.tenant_id', '=', 'credential.tenant_id')
        .onRef('oauth_client.client_id', '=', 'credential.client_id'),
    )
    .select(['credential.tenant_id', 'kind', 'name', 'credential.secret_hash', 'role', 'last_used_at'])
    .select(['id', 'oauth_client.client_id', 'oauth_client.secret_hash as client_hash'])
    .where('kind', '=', kind)
    .$if(!withDemo, (query) => query.where('demo', '=', false));
}
