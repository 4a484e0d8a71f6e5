import type { Clock } from '../../src/kernel/clock.ts';

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/**
 * Time that passes only when nothing else happens: minutes of a call take no time, and every run is the same. For code
 * whose only waiting is on this clock, not on sockets or files.
 */
export class VirtualClock implements Clock {
  #nowMs: number;
  #timers: Timer[] = [];

  constructor(start: string) {
    this.#nowMs = new Date(start).getTime();
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason as Error);
      const abort = () => {
        this.#timers = this.#timers.filter((timer) => timer !== mine);
        reject(signal?.reason as Error);
      };
      const fire = () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const mine: Timer = { at: this.#nowMs + ms, fire };
      this.#timers.push(mine);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /**
   * Lets time pass until the work is over.
   * @throws Error when nothing is left to wait for and the work is not over: it hangs
   */
  async run<T>(work: Promise<T>): Promise<T> {
    let over = false;
    const settled = work.finally(() => (over = true));
    settled.catch(() => {});
    for (;;) {
      // Everything that follows from what happened is done before the next timer is due.
      await new Promise((resolve) => setImmediate(resolve));
      if (over) return settled;
      const next = this.#timers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) throw new Error('nothing is waited for any more, and yet the work is not over');
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#nowMs = next.at;
      next.fire();
    }
  }
}
