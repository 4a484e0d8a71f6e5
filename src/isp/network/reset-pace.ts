import type { Clock } from '../../kernel/clock.ts';

/** A modem needs about this long to dial in again; a program that asks in a loop keeps nobody offline. */
const mostResets = 3;
const withinMs = 60_000;
/** More contracts than are reset in a minute; what is older is forgotten then. */
const mostRemembered = 10_000;

/** Holds back who has a contract's session dropped over and over. Each control plane counts for itself. */
export class ResetPace {
  readonly #clock: Clock;
  /** When each contract's session was dropped lately, in milliseconds since the epoch. */
  readonly #resets = new Map<number, number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns 0 when it may be dropped now, which then counts; otherwise how many milliseconds are to be waited */
  take(contractId: number): number {
    const now = this.#clock.now().getTime();
    if (this.#resets.size >= mostRemembered) this.#forget(now);
    const lately = (this.#resets.get(contractId) ?? []).filter((at) => now - at < withinMs);
    const [first] = lately;
    if (first !== undefined && lately.length >= mostResets) return first + withinMs - now;
    this.#resets.set(contractId, [...lately, now]);
    return 0;
  }

  #forget(now: number): void {
    for (const [contractId, resets] of this.#resets) {
      if (resets.every((at) => now - at >= withinMs)) this.#resets.delete(contractId);
    }
  }
}
