import OAuth2Server from '@node-oauth/oauth2-server';
import type { Clock } from '../kernel/clock.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { Database } from '../storage/database.ts';
import { accessTokenSeconds, createAccessTokens, type Grant } from './access-tokens.ts';
import { createGrantModel, type Grantee } from './grant-model.ts';
import { type Identity, identityOf } from './identity.ts';
import { clientHash, isClient, type ShownClient } from './oauth-clients.ts';
import { createRefreshTokens } from './refresh-tokens.ts';
import type { CredentialKind } from './schemas.ts';
import { createSigningKeys } from './signing-keys.ts';
import { findHolder, touch } from './store.ts';
import { VerifiedTokens } from './verified-tokens.ts';

/** What a program asks tokens for: with a user's password (RFC 6749 section 4.3) or a refresh token (section 6). */
export type GrantRequest = { readonly client: ShownClient } & (
  | { readonly grantType: 'password'; readonly username: string; readonly password: string }
  | { readonly grantType: 'refresh_token'; readonly refreshToken: string }
);

/** Tokens as a program gets them. */
export interface IssuedTokens {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly refreshToken: string;
}

export interface Granted {
  readonly identity: Identity;
  readonly tokens: IssuedTokens;
}

/** An access token that we signed. */
export interface Bearer {
  /** Undefined when the token's time is over, or it was revoked. */
  readonly identity: Identity | undefined;
}

/** Tokens of OAuth2 for those kinds of credentials that are users of a client. */
export interface OAuth {
  /**
   * Tokens for right credentials; `over` for a refresh token that was right once, and undefined for everything else. A wrong
   * client, user or password cannot be told apart, not even by the time it takes.
   */
  grant(kind: CredentialKind, request: GrantRequest): Promise<Granted | 'over' | undefined>;
  /** Whose an access token is; undefined when we did not sign it. Costs a look once in `believedMs`. */
  verify(kind: CredentialKind, token: string): Promise<Bearer | undefined>;
  /**
   * The same for a token that was looked at before, so that showing it again is no guess; undefined at once for any other.
   * This is the way of nearly every request: no query, no signature to check, and no promise to wait for.
   */
  recall(kind: CredentialKind, token: string): Bearer | Promise<Bearer | undefined> | undefined;
  /**
   * Ends all tokens of the login that a token of either kind comes from (RFC 7009); one that is none of ours is fine.
   * @returns undefined when the client is wrong
   */
  revoke(
    kind: CredentialKind,
    client: ShownClient,
    token: string,
  ): Promise<'revoked' | 'of_another_client' | undefined>;
  /** Makes a new key to sign with: see `SigningKeys`. */
  rotateKeys(options: { readonly distrustOld: boolean }): Promise<void>;
  /** After any change to the credentials: every token is looked at again. */
  changed(): void;
}

interface Parts {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly withDemo: boolean;
  /** How long what is known of a token is believed. */
  readonly believedMs: number;
}

/** A token has 700 bytes: seven megabytes. */
const mostRemembered = 10_000;

export function createOAuth({ believedMs, ...parts }: Parts): OAuth {
  const { db, clock, ids, withDemo } = parts;
  const tokenLifeMs = accessTokenSeconds * 1_000;
  const keys = createSigningKeys({ db, clock, ids, tokenLifeMs, rereadMs: believedMs });
  const accessTokens = createAccessTokens(keys, clock, ids);
  const refreshTokens = createRefreshTokens(parts);
  const looked = new VerifiedTokens<Bearer & { readonly endsAtMs: number }>({
    clock,
    lifeMs: believedMs,
    most: mostRemembered,
    endsAtMs: (bearer) => bearer.endsAtMs,
  });
  const revokeGrant = async (grant: Grant): Promise<void> => {
    await refreshTokens.revokeGrant(grant);
    looked.changed();
  };
  const keyOf = (kind: CredentialKind, token: string) => `${kind} ${token}`;
  const find = (key: string, kind: CredentialKind, token: string) =>
    looked.find(key, async () => {
      const read = await accessTokens.read(token);
      if (read === undefined) return undefined;
      const user = read.ended ? undefined : await findHolder(db, kind, read, withDemo);
      if (user !== undefined) await touch(db, user, clock.now());
      return { identity: user && identityOf(user), endsAtMs: read.endsAtMs };
    });
  return {
    verify: async (kind, token) => find(keyOf(kind, token), kind, token),
    recall(kind, token) {
      const key = keyOf(kind, token);
      return looked.lastKnown(key) === undefined ? undefined : find(key, kind, token);
    },
    async grant(kind, request) {
      const model = createGrantModel(kind, { ...parts, accessTokens, refreshTokens, revokeGrant });
      try {
        // Its types ask for what only other uses of a model need.
        const server = new OAuth2Server({ model: model as unknown as OAuth2Server.PasswordModel });
        const { user, accessToken } = await server.token(asked(request), new OAuth2Server.Response());
        const grantee = user as Grantee;
        const tokens = { accessToken, expiresInSeconds: accessTokenSeconds, refreshToken: grantee.refreshToken };
        return { identity: identityOf(grantee.user), tokens };
      } catch (error) {
        if (error instanceof OAuth2Server.ServerError) throw (error as { inner?: unknown }).inner ?? error;
        if (error instanceof OAuth2Server.OAuthError) return model.isOver() ? 'over' : undefined;
        throw error;
      }
    },
    async revoke(kind, shown, token) {
      const client = clientHash(shown);
      if (!(await isClient(db, client))) return undefined;
      const grant = (await refreshTokens.find(token)) ?? (await accessTokens.read(token));
      const user = grant && (await findHolder(db, kind, grant, withDemo));
      if (grant === undefined || user === undefined) return 'revoked';
      if (user.client_hash !== client) return 'of_another_client';
      await revokeGrant(grant);
      return 'revoked';
    },
    async rotateKeys(options) {
      await keys.rotate(options);
      looked.changed();
    },
    changed: () => looked.changed(),
  };
}

/** As the library wants it said: the fields of a form. */
function asked({ client, ...request }: GrantRequest): OAuth2Server.Request {
  const grant =
    request.grantType === 'password'
      ? { username: request.username, password: request.password }
      : { refresh_token: request.refreshToken };
  return new OAuth2Server.Request({
    method: 'POST',
    query: {},
    // It looks for a body only where the headers say that there is one.
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '1' },
    body: { grant_type: request.grantType, client_id: client.id, client_secret: client.secret, ...grant },
  });
}
