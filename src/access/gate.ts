import { Counter, type Registry } from 'prom-client';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Logger } from '../kernel/logger.ts';
import type { GrantRequest, IssuedTokens } from './oauth.ts';
import type { ShownClient } from './oauth-clients.ts';
import { limitedOrigin } from './origin.ts';
import type { CredentialKind } from './schemas.ts';
import type { Access, Identity } from './service.ts';

/** What came of a request that asked to be let in. */
export type Admission =
  | { readonly outcome: 'admitted'; readonly identity: Identity }
  /** It showed no credentials, or only part of them. */
  | { readonly outcome: 'missing' }
  | Refused
  | Limited;

/** What came of a request for tokens of OAuth2. */
export type TokenAdmission = { readonly outcome: 'admitted'; readonly tokens: IssuedTokens } | Refused | Limited;

/** What came of a request to end the tokens of a login. */
export type RevocationAdmission =
  | { readonly outcome: 'admitted' }
  | { readonly outcome: 'of_another_client' }
  | Refused
  | Limited;

/** The credentials are wrong. */
interface Refused {
  readonly outcome: 'refused';
}

/** Too many requests of the application or the origin, or too many wrong credentials from there; later again. */
interface Limited {
  readonly outcome: 'limited';
  readonly retryAfterMs: number;
}

/** Lets requests in: checks credentials, counts failures, keeps applications and origins within their limits. */
export interface Gate {
  /** @param shown what the request carries; `origin` is the address it came from (`request.ip`) */
  admitToken(kind: CredentialKind, shown: ShownToken): Promise<Admission>;
  admitPassword(kind: CredentialKind, shown: ShownPassword): Promise<Admission>;
  /** By credentials that are checked elsewhere, such as those of an API instance. */
  admitChecked(kind: CredentialKind, shown: ShownChecked): Promise<Admission>;
  /** By an access token of OAuth2. One that we signed is no guess, even when its time is over. */
  admitBearer(kind: CredentialKind, shown: ShownBearer): Promise<Admission>;
  /** Gives tokens of OAuth2. */
  admitTokenRequest(kind: CredentialKind, asked: AskedTokens): Promise<TokenAdmission>;
  /** Ends the tokens of a login of OAuth2. */
  admitRevocation(kind: CredentialKind, asked: AskedRevocation): Promise<RevocationAdmission>;
}

interface ShownToken {
  readonly origin: string;
  readonly token: string | undefined;
  /** The name it must go with, such as SGP's `app`; `null` for APIs that have none. */
  readonly app: string | undefined | null;
}

interface ShownPassword {
  readonly origin: string;
  readonly name: string | undefined;
  readonly password: string | undefined;
}

interface ShownChecked {
  readonly origin: string;
  readonly name: string | undefined;
  /** What tells one attempt from another. */
  readonly secret: string;
  /** Who it is, when the same was right before; undefined at once otherwise. */
  readonly recall: () => Identity | Promise<Identity | undefined> | undefined;
  readonly verify: () => Promise<Identity | undefined>;
}

interface ShownBearer {
  readonly origin: string;
  readonly token: string | undefined;
}

interface AskedTokens {
  readonly origin: string;
  readonly request: GrantRequest;
}

interface AskedRevocation {
  readonly origin: string;
  readonly client: ShownClient;
  readonly token: string;
}

/** How much is let in. A busy voice menu stays far below the defaults of `docs/operating.md`. */
export interface Limits {
  /** Requests a second of one application. */
  readonly appPerSecond: number;
  /** Requests a second from one address, whatever they show. */
  readonly originPerSecond: number;
  /** Wrong credentials from one address in a minute; then nothing unknown is looked at until the minute is over. */
  readonly failuresPerMinute: number;
}

interface Parts {
  readonly access: Pick<Access, 'verifyToken' | 'verifyPassword' | 'recallToken' | 'oauth'>;
  readonly limits: Limits;
  readonly logger: Logger;
  readonly metrics: Registry;
}

/** The gate of one process; what it counts is forgotten at its end. */
export function createGate({ access, limits, logger, metrics }: Parts): Gate {
  const apps = new RateLimiterMemory({ keyPrefix: '', points: limits.appPerSecond, duration: 1 });
  const origins = new RateLimiterMemory({ keyPrefix: '', points: limits.originPerSecond, duration: 1 });
  const failures = new RateLimiterMemory({ keyPrefix: '', points: limits.failuresPerMinute, duration: 60 });
  const turnedAway = new Counter({
    name: 'uirapuru_requests_turned_away_total',
    help: 'Requests to APIs that were not let in, by kind of credential and reason',
    labelNames: ['kind', 'reason'],
    registers: [metrics],
  });

  const looks = new Map<string, Promise<unknown>>();

  function turnAway<const Answer extends { readonly outcome: string }>(kind: CredentialKind, answer: Answer) {
    turnedAway.inc({ kind, reason: answer.outcome });
    return answer;
  }

  /** Undefined while within the limit. */
  async function beyond(limiter: RateLimiterMemory, key: string): Promise<Limited | undefined> {
    const { consumedPoints, msBeforeNext } = await limiter.penalty(key);
    return consumedPoints > limiter.points ? { outcome: 'limited', retryAfterMs: msBeforeNext } : undefined;
  }

  /**
   * Looks at credentials that are not known to be right. Counted as a failure until it is known to be none: a thousand guesses
   * at once are not a thousand looks. Who shows the same at the same time shares one look and is counted once: a program
   * that sends ten requests with a token that was never seen here guesses no more than one that sends them one by one.
   * @param secret what tells one attempt of a kind from another
   */
  async function guess<Found>(
    kind: CredentialKind,
    shown: { readonly origin: string; readonly name: string | null; readonly secret: string },
    look: () => Promise<Found | undefined>,
  ): Promise<{ readonly outcome: 'found'; readonly found: Found } | Refused | Limited> {
    const key = JSON.stringify([kind, shown.origin, shown.name, shown.secret]);
    const same = looks.get(key) as ReturnType<typeof guessed<Found>> | undefined;
    const answer = same ?? guessed(kind, shown, look).finally(() => looks.delete(key));
    if (same === undefined) looks.set(key, answer);
    const result = await answer;
    return result.outcome === 'found' ? result : turnAway(kind, result);
  }

  async function guessed<Found>(
    kind: CredentialKind,
    shown: { readonly origin: string; readonly name: string | null },
    look: () => Promise<Found | undefined>,
  ): Promise<{ readonly outcome: 'found'; readonly found: Found } | Refused | Limited> {
    const origin = limitedOrigin(shown.origin);
    const tooMany = await beyond(failures, origin);
    if (tooMany !== undefined) return tooMany;
    let found: Found | undefined;
    try {
      found = await look();
    } catch (error) {
      await failures.reward(origin);
      throw error;
    }
    if (found !== undefined) {
      await failures.reward(origin);
      return { outcome: 'found', found };
    }
    const { origin: address, name } = shown;
    logger.warn({ kind, name: name?.slice(0, 64), origin: address }, 'wrong credentials were shown');
    return { outcome: 'refused' };
  }

  async function admit(
    identity: Identity,
  ): Promise<{ readonly outcome: 'admitted'; readonly identity: Identity } | Limited> {
    const { tenantId, kind, name } = identity;
    const tooMany = await beyond(apps, `${tenantId} ${kind} ${name}`);
    if (tooMany !== undefined) return turnAway(kind, tooMany);
    return { outcome: 'admitted', identity };
  }

  const beyondOrigin = (origin: string) => beyond(origins, limitedOrigin(origin));

  return {
    async admitToken(kind, { origin, token, app }) {
      const tooMany = await beyondOrigin(origin);
      if (tooMany !== undefined) return turnAway(kind, tooMany);
      if (token === undefined || app === undefined) return turnAway(kind, { outcome: 'missing' });
      const name = app ?? undefined;
      // One that was right before is no guess: a broken script does not lock out the voice menu beside it.
      const identity = await access.recallToken(kind, token, name);
      if (identity !== undefined) return admit(identity);
      const shown = { origin, name: app, secret: token };
      const looked = await guess(kind, shown, () => access.verifyToken(kind, token, name));
      return looked.outcome === 'found' ? admit(looked.found) : looked;
    },
    async admitPassword(kind, { origin, name, password }) {
      const tooMany = await beyondOrigin(origin);
      if (tooMany !== undefined) return turnAway(kind, tooMany);
      if (name === undefined || password === undefined) return turnAway(kind, { outcome: 'missing' });
      const shown = { origin, name, secret: password };
      const looked = await guess(kind, shown, () => access.verifyPassword(kind, name, password));
      return looked.outcome === 'found' ? admit(looked.found) : looked;
    },
    async admitChecked(kind, { origin, name = null, secret, recall, verify }) {
      const tooMany = await beyondOrigin(origin);
      if (tooMany !== undefined) return turnAway(kind, tooMany);
      const identity = await recall();
      if (identity !== undefined) return admit(identity);
      const looked = await guess(kind, { origin, name, secret }, verify);
      return looked.outcome === 'found' ? admit(looked.found) : looked;
    },
    async admitBearer(kind, { origin, token }) {
      const tooMany = await beyondOrigin(origin);
      if (tooMany !== undefined) return turnAway(kind, tooMany);
      if (token === undefined) return turnAway(kind, { outcome: 'missing' });
      let bearer = await access.oauth.recall(kind, token);
      if (bearer === undefined) {
        const shown = { origin, name: null, secret: token };
        const looked = await guess(kind, shown, () => access.oauth.verify(kind, token));
        if (looked.outcome !== 'found') return looked;
        bearer = looked.found;
      }
      return bearer.identity === undefined ? turnAway(kind, { outcome: 'refused' }) : admit(bearer.identity);
    },
    async admitTokenRequest(kind, { origin, request }) {
      const tooMany = await beyondOrigin(origin);
      if (tooMany !== undefined) return turnAway(kind, tooMany);
      const name = request.grantType === 'password' ? request.username : `client ${request.client.id}`;
      const shown = { origin, name, secret: JSON.stringify(request) };
      const looked = await guess(kind, shown, () => access.oauth.grant(kind, request));
      if (looked.outcome !== 'found') return looked;
      // A refresh token of ours that is over is no guess: the program goes on to log in by its password.
      if (looked.found === 'over') return turnAway(kind, { outcome: 'refused' });
      const { identity, tokens } = looked.found;
      const admission = await admit(identity);
      return admission.outcome === 'admitted' ? { outcome: 'admitted', tokens } : admission;
    },
    async admitRevocation(kind, { origin, client, token }) {
      const tooMany = await beyondOrigin(origin);
      if (tooMany !== undefined) return turnAway(kind, tooMany);
      const shown = { origin, name: `client ${client.id}`, secret: `${client.secret} ${token}` };
      const looked = await guess(kind, shown, () => access.oauth.revoke(kind, client, token));
      if (looked.outcome !== 'found') return looked;
      return { outcome: looked.found === 'revoked' ? 'admitted' : looked.found };
    },
  };
}
