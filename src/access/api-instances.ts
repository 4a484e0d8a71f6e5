import { hash as digest } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { Database } from '../storage/database.ts';
import type { Identity } from './identity.ts';
import { canonicalAddress } from './origin.ts';
import { hashPassword, isPassword } from './passwords.ts';
import { type ApiInstance, type CreatedApiInstance, type NewApiInstance, newApiInstance } from './schemas.ts';
import { VerifiedTokens } from './verified-tokens.ts';

/** The four things that a request of an API instance shows; what it does not show is undefined. */
export interface ShownInstance {
  readonly login: string | undefined;
  readonly password: string | undefined;
  readonly token: string | undefined;
  /** The address the request came from; undefined where it does not count. */
  readonly origin: string | undefined;
}

/** API instances: programs that are let in by login, password, token and address, all four at once. */
export interface ApiInstances {
  /** @param demo made with the demo data */
  create(tenantId: number, wanted: NewApiInstance, demo?: boolean): Promise<CreatedApiInstance>;
  list(tenantId: number): Promise<ApiInstance[]>;
  /** Removes one: at once in this process, within five seconds in another one. @throws AppError `not_found` */
  revoke(tenantId: number, id: number): Promise<void>;
  /**
   * Whose instance it is; undefined when anything is wrong, which takes as long whatever it is. An identity's role is
   * `administrator` where it may block other tenants.
   */
  verify(shown: ShownInstance): Promise<Identity | undefined>;
  /** The same for what was right before in this process, so that showing it again is no guess; undefined at once otherwise. */
  recall(shown: ShownInstance): Identity | Promise<Identity | undefined> | undefined;
  /** The tenants that have an instance for an address. */
  tenantsAt(origin: string): Promise<number[]>;
}

interface Parts {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** Whether instances made with the demo data count: false on an address that others can reach. */
  readonly withDemo: boolean;
}

/** How long an instance that another process revoked may still be used here. */
const lifeMs = 5_000;
const rememberedMost = 10_000;

/** API instances over PostgreSQL. */
export function createApiInstances({ db, clock, ids, withDemo }: Parts): ApiInstances {
  const verified = new VerifiedTokens<Identity>({ clock, lifeMs, most: rememberedMost });

  /** Everything is looked at whatever was found wrong before it. */
  async function look(shown: ShownInstance): Promise<Identity | undefined> {
    const found = await db
      .selectFrom('api_instance')
      .selectAll()
      .where('token_hash', '=', digest('sha256', shown.token ?? ''))
      .$if(!withDemo, (query) => query.where('demo', '=', false))
      .executeTakeFirst();
    const knowsPassword = await isPassword(found?.password_hash, shown.password ?? '');
    if (found === undefined) return undefined;
    const mayGoWithout = !found.password_required && shown.password === undefined;
    const isRight = [
      found.login === shown.login,
      shown.origin === undefined || canonicalAddress(found.origin) === canonicalAddress(shown.origin),
      knowsPassword || mayGoWithout,
    ];
    if (isRight.includes(false)) return undefined;
    await noteUse(found);
    const { tenant_id: tenantId, login: name, administers } = found;
    return { tenantId, kind: 'intelbras', name, role: administers ? 'administrator' : null };
  }

  /** To the minute: a busy caller is not a write each time. */
  async function noteUse(row: { tenant_id: number; id: number; last_used_at: Date | null }): Promise<void> {
    const now = clock.now();
    if (row.last_used_at !== null && now.getTime() - row.last_used_at.getTime() < 60_000) return;
    await db
      .updateTable('api_instance')
      .set({ last_used_at: now })
      .where('tenant_id', '=', row.tenant_id)
      .where('id', '=', row.id)
      .execute();
  }

  return {
    async create(tenantId, wanted, demo = false) {
      const { login, origin, password = ids.secret(12), passwordRequired, administers } = newApiInstance.parse(wanted);
      const token = ids.secret();
      const { id } = await db
        .insertInto('api_instance')
        .values({
          tenant_id: tenantId,
          login,
          token_hash: digest('sha256', token),
          password_hash: await hashPassword(password),
          origin: canonicalAddress(origin),
          password_required: passwordRequired,
          administers,
          demo,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      return { id, login, origin: canonicalAddress(origin), password, token };
    },
    async list(tenantId) {
      const rows = await db
        .selectFrom('api_instance')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .orderBy('id')
        .execute();
      return rows.map((row) => ({
        id: row.id,
        login: row.login,
        origin: canonicalAddress(row.origin),
        passwordRequired: row.password_required,
        administers: row.administers,
        demo: row.demo,
        createdAt: row.created_at.toISOString(),
        lastUsedAt: row.last_used_at?.toISOString() ?? null,
      }));
    },
    async revoke(tenantId, id) {
      const removed = await db
        .deleteFrom('api_instance')
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .returning('id')
        .executeTakeFirst();
      verified.changed();
      if (removed === undefined) throw new AppError('not_found', `There is no API instance ${id}.`);
    },
    async tenantsAt(origin) {
      const rows = await db
        .selectFrom('api_instance')
        .select('tenant_id')
        .distinct()
        .where('origin', '=', canonicalAddress(origin))
        .$if(!withDemo, (query) => query.where('demo', '=', false))
        .execute();
      return rows.map((row) => row.tenant_id);
    },
    verify: async (shown) => verified.find(keyOf(shown), () => look(shown)),
    recall(shown) {
      const key = keyOf(shown);
      return verified.lastKnown(key) === undefined ? undefined : verified.find(key, () => look(shown));
    },
  };
}

/** All four things, without keeping the secrets among them. */
function keyOf({ login, password, token, origin }: ShownInstance): string {
  return digest(
    'sha256',
    JSON.stringify([login, password, token, origin === undefined ? null : canonicalAddress(origin)]),
  );
}
