import type { Clock } from '../../src/kernel/clock.ts';

/**
 * Time that passes only when a test says so. A sleep with a signal is a deadline: it waits for `advance`. A sleep
 * without one is a pause somebody really takes: it moves time on at once.
 */
export class ManualClock implements Clock {
  #nowMs: number;
  readonly #sleepers = new Set<{ readonly atMs: number; readonly wake: () => void }>();

  constructor(start: string) {
    this.#nowMs = Date.parse(start);
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    for (const sleeper of this.#sleepers) if (sleeper.atMs <= this.#nowMs) sleeper.wake();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal === undefined) {
      this.advance(ms);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const sleeper = { atMs: this.#nowMs + ms, wake: () => finish(resolve) };
      const stop = () => finish(() => reject(signal.reason as Error));
      const finish = (end: () => void) => {
        this.#sleepers.delete(sleeper);
        signal.removeEventListener('abort', stop);
        end();
      };
      this.#sleepers.add(sleeper);
      signal.addEventListener('abort', stop);
      if (signal.aborted) stop();
    });
  }
}
