import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { AppError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import {
  beginTerm,
  connectionName,
  type Holder,
  isCurrent,
  type LeaseRow,
  readLease,
  renewTerm,
  takeLock,
} from './lease-store.ts';
import { judge, type Watch } from './stand-by.ts';

const lookEveryMs = 250;
const renewEveryMs = 1_000;
const beatEveryMs = 500;
/** Asleep for so long, the lease may have been taken over: it is asked for before anything is done. See `stand-by.ts`. */
const doubtAfterMs = 5_000;
const answerWithinMs = 3_000;

export interface LeaseParts {
  readonly me: Holder;
  readonly logger: Logger;
  /** Told in a sentence that somebody else holds it, and what to do. */
  readonly standingBy: (sentence: string) => void;
}

/**
 * Waits until this control plane is the one that decides on a database.
 * @throws AppError `database_unavailable` when the database is lost while it has not stood by yet
 */
export async function takeLease(url: string, parts: LeaseParts): Promise<Lease> {
  let watch: Watch | undefined;
  let client: pg.Client | undefined;
  for (;;) {
    try {
      client ??= await connected(url, 'uirapuru stands by');
      const seen = await readLease(client);
      const verdict = judge(watch, lookOf(seen, parts.me));
      const isFirst = watch === undefined;
      watch = verdict.watch;
      const term = verdict.take ? await beginTerm(client, seen, parts.me) : undefined;
      if (term !== undefined) {
        if (seen !== undefined) parts.logger.info({ term, after: seen }, 'this control plane decides now');
        return new Lease(url, term, client, parts.logger);
      }
      if (isFirst && seen !== undefined) parts.standingBy(sentenceOf(seen));
    } catch (error) {
      await client?.end().catch(() => undefined);
      client = undefined;
      if (watch === undefined) throw unavailable(error);
      parts.logger.warn({ err: error }, 'the database cannot be asked who decides; it is asked again');
    }
    await sleep(lookEveryMs);
  }
}

/**
 * The right of one control plane at a time to decide on a database, kept by renewing it. It is over when another one has
 * taken it, which none does to a holder that lives and is awake.
 */
export class Lease {
  /** Resolves when the lease is over, with what to tell; never when it is given back. */
  readonly lost: Promise<AppError>;
  readonly #url: string;
  readonly #term: number;
  readonly #logger: Logger;
  readonly #lose: (why: AppError) => void;
  readonly #beat: NodeJS.Timeout;
  readonly #over = new AbortController();
  #client: pg.Client | undefined;
  #isLocked = false;
  #beatAt = performance.now();
  #doubtSince: number | undefined;
  #wake = new AbortController();
  #confirmed = Promise.withResolvers<void>();

  constructor(url: string, term: number, client: pg.Client, logger: Logger) {
    this.#url = url;
    this.#term = term;
    this.#client = client;
    this.#logger = logger;
    const { promise, resolve } = Promise.withResolvers<AppError>();
    this.lost = promise;
    this.#lose = resolve;
    this.#beat = setInterval(() => {
      if (this.isSure) this.#beatAt = performance.now();
    }, beatEveryMs).unref();
    void this.#keep();
  }

  /** Name of the connections that belong to it, which end with it. */
  get connectionName(): string {
    return connectionName(this.#term);
  }

  /** False after this process stood still for so long that another one may have taken over, until the database has said. */
  get isSure(): boolean {
    if (this.#doubtSince === undefined && performance.now() - this.#beatAt > doubtAfterMs) {
      this.#doubtSince = performance.now();
      this.#confirmed = Promise.withResolvers();
      this.#wake.abort();
    }
    return this.#doubtSince === undefined;
  }

  /** Resolves when it is sure; does not when the lease is over. */
  async confirmed(): Promise<void> {
    while (!this.isSure) await this.#confirmed.promise;
  }

  /** Lets a new connection be used. @throws AppError `conflict` when the lease is over */
  async admit(client: pg.ClientBase): Promise<void> {
    if (!(await isCurrent(client, this.#term))) throw this.#taken();
  }

  /** Gives it back: who stands by need not wait. */
  async release(): Promise<void> {
    this.#over.abort();
    this.#wake.abort();
    clearInterval(this.#beat);
    await this.#client?.end().catch(() => undefined);
  }

  async #keep(): Promise<void> {
    while (!this.#over.signal.aborted) {
      this.#wake = new AbortController();
      try {
        await this.#renew();
      } catch (error) {
        await this.#client?.end().catch(() => undefined);
        this.#client = undefined;
        this.#isLocked = false;
        if (!this.#over.signal.aborted) this.#logger.warn({ err: error }, 'the lease waits for the database');
      }
      await sleep(this.#doubtSince === undefined ? renewEveryMs : lookEveryMs, undefined, {
        signal: this.#wake.signal,
      }).catch(() => undefined);
    }
  }

  async #renew(): Promise<void> {
    const askedAt = performance.now();
    const client = (this.#client ??= await connected(this.#url, this.connectionName));
    if (!(await renewTerm(client, this.#term))) {
      this.#taken();
      return;
    }
    if (this.#doubtSince !== undefined && askedAt >= this.#doubtSince) {
      this.#beatAt = performance.now();
      this.#doubtSince = undefined;
      this.#confirmed.resolve();
    }
    if (!this.#isLocked) this.#isLocked = await takeLock(client);
  }

  #taken(): AppError {
    this.#over.abort();
    this.#doubtSince ??= performance.now();
    const error = new AppError(
      'conflict',
      'Another control plane has taken over, since this one had stood still. This one ends; started again it stands by.',
      { term: this.#term },
    );
    this.#lose(error);
    return error;
  }
}

function lookOf(seen: LeaseRow | undefined, me: Holder) {
  const { term = 0, renewals = 0, isLocked = false } = seen ?? {};
  const isOurHome = seen?.host === me.host && seen.home === me.home;
  return { atMs: performance.now(), term, renewals, isLocked, isOurHome };
}

function sentenceOf({ pid, host, home, version, heldSince }: LeaseRow): string {
  return (
    `Another control plane decides on this database: process ${pid} on ${host}, home ${home}, version ${version}, ` +
    `since ${heldSince.toISOString()}. This one stands by, and takes over when that one is gone. ` +
    'If it was not meant to, end it with Ctrl-C'
  );
}

async function connected(url: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: answerWithinMs,
    query_timeout: answerWithinMs,
    keepAlive: true,
  });
  // A lost connection rejects the query that waits for it, or the next one.
  client.on('error', () => undefined);
  try {
    await client.connect();
    // The server notices within seconds that our machine is gone without a word; a crash may cost the last renewals.
    await client.query('set tcp_keepalives_idle = 2; set tcp_keepalives_interval = 1; set tcp_keepalives_count = 3');
    await client.query('set synchronous_commit = off');
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  return client;
}

function unavailable(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('database_unavailable', 'The database cannot be asked which control plane decides.', {}, error);
}
