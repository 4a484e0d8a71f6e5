import { Counter, type Registry } from 'prom-client';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Logger } from '../kernel/logger.ts';
import { limitedOrigin } from './origin.ts';
import type { CredentialKind } from './schemas.ts';
import type { Access, Identity } from './service.ts';

/** What came of a request that asked to be let in. */
export type Admission =
  | { readonly outcome: 'admitted'; readonly identity: Identity }
  /** It showed no credentials, or only part of them. */
  | { readonly outcome: 'missing' }
  /** They are wrong. */
  | { readonly outcome: 'refused' }
  /** Too many requests of the application or the origin, or too many wrong credentials from there; later again. */
  | { readonly outcome: 'limited'; readonly retryAfterMs: number };

/** Lets requests in: checks credentials, counts failures, keeps applications and origins within their limits. */
export interface Gate {
  /** @param shown what the request carries; `origin` is the address it came from (`request.ip`) */
  admitToken(kind: CredentialKind, shown: ShownToken): Promise<Admission>;
  admitPassword(kind: CredentialKind, shown: ShownPassword): Promise<Admission>;
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
  readonly access: Pick<Access, 'verifyToken' | 'verifyPassword' | 'recallToken'>;
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

  function turnAway<Answer extends Exclude<Admission, { outcome: 'admitted' }>>(kind: CredentialKind, answer: Answer) {
    turnedAway.inc({ kind, reason: answer.outcome });
    return answer;
  }

  /** Undefined while within the limit. */
  async function beyond(limiter: RateLimiterMemory, key: string): Promise<{ retryAfterMs: number } | undefined> {
    const { consumedPoints, msBeforeNext } = await limiter.penalty(key);
    return consumedPoints > limiter.points ? { retryAfterMs: msBeforeNext } : undefined;
  }

  /** Counted as a failure until it is known to be none: a thousand guesses at once are not a thousand looks. */
  async function guess(
    kind: CredentialKind,
    shown: { readonly origin: string; readonly name: string | null },
    look: () => Promise<Identity | undefined>,
  ): Promise<Admission> {
    const origin = limitedOrigin(shown.origin);
    const tooMany = await beyond(failures, origin);
    if (tooMany !== undefined) return turnAway(kind, { outcome: 'limited', ...tooMany });
    let identity: Identity | undefined;
    try {
      identity = await look();
    } catch (error) {
      await failures.reward(origin);
      throw error;
    }
    if (identity !== undefined) {
      await failures.reward(origin);
      return admit(identity);
    }
    const { origin: address, name } = shown;
    logger.warn({ kind, name: name?.slice(0, 64), origin: address }, 'wrong credentials were shown');
    return turnAway(kind, { outcome: 'refused' });
  }

  async function admit(identity: Identity): Promise<Admission> {
    const { tenantId, kind, name } = identity;
    const tooMany = await beyond(apps, `${tenantId} ${kind} ${name}`);
    if (tooMany !== undefined) return turnAway(kind, { outcome: 'limited', ...tooMany });
    return { outcome: 'admitted', identity };
  }

  return {
    async admitToken(kind, { origin, token, app }) {
      const tooMany = await beyond(origins, limitedOrigin(origin));
      if (tooMany !== undefined) return turnAway(kind, { outcome: 'limited', ...tooMany });
      if (token === undefined || app === undefined) return turnAway(kind, { outcome: 'missing' });
      const name = app ?? undefined;
      // One that was right before is no guess: a broken script does not lock out the voice menu beside it.
      const identity = await access.recallToken(kind, token, name);
      if (identity !== undefined) return admit(identity);
      return guess(kind, { origin, name: app }, () => access.verifyToken(kind, token, name));
    },
    async admitPassword(kind, { origin, name, password }) {
      const tooMany = await beyond(origins, limitedOrigin(origin));
      if (tooMany !== undefined) return turnAway(kind, { outcome: 'limited', ...tooMany });
      if (name === undefined || password === undefined) return turnAway(kind, { outcome: 'missing' });
      return guess(kind, { origin, name }, () => access.verifyPassword(kind, name, password));
    },
  };
}
