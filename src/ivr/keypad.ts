import { type Digit, DigitBuffer } from '../telephony/digit-buffer.ts';

/**
 * The caller's keys as a flow reads them. A `#` that comes after an entry was already complete (the caller did not
 * know that it was) is forgotten, or it would cut the next sentence short.
 */
export class Keypad {
  readonly #source: DigitBuffer;
  #waiting: Digit[] = [];
  #forgetsHash = false;

  constructor(source: DigitBuffer) {
    this.#source = source;
  }

  /** The oldest key not yet taken, if there is one. */
  take(): Digit | undefined {
    this.#drain();
    return this.#waiting.shift();
  }

  /** Whether a key waits. */
  get pending(): boolean {
    this.#drain();
    return this.#waiting.length > 0;
  }

  /** Forgets what was keyed so far. */
  clear(): void {
    this.#drain();
    this.#waiting = [];
  }

  /** An entry ended without its `#`; should the next key be one, it belongs to that entry. */
  forgetHash(): void {
    this.#forgetsHash = true;
  }

  /** Resolves as soon as a key waits; rejects with the signal's reason when it is aborted first. */
  async available(signal: AbortSignal): Promise<void> {
    while (!this.pending) await this.#source.available(signal);
  }

  #drain(): void {
    for (let digit = this.#source.take(); digit !== undefined; digit = this.#source.take()) {
      if (!(digit === '#' && this.#forgetsHash)) this.#waiting.push(digit);
      this.#forgetsHash = false;
    }
  }
}
