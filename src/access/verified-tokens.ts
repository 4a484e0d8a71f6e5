import type { Clock } from '../kernel/clock.ts';

interface Entry<Owner> {
  readonly owner: Owner;
  readonly looks: number;
  readonly untilMs: number;
}

/**
 * Tokens that were found in the database a moment ago, by their hash, so that a busy caller is not a query each time.
 * Only tokens that exist are kept, so there are never more entries than credentials.
 */
export class VerifiedTokens<Owner> {
  readonly #clock: Clock;
  readonly #lifeMs: number;
  readonly #entries = new Map<string, Entry<Owner>>();
  readonly #lookups = new Map<string, Promise<Owner | undefined>>();
  /** Grows with every change; what was looked up before the last one is not believed. */
  #changes = 0;

  /** @param lifeMs how long a token revoked by another process may still open */
  constructor(clock: Clock, lifeMs: number) {
    this.#clock = clock;
    this.#lifeMs = lifeMs;
  }

  /** Who the token belongs to. Callers who ask at the same time share one look into the database. */
  find(key: string, look: () => Promise<Owner | undefined>): Promise<Owner | undefined> | Owner {
    const entry = this.#entries.get(key);
    if (entry !== undefined && entry.looks === this.#changes && this.#clock.now().getTime() < entry.untilMs) {
      return entry.owner;
    }
    const pending = this.#lookups.get(key);
    if (pending !== undefined) return pending;
    const lookup = this.#look(key, look).finally(() => {
      if (this.#lookups.get(key) === lookup) this.#lookups.delete(key);
    });
    this.#lookups.set(key, lookup);
    return lookup;
  }

  /** The owner that the token had when it was last looked for, which may no longer be so; undefined when never found. */
  lastKnown(key: string): Owner | undefined {
    return this.#entries.get(key)?.owner;
  }

  /** After any change to the credentials: every token is looked for again. */
  changed(): void {
    this.#changes++;
    this.#lookups.clear();
  }

  async #look(key: string, look: () => Promise<Owner | undefined>): Promise<Owner | undefined> {
    const looks = this.#changes;
    const untilMs = this.#clock.now().getTime() + this.#lifeMs;
    const owner = await look();
    if (owner === undefined) this.#entries.delete(key);
    else this.#entries.set(key, { owner, looks, untilMs });
    return owner;
  }
}
