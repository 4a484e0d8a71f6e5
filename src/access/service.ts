import { hash as digest, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { Database } from '../storage/database.ts';
import { type Identity, identityOf } from './identity.ts';
import { createOAuth, type OAuth } from './oauth.ts';
import { addClient, addUser, removeIdleClient } from './oauth-clients.ts';
import { hashPassword, isPassword } from './passwords.ts';
import type {
  CreatedCredential,
  CreatedToken,
  CreatedUser,
  CredentialKind,
  CredentialSummary,
  NewCredential,
  NewToken,
  NewUser,
} from './schemas.ts';
import {
  addCredential,
  credentialsOf,
  findByName,
  findBySecret,
  putCredential,
  removeCredential,
  touch,
} from './store.ts';
import { VerifiedTokens } from './verified-tokens.ts';

export type { AddressBlocks } from './address-blocks.ts';
export type { ApiInstances, ShownInstance } from './api-instances.ts';
export type { Gate } from './gate.ts';

export type { Identity } from './identity.ts';
export type { GrantRequest, IssuedTokens } from './oauth.ts';
export type { ShownClient } from './oauth-clients.ts';
export { hashPassword, isPassword } from './passwords.ts';

/** Credentials of APIs and console: secrets are given out once and kept only as hashes. */
export interface Access {
  /** Makes a credential whose secret is a new random token, or gives an existing one a new token. */
  issueToken(tenantId: number, kind: PlainKind, name: string, options?: IssueOptions): Promise<string>;
  /** Makes a credential with a chosen password, or gives an existing one a new password. */
  setPassword(tenantId: number, kind: PlainKind, name: string, password: string, options?: IssueOptions): Promise<void>;
  /**
   * Makes a credential that was not there.
   * @throws AppError `conflict` when the tenant has one of this kind and name, `not_found` for a user of an unknown client
   */
  create(tenantId: number, credential: NewToken): Promise<CreatedToken>;
  create(tenantId: number, credential: NewUser, options?: { readonly demo: boolean }): Promise<CreatedUser>;
  create(tenantId: number, credential: NewCredential): Promise<CreatedCredential>;
  /** Every credential of a tenant, by kind and name. */
  list(tenantId: number): Promise<CredentialSummary[]>;
  /**
   * Removes a credential and with it all its tokens: at once in this process, within `revokedWithinMs` in another one. A
   * client goes with its last user.
   * @throws AppError `not_found`
   */
  revoke(tenantId: number, kind: CredentialKind, name: string): Promise<void>;
  /**
   * Who a token belongs to; undefined when nobody. Costs a query once in `revokedWithinMs`.
   * @param name the name it must go with, case counting, for kinds that send one; another tenant may have the same
   */
  verifyToken(kind: CredentialKind, token: string, name?: string): Promise<Identity | undefined>;
  /**
   * The same for a token that was right before in this process, so that showing it again is no guess; undefined at once for
   * any other. This is the way of nearly every request: no query, and no promise to wait for.
   */
  recallToken(kind: CredentialKind, token: string, name?: string): Identity | Promise<Identity | undefined> | undefined;
  /** Who a name and password belong to; takes as long for an unknown name as for a wrong password. */
  verifyPassword(kind: CredentialKind, name: string, password: string): Promise<Identity | undefined>;
  /** Whether the tenant has any credential of a kind that counts here. */
  has(tenantId: number, kind: CredentialKind): Promise<boolean>;
  /** Tokens of the users of OAuth2 clients. */
  readonly oauth: OAuth;
}

/** The kinds that need no client. */
type PlainKind = Exclude<CredentialKind, NewUser['kind']>;

interface IssueOptions {
  readonly role?: string;
  readonly demo?: boolean;
  /** A second secret of the kinds that have one, such as the password beside a token. */
  readonly second?: string;
}

interface Parts {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** Whether credentials made with the demo data count: false on an address that others can reach. */
  readonly withDemo: boolean;
}

/** How long a token that another process revoked (`npm run credentials`) may still open here. */
export const revokedWithinMs = 5_000;

/** Credentials over PostgreSQL. */
export function createAccess({ db, clock, ids, withDemo }: Parts): Access {
  // Only tokens that exist are remembered, so there are never more than credentials.
  const verified = new VerifiedTokens<Identity>({ clock, lifeMs: revokedWithinMs, most: Number.POSITIVE_INFINITY });
  const oauth = createOAuth({ db, clock, ids, withDemo, believedMs: revokedWithinMs });
  const changed = (): void => {
    verified.changed();
    oauth.changed();
  };
  const ownerOf = (kind: CredentialKind, wanted: string) =>
    verified.find(`${kind} ${wanted}`, async () => {
      const found = await findBySecret(db, kind, wanted, withDemo);
      if (found === undefined || !sameText(found.secret_hash, wanted)) return undefined;
      await touch(db, found, clock.now());
      return identityOf(found);
    });
  return {
    async issueToken(tenantId, kind, name, options = {}) {
      const token = ids.secret();
      await putCredential(db, { ...rowOf(tenantId, kind, name, options), secret_hash: tokenHash(token) });
      changed();
      return token;
    },
    async setPassword(tenantId, kind, name, password, options = {}) {
      await putCredential(db, { ...rowOf(tenantId, kind, name, options), secret_hash: await hashPassword(password) });
      changed();
    },
    create: create as Access['create'],
    async list(tenantId) {
      const rows = await credentialsOf(db, tenantId);
      return rows.map(({ created_at, last_used_at, kind, client_id, ...row }) => ({
        ...row,
        kind: kind as CredentialKind,
        clientId: client_id,
        createdAt: created_at.toISOString(),
        lastUsedAt: last_used_at?.toISOString() ?? null,
      }));
    },
    async revoke(tenantId, kind, name) {
      const removed = await removeCredential(db, tenantId, kind, name);
      changed();
      if (removed === undefined) throw new AppError('not_found', `There is no credential "${name}" of kind ${kind}.`);
      if (removed.client_id !== null) await removeIdleClient(db, { tenantId, clientId: removed.client_id });
    },
    async verifyToken(kind, token, name) {
      const identity = await ownerOf(kind, tokenHash(token));
      return identity !== undefined && goesBy(identity, name) ? identity : undefined;
    },
    recallToken(kind, token, name) {
      const wanted = tokenHash(token);
      const known = verified.lastKnown(`${kind} ${wanted}`);
      return known !== undefined && goesBy(known, name) ? ownerOf(kind, wanted) : undefined;
    },
    async verifyPassword(kind, name, password) {
      const found = await findByName(db, kind, name, withDemo);
      const hashes = found.length === 0 ? [undefined] : found.map((row) => row.secret_hash);
      const isRight = await Promise.all(hashes.map((each) => isPassword(each, password)));
      const [row, another] = found.filter((_, index) => isRight[index]);
      // The same name and password in two tenants: nothing says whose door is meant.
      if (row === undefined || another !== undefined) return undefined;
      await touch(db, row, clock.now());
      return identityOf(row);
    },
    async has(tenantId, kind) {
      const row = await db
        .selectFrom('credential')
        .select('name')
        .where('tenant_id', '=', tenantId)
        .where('kind', '=', kind)
        .$if(!withDemo, (query) => query.where('demo', '=', false))
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },
    oauth,
  };

  async function create(
    tenantId: number,
    credential: NewCredential,
    options?: { readonly demo: boolean },
  ): Promise<CreatedCredential> {
    const created = await (credential.kind === 'hubsoft'
      ? createUser(tenantId, credential, options?.demo ?? false)
      : createToken(tenantId, credential));
    changed();
    return created;
  }

  async function createToken(tenantId: number, credential: NewToken): Promise<CreatedToken> {
    const { kind, name, role } = credential;
    const token = ids.secret();
    const row = rowOf(tenantId, kind, name, role === undefined ? {} : { role });
    if (!(await addCredential(db, { ...row, secret_hash: tokenHash(token) }))) throw taken(kind, name);
    return { ...credential, token };
  }

  async function createUser(tenantId: number, { kind, name, clientId }: NewUser, demo: boolean): Promise<CreatedUser> {
    const password = ids.secret(12);
    const user = { tenantId, kind, name, passwordHash: await hashPassword(password), demo };
    if (clientId !== undefined) {
      if (!(await addUser(db, user, clientId))) throw taken(kind, name);
      return { kind, name, clientId, password };
    }
    const clientSecret = ids.secret(30);
    const client = { tenantId, clientId: await addClient(db, tenantId, clientSecret) };
    if (await addUser(db, user, client.clientId))
      return { kind, name, clientId: client.clientId, clientSecret, password };
    await removeIdleClient(db, client);
    throw taken(kind, name);
  }
}

function taken(kind: CredentialKind, name: string): AppError {
  const sentence = `There is a credential "${name}" of kind ${kind} already. Revoke it first, or choose another name.`;
  return new AppError('conflict', sentence);
}

function tokenHash(token: string): string {
  return digest('sha256', token);
}

function goesBy(identity: Identity, name: string | undefined): boolean {
  return name === undefined || sameText(identity.name, name);
}

/** In a time that tells nothing of where two texts differ. */
function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  // Lengths are no secret; what is compared against itself takes as long.
  return timingSafeEqual(a, a.length === b.length ? b : a) && a.length === b.length;
}

function rowOf(tenantId: number, kind: CredentialKind, name: string, options: IssueOptions) {
  return {
    tenant_id: tenantId,
    kind,
    name,
    role: options.role ?? null,
    demo: options.demo ?? false,
    second_hash: options.second === undefined ? null : tokenHash(options.second),
  };
}
