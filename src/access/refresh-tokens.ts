import { createHmac, hash as digest } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { Database } from '../storage/database.ts';
import type { Grant } from './access-tokens.ts';

/** A refresh token may be used for so long after it was given out. */
const refreshTokenSeconds = 2 * 2_592_000;

/**
 * Within this time after its first use a refresh token may be used again, and gives the same successor: requests of one
 * program that noticed at once that its token ended, or one whose answer was lost. Later it is a stolen token, or its
 * owner's after a theft (RFC 9700 section 4.14.2).
 */
export const refreshAgainWithinMs = 30_000;

/** A program that logs in for each request leaves no more than so many tokens behind. */
const mostOfOneUser = 1_000;

/** A refresh token that we gave out. */
export interface KnownRefreshToken extends Grant {
  /** Whether its time is over. */
  readonly ended: boolean;
  /** The token that follows it. */
  readonly successor: string;
}

/** Refresh tokens (RFC 6749 section 6): opaque, kept as hashes, good once. */
export interface RefreshTokens {
  /** A new token, not yet of anybody. */
  make(): string;
  /** Keeps a token of a grant; one that is there already stays as it is. */
  keep(token: string, grant: Grant): Promise<void>;
  find(token: string): Promise<KnownRefreshToken | undefined>;
  /** Notes that a token was used. @returns whether this was its first use, or a repetition soon after */
  use(token: string): Promise<boolean>;
  /** Ends all tokens of a grant, those for access included. */
  revokeGrant(grant: Grant): Promise<void>;
}

interface Parts {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: IdSource;
}

export function createRefreshTokens({ db, clock, ids }: Parts): RefreshTokens {
  const inFuture = (seconds: number) => new Date(clock.now().getTime() + seconds * 1_000);
  return {
    make: () => shaped(Buffer.from(ids.secret(64), 'base64url')),
    async keep(token, { tenantId, credentialId, grantId }) {
      await db
        .insertInto('refresh_token')
        .columns(['token_hash', 'tenant_id', 'credential_id', 'grant_id', 'successor_key', 'expires_at'])
        .expression((value) =>
          // Nothing when the user was revoked meanwhile.
          value
            .selectFrom('credential')
            .where('tenant_id', '=', tenantId)
            .where('id', '=', credentialId)
            .select((of) => [
              of.val(digest('sha256', token)).as('token_hash'),
              'tenant_id',
              'id',
              of.cast<string>(of.val(grantId), 'uuid').as('grant_id'),
              of.val(ids.secret(32)).as('successor_key'),
              of.cast<Date>(of.val(inFuture(refreshTokenSeconds)), 'timestamptz').as('expires_at'),
            ]),
        )
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      await db
        .deleteFrom('refresh_token')
        .where('tenant_id', '=', tenantId)
        .where('credential_id', '=', credentialId)
        .where((where) =>
          where.or([
            where('expires_at', '<', clock.now()),
            where(
              'expires_at',
              '<',
              where
                .selectFrom('refresh_token as newer')
                .select('newer.expires_at')
                .where('newer.tenant_id', '=', tenantId)
                .where('newer.credential_id', '=', credentialId)
                .orderBy('newer.expires_at', 'desc')
                .offset(mostOfOneUser)
                .limit(1),
            ),
          ]),
        )
        .execute();
    },
    async find(token) {
      const row = await db
        .selectFrom('refresh_token')
        .select(['tenant_id', 'credential_id', 'grant_id', 'successor_key', 'expires_at'])
        .where('token_hash', '=', digest('sha256', token))
        .executeTakeFirst();
      if (row === undefined) return undefined;
      return {
        tenantId: row.tenant_id,
        credentialId: row.credential_id,
        grantId: row.grant_id,
        ended: row.expires_at <= clock.now(),
        successor: shaped(createHmac('sha512', row.successor_key).update(token).digest()),
      };
    },
    async use(token) {
      const now = clock.now();
      const row = await db
        .updateTable('refresh_token')
        .set((set) => ({ used_at: set.fn.coalesce('used_at', set.val(now)) }))
        .where('token_hash', '=', digest('sha256', token))
        .returning('used_at')
        .executeTakeFirst();
      const firstUse = row?.used_at;
      return firstUse instanceof Date && now.getTime() - firstUse.getTime() <= refreshAgainWithinMs;
    },
    async revokeGrant({ tenantId, grantId }) {
      await db.deleteFrom('revoked_grant').where('tenant_id', '=', tenantId).where('until', '<', clock.now()).execute();
      await db
        .insertInto('revoked_grant')
        // By then every token of the grant has ended, also one that is being given out now.
        .values({ tenant_id: tenantId, grant_id: grantId, until: inFuture(refreshTokenSeconds + 86_400) })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
  };
}

/** As long-lived clients know them: hexadecimal, with the beginning that the documentation's example has. */
function shaped(secret: Buffer): string {
  return `def50200${secret.toString('hex')}`;
}
