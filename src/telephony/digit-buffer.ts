/** Keys of a telephone. */
export type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '*' | '#';

/** Whether a text is one key of a telephone. */
export function isDigit(text: string): text is Digit {
  return /^[0-9*#]$/.test(text);
}

/** The keys a caller pressed, in order, waiting for whoever takes them. Pure but for its waiters. */
export class DigitBuffer {
  #waiting: Digit[] = [];
  #takers = new Set<() => void>();

  /** A key was pressed. */
  push(digit: Digit): void {
    this.#waiting.push(digit);
    for (const wake of this.#takers) wake();
  }

  /** The oldest key not yet taken, if there is one. */
  take(): Digit | undefined {
    return this.#waiting.shift();
  }

  /** Whether a key waits. */
  get pending(): boolean {
    return this.#waiting.length > 0;
  }

  /** Forgets what was keyed so far. */
  clear(): void {
    this.#waiting = [];
  }

  /** Resolves as soon as a key waits (at once if one does); rejects with the signal's reason when it is aborted first. */
  available(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.pending) return resolve();
      if (signal.aborted) return reject(signal.reason);
      const abort = () => {
        this.#takers.delete(wake);
        reject(signal.reason);
      };
      const wake = () => {
        this.#takers.delete(wake);
        signal.removeEventListener('abort', abort);
        resolve();
      };
      this.#takers.add(wake);
      signal.addEventListener('abort', abort, { once: true });
    });
  }
}
