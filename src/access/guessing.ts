/** When an address is blocked that guesses passwords of phones. */
export interface GuessingLimits {
  /** Refusals in a minute that make one block it. */
  readonly failuresPerMinute: number;
  readonly firstBlockMs: number;
  readonly longestBlockMs: number;
}

/** A block, as it is kept. */
export interface Block {
  readonly blockedAt: Date;
  readonly until: Date;
  /** How often in a row. */
  readonly times: number;
}

const windowMs = 60_000;
/** Who guesses again so soon after a block is blocked twice as long as the last time. */
const rememberedMs = 7 * 86_400_000;

/** Counts refusals by where they came from, in the last minute. */
export class Refusals {
  readonly #most: number;
  readonly #times = new Map<string, number[]>();

  constructor(failuresPerMinute: number) {
    this.#most = failuresPerMinute;
  }

  /** @returns whether it is the one too many, at which counting begins anew */
  count(network: string, now: Date): boolean {
    const nowMs = now.getTime();
    const times = (this.#times.get(network) ?? []).filter((ms) => ms > nowMs - windowMs);
    times.push(nowMs);
    // Set anew, so that the longest unheard of come first.
    this.#times.delete(network);
    if (times.length >= this.#most) return true;
    this.#times.set(network, times);
    this.#forget(nowMs);
    return false;
  }

  get size(): number {
    return this.#times.size;
  }

  #forget(nowMs: number): void {
    for (const [network, times] of this.#times) {
      if ((times.at(-1) ?? 0) > nowMs - windowMs) return;
      this.#times.delete(network);
    }
  }
}

/** The next block of an address: twice as long as the last one, if that is not long ago. */
export function nextBlock(last: Block | undefined, now: Date, limits: GuessingLimits): Block {
  const isRemembered = last !== undefined && last.until.getTime() > now.getTime() - rememberedMs;
  const times = isRemembered ? last.times + 1 : 1;
  const lastsMs = Math.min(limits.firstBlockMs * 2 ** (times - 1), limits.longestBlockMs);
  return { blockedAt: now, until: new Date(now.getTime() + lastsMs), times };
}
