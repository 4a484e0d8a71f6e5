import { hash as digest, timingSafeEqual } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { Database } from '../storage/database.ts';
import type { CreatedCredential, CredentialKind, CredentialSummary, NewCredential } from './schemas.ts';
import {
  addCredential,
  credentialsOf,
  findByName,
  findBySecret,
  putCredential,
  removeCredential,
  type StoredCredential,
  touch,
} from './store.ts';
import { VerifiedTokens } from './verified-tokens.ts';

export type { Admission, Gate } from './gate.ts';

/** Who a request comes from, after its credentials were checked. */
export interface Identity {
  readonly tenantId: number;
  readonly kind: CredentialKind;
  readonly name: string;
  readonly role: string | null;
}

/** Credentials of APIs and console: secrets are given out once and kept only as hashes. */
export interface Access {
  /** Makes a credential whose secret is a new random token, or gives an existing one a new token. */
  issueToken(tenantId: number, kind: CredentialKind, name: string, options?: IssueOptions): Promise<string>;
  /** Makes a credential with a chosen password, or gives an existing one a new password. */
  setPassword(
    tenantId: number,
    kind: CredentialKind,
    name: string,
    password: string,
    options?: IssueOptions,
  ): Promise<void>;
  /** Makes a credential that was not there. @throws AppError `conflict` when the tenant has one of this kind and name */
  create(tenantId: number, credential: NewCredential): Promise<CreatedCredential>;
  /** Every credential of a tenant, by kind and name. */
  list(tenantId: number): Promise<CredentialSummary[]>;
  /**
   * Removes a credential: at once in this process, within `revokedWithinMs` in another one.
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
}

interface IssueOptions {
  readonly role?: string;
  readonly demo?: boolean;
  /** A second secret of the kinds that have one, such as HubSoft's client secret. */
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
  const verified = new VerifiedTokens<Identity>(clock, revokedWithinMs);
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
      verified.changed();
      return token;
    },
    async setPassword(tenantId, kind, name, password, options = {}) {
      await putCredential(db, { ...rowOf(tenantId, kind, name, options), secret_hash: await hash(password) });
      verified.changed();
    },
    async create(tenantId, credential) {
      const { kind, name, role } = credential;
      const token = ids.secret();
      const row = rowOf(tenantId, kind, name, role === undefined ? {} : { role });
      if (!(await addCredential(db, { ...row, secret_hash: tokenHash(token) }))) {
        throw new AppError(
          'conflict',
          `There is a credential "${name}" of kind ${kind} already. Revoke it first, or choose another name.`,
        );
      }
      verified.changed();
      return { ...credential, token };
    },
    async list(tenantId) {
      const rows = await credentialsOf(db, tenantId);
      return rows.map(({ created_at, last_used_at, kind, ...row }) => ({
        ...row,
        kind: kind as CredentialKind,
        createdAt: created_at.toISOString(),
        lastUsedAt: last_used_at?.toISOString() ?? null,
      }));
    },
    async revoke(tenantId, kind, name) {
      const existed = await removeCredential(db, tenantId, kind, name);
      verified.changed();
      if (!existed) throw new AppError('not_found', `There is no credential "${name}" of kind ${kind}.`);
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
      const hashes = found.length === 0 ? [decoyHash] : found.map((row) => row.secret_hash);
      const isRight = await Promise.all(hashes.map((each) => verify(each, password)));
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
  };
}

/** The argon2id hash of a password that nobody has, checked when a name is unknown so that both cases cost the same. */
const decoyHash = '$argon2id$v=19$m=19456,t=2,p=1$8KYaU0SC7lhTxoZ13h2lzQ$F0YqGeIqlqqCYtpbud+gGCOSrKkxhlaOqQ2vcDC5H8I';

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

function identityOf(row: StoredCredential): Identity {
  return { tenantId: row.tenant_id, kind: row.kind as CredentialKind, name: row.name, role: row.role };
}
