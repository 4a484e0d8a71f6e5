import { createHash, timingSafeEqual } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { Clock } from '../kernel/clock.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { Database } from '../storage/database.ts';
import { type CredentialKind, findByName, findBySecret, insertCredential, touch } from './store.ts';

/** Who a request comes from, after its credentials were checked. */
export interface Identity {
  readonly tenantId: number;
  readonly kind: CredentialKind;
  readonly name: string;
  readonly role: string | null;
}

/** Credentials of APIs and console: secrets are given out once and kept only as hashes. */
export interface Access {
  /** Makes a credential whose secret is a new random token. */
  issueToken(tenantId: number, kind: CredentialKind, name: string, options?: IssueOptions): Promise<string>;
  /** Makes a credential with a chosen password. */
  setPassword(
    tenantId: number,
    kind: CredentialKind,
    name: string,
    password: string,
    options?: IssueOptions,
  ): Promise<void>;
  /** Who a token belongs to; undefined when nobody. */
  verifyToken(kind: CredentialKind, token: string): Promise<Identity | undefined>;
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

/** Credentials over PostgreSQL. */
export function createAccess({ db, clock, ids, withDemo }: Parts): Access {
  return {
    async issueToken(tenantId, kind, name, options = {}) {
      const token = ids.secret();
      await insertCredential(db, { ...rowOf(tenantId, kind, name, options), secret_hash: tokenHash(token) });
      return token;
    },
    async setPassword(tenantId, kind, name, password, options = {}) {
      await insertCredential(db, { ...rowOf(tenantId, kind, name, options), secret_hash: await hash(password) });
    },
    async verifyToken(kind, token) {
      const wanted = tokenHash(token);
      const found = await findBySecret(db, kind, wanted, withDemo);
      if (found === undefined || !timingSafeEqual(Buffer.from(found.secret_hash), Buffer.from(wanted)))
        return undefined;
      await touch(db, found, clock.now());
      return identityOf(found);
    },
    async verifyPassword(kind, name, password) {
      const found = await findByName(db, kind, name, withDemo);
      const right = await verify(found?.secret_hash ?? decoyHash, password);
      if (found === undefined || !right) return undefined;
      await touch(db, found, clock.now());
      return identityOf(found);
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
  return createHash('sha256').update(token).digest('hex');
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

function identityOf(row: { tenant_id: number; kind: string; name: string; role: string | null }): Identity {
  return { tenantId: row.tenant_id, kind: row.kind as CredentialKind, name: row.name, role: row.role };
}
