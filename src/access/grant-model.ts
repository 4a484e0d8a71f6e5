import type { Client, RefreshToken, Token } from '@node-oauth/oauth2-server';
import type { Clock } from '../kernel/clock.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { Database } from '../storage/database.ts';
import type { AccessTokens, Grant } from './access-tokens.ts';
import { clientHash } from './oauth-clients.ts';
import { isPassword } from './passwords.ts';
import type { RefreshTokens } from './refresh-tokens.ts';
import type { CredentialKind } from './schemas.ts';
import { findHolder, findUser, type OAuthUser, touch } from './store.ts';

interface Parts {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly withDemo: boolean;
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly revokeGrant: (grant: Grant) => Promise<void>;
}

/** The library's "user": who gets tokens, of which login, and the refresh token that they get. */
export interface Grantee {
  readonly user: OAuthUser;
  readonly grant: Grant;
  readonly refreshToken: string;
}

/** What the library asks about one request for tokens, answered from the database. */
export function createGrantModel(kind: CredentialKind, parts: Parts) {
  const { db, clock, ids, withDemo, accessTokens, refreshTokens } = parts;
  let isOver = false;
  return {
    /** Whether the refresh token that was shown is one of ours that is good no more. */
    isOver: () => isOver,

    /** A wrong client is found out with the rest, so that its answer and the time that takes are those of a wrong password. */
    async getClient(id: string, secret: string): Promise<Client> {
      return { id: clientHash({ id, secret }), grants: ['password', 'refresh_token'] };
    },
    async getUser(username: string, password: string, client: Client): Promise<Grantee | undefined> {
      const user = await findUser(db, kind, client.id, username, withDemo);
      const isRight = await isPassword(user?.secret_hash, password);
      if (user === undefined || !isRight) return undefined;
      await touch(db, user, clock.now());
      const grant = { tenantId: user.tenant_id, credentialId: user.id, grantId: ids.uuid() };
      return { user, grant, refreshToken: refreshTokens.make() };
    },
    async getRefreshToken(refreshToken: string): Promise<RefreshToken | undefined> {
      const known = await refreshTokens.find(refreshToken);
      const user = known === undefined || known.ended ? undefined : await findHolder(db, kind, known, withDemo);
      isOver = known !== undefined && user === undefined;
      if (known === undefined || user === undefined) return undefined;
      const client = { id: user.client_hash, grants: [] };
      const grantee: Grantee = { user, grant: known, refreshToken: known.successor };
      return { refreshToken, client, user: grantee };
    },
    /** Asked only after the client was found to be the token's. A token that comes back late ends its whole login. */
    async revokeToken({ refreshToken, user }: RefreshToken): Promise<boolean> {
      if (await refreshTokens.use(refreshToken)) return true;
      isOver = true;
      await parts.revokeGrant((user as Grantee).grant);
      return false;
    },
    generateAccessToken: (_client: Client, { grant, user }: Grantee) => accessTokens.issue(grant, user.client_id),
    generateRefreshToken: async (_client: Client, { refreshToken }: Grantee) => refreshToken,
    async saveToken(token: Token, client: Client, grantee: Grantee): Promise<Token> {
      await refreshTokens.keep(grantee.refreshToken, grantee.grant);
      return { ...token, client, user: grantee };
    },
  };
}
