import type { Clock } from '../kernel/clock.ts';

interface Entry<Owner> {
  readonly owner: Owner;
  readonly looks: number;
  readonly untilMs: number;
}

interface Options<Owner> {
  readonly clock: Clock;
  /** How long a token revoked by another process may still open. */
  readonly lifeMs: number;
  /** How many are remembered at most; those looked up longest ago are forgotten first. */
  readonly most: number;
  /** When an owner's token ends by itself. */
  readonly endsAtMs?: (owner: Owner) => number;
}

/**
 * Tokens that were verified a moment ago, so that a busy caller is not a query each time. Only tokens that were found are
 * kept.
 */
export class VerifiedTokens<Owner> {
  readonly #options: Options<Owner>;
  readonly #entries = new Map<string, Entry<Owner>>();
  readonly #lookups = new Map<string, Promise<Owner | undefined>>();
  /** Grows with every change; what was looked up before the last one is not believed. */
  #changes = 0;

  constructor(options: Options<Owner>) {
    this.#options = options;
  }

  /** Who the token belongs to. Callers who ask at the same time share one look into the database. */
  find(key: string, look: () => Promise<Owner | undefined>): Promise<Owner | undefined> | Owner {
    const entry = this.#entries.get(key);
    if (entry !== undefined && entry.looks === this.#changes && this.#options.clock.now().getTime() < entry.untilMs) {
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
    const { clock, lifeMs, most, endsAtMs } = this.#options;
    const looks = this.#changes;
    const believedUntilMs = clock.now().getTime() + lifeMs;
    const owner = await look();
    // Put in anew, so that the order is that of the looks.
    this.#entries.delete(key);
    if (owner === undefined) return undefined;
    const untilMs = endsAtMs === undefined ? believedUntilMs : Math.min(believedUntilMs, endsAtMs(owner));
    this.#entries.set(key, { owner, looks, untilMs });
    if (this.#entries.size > most) this.#entries.delete(this.#entries.keys().next().value ?? key);
    return owner;
  }
}
