import { z } from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { ErpConnection } from '../erp-connection.ts';
import type { Trouble } from '../erp-trouble.ts';
import { maybe } from '../liberal-answer.ts';
import { text, whole } from '../liberal-values.ts';
import { troubles } from './trouble.ts';

/** Who we are to a provider's HubSoft (chapter 2): its client, and a user of its system. */
export interface HubsoftLogin {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username: string;
  readonly password: string;
}

export type HeldToken = { readonly token: string } | { readonly trouble: Trouble };

/** Keeps one access token, in memory. */
export interface TokenKeeper {
  /** A token to ask with. All who want one while there is none share one renewal, each as long as it can wait. */
  token(signal: AbortSignal): Promise<HeldToken>;
  /** The token was turned away. @returns false when another one would be turned away too */
  refused(token: string): boolean;
}

interface Grant {
  readonly token: string;
  readonly refreshToken: string | undefined;
  readonly issuedAtMs: number;
  /** From then on another one is got before this is used. */
  readonly renewAtMs: number;
  readonly endsAtMs: number;
}

const grantRead = z.object({
  access_token: text(10_000).refine((token) => token !== ''),
  refresh_token: maybe(text(10_000)),
  expires_in: maybe(whole),
});

const renewalMs = 5_000;
/** A token is renewed so long before it ends, a short-lived one in the last tenth of its life. */
const marginMs = 10 * 60_000;
/** When HubSoft does not tell how long a token lasts. */
const lifeUntoldMs = 3_600_000;
/** A token younger than this that is turned away tells that the next one would be, too. */
const freshMs = 60_000;
/** After a wrong password, or too many logins, nobody asks again for so long: more tries would lock the user out. */
const barredMs = 60_000;
/** How long a renewal that failed is left alone while the token holds. */
const againMs = 30_000;

export function createTokenKeeper(parts: {
  readonly connection: ErpConnection;
  readonly login: HubsoftLogin;
  readonly clock: Clock;
  readonly logger: Logger;
}): TokenKeeper {
  const { connection, login, clock, logger } = parts;
  const client = { client_id: login.clientId, client_secret: login.clientSecret };
  const byPassword = { grant_type: 'password', ...client, username: login.username, password: login.password };
  const nowMs = () => clock.now().getTime();
  let grant: Grant | undefined;
  let renewal: Promise<Trouble | undefined> | undefined;
  let pause: { readonly untilMs: number; readonly trouble: Trouble } | undefined;
  let refusalTold = false;
  const holds = () => grant !== undefined && nowMs() < grant.endsAtMs;

  /** Never rejects. @returns what went wrong, if anything did */
  async function renew(): Promise<Trouble | undefined> {
    if (pause !== undefined && nowMs() < pause.untilMs) return pause.trouble;
    const trouble = await anotherGrant();
    const ms = trouble === undefined ? 0 : pauseAfter(trouble);
    pause = trouble === undefined || ms === 0 ? undefined : { untilMs: nowMs() + ms, trouble };
    const isRefused = trouble === 'refused_credentials';
    if (isRefused && !refusalTold) logger.error({ erp: 'hubsoft' }, troubles.refused_credentials);
    refusalTold = isRefused || (refusalTold && trouble !== undefined);
    return trouble;
  }

  function pauseAfter(trouble: Trouble): number {
    if (trouble === 'refused_credentials' || trouble === 'no_token') return barredMs;
    return holds() ? againMs : 0;
  }

  async function anotherGrant(): Promise<Trouble | undefined> {
    const refreshToken = grant?.refreshToken;
    if (refreshToken !== undefined) {
      const refreshed = await obtain({ grant_type: 'refresh_token', ...client, refresh_token: refreshToken });
      if (refreshed === undefined || refreshed === 'unreachable') return refreshed;
      // It can be used once: whatever became of it, the password is what is left.
      if (grant !== undefined) grant = { ...grant, refreshToken: undefined };
    }
    return obtain(byPassword);
  }

  async function obtain(fields: Readonly<Record<string, string>>): Promise<Trouble | undefined> {
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    const request = { method: 'POST', path: '/oauth/token', headers, body: JSON.stringify(fields) } as const;
    const answer = await connection.send(request, AbortSignal.timeout(renewalMs));
    const parsed = 'trouble' in answer ? undefined : grantRead.safeParse(answer.body);
    if (parsed?.success !== true) {
      const trouble = 'trouble' in answer ? refusalIn(answer) : 'not_understood';
      if (trouble !== 'refused_credentials') logger.warn({ erp: 'hubsoft', trouble }, 'no access token could be had');
      return trouble;
    }
    const { access_token: token, refresh_token: refreshToken, expires_in: seconds } = parsed.data;
    const lifeMs = seconds === undefined ? lifeUntoldMs : seconds * 1_000;
    const issuedAtMs = nowMs();
    const endsAtMs = issuedAtMs + lifeMs;
    grant = { token, refreshToken, issuedAtMs, renewAtMs: endsAtMs - Math.min(marginMs, lifeMs / 10), endsAtMs };
    return undefined;
  }

  return {
    async token(signal) {
      if (grant !== undefined && nowMs() < grant.renewAtMs) return { token: grant.token };
      renewal ??= renew().finally(() => {
        renewal = undefined;
      });
      // While the old one holds, nobody waits for the new one.
      const trouble = holds() ? undefined : await withPatience(renewal, signal);
      return grant !== undefined && holds() ? { token: grant.token } : { trouble: trouble ?? 'no_token' };
    },
    refused(token) {
      if (grant === undefined || grant.token !== token) return true;
      if (nowMs() - grant.issuedAtMs < freshMs) return false;
      grant = { ...grant, renewAtMs: 0, endsAtMs: 0 };
      return true;
    },
  };
}

/** OAuth 2 refuses credentials with 400 too (RFC 6749, 5.2); 429 tells of too many logins, whoever's they are. */
function refusalIn({ trouble, httpStatus }: { readonly trouble: Trouble; readonly httpStatus?: number }): Trouble {
  if (trouble !== 'refused_request') return trouble;
  return httpStatus === 429 ? 'no_token' : 'refused_credentials';
}

/** Whoever cannot wait longer goes away; the renewal goes on for the others. */
async function withPatience(renewal: Promise<Trouble | undefined>, signal: AbortSignal): Promise<Trouble | undefined> {
  const gone = Promise.withResolvers<'not_sent'>();
  const leave = () => gone.resolve('not_sent');
  signal.addEventListener('abort', leave, { once: true });
  try {
    return signal.aborted ? 'not_sent' : await Promise.race([renewal, gone.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
