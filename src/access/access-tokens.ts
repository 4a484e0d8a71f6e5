import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { SigningKeys } from './signing-keys.ts';

/** How long an access token is good; the documentation's `expires_in`. */
export const accessTokenSeconds = 2_592_000;

/** One login, from which tokens come; all of them end together when one is revoked. */
export interface Grant {
  readonly tenantId: number;
  /** Of the user. */
  readonly credentialId: number;
  readonly grantId: string;
}

/** What a token says that we signed. */
interface ReadToken extends Grant {
  readonly endsAtMs: number;
  readonly ended: boolean;
}

const claims = z.object({
  sub: z.string().regex(/^\d{1,9}$/),
  tenant: z.int(),
  grant: z.uuid(),
  exp: z.int(),
});

/** Access tokens: JWTs (RFC 7519) signed with RS256, and nothing of them stored. */
export interface AccessTokens {
  /** A new token, good for `accessTokenSeconds`. */
  issue(grant: Grant, clientId: number): Promise<string>;
  /** What a token says, ended or not; undefined when it was not us who signed it. */
  read(token: string): Promise<ReadToken | undefined>;
}

export function createAccessTokens(keys: SigningKeys, clock: Clock, ids: IdSource): AccessTokens {
  return {
    async issue({ tenantId, credentialId, grantId }, clientId) {
      const { kid, privateKey } = await keys.current();
      const now = Math.floor(clock.now().getTime() / 1_000);
      return new SignJWT({ tenant: tenantId, grant: grantId })
        .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid })
        .setAudience(String(clientId))
        .setJti(ids.uuid())
        .setSubject(String(credentialId))
        .setIssuedAt(now)
        .setExpirationTime(now + accessTokenSeconds)
        .sign(privateKey);
    },
    async read(token) {
      const now = clock.now();
      let payload: unknown;
      try {
        // Only RS256: neither `none` nor the public key as the secret of an HMAC (RFC 8725 section 3.1).
        const verified = await jwtVerify(token, ({ kid }) => publicKey(kid), {
          algorithms: ['RS256'],
          currentDate: now,
        });
        payload = verified.payload;
      } catch (error) {
        if (error instanceof errors.JWTExpired) payload = error.payload;
        else if (error instanceof errors.JOSEError) return undefined;
        else throw error;
      }
      const said = claims.safeParse(payload);
      if (!said.success) return undefined;
      const { sub, tenant, grant, exp } = said.data;
      const endsAtMs = exp * 1_000;
      const ended = endsAtMs <= now.getTime();
      return { tenantId: tenant, credentialId: Number(sub), grantId: grant, endsAtMs, ended };
    },
  };

  async function publicKey(kid: string | undefined) {
    const key = kid === undefined ? undefined : await keys.named(kid);
    if (key === undefined) throw new errors.JWKSNoMatchingKey();
    return key.publicKey;
  }
}
