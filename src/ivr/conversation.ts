import { AppError } from '../kernel/errors.ts';
import { maskDigits } from '../kernel/redaction.ts';
import type { Digit } from '../telephony/digit-buffer.ts';
import type { Channel, Playback } from '../telephony/port.ts';
import type { Keypad } from './keypad.ts';
import type { Speech } from './speech/speech.ts';
import type { Utterance } from './speech/utterance.ts';

/** How long the caller is waited for. */
export interface Waits {
  /** After a prompt, for the first key. */
  readonly firstDigitMs: number;
  /** Between two keys of one entry. */
  readonly interDigitMs: number;
  /** After the last key that an entry can have, for a `#` that is not needed. */
  readonly fullEntryMs: number;
}

export const defaultWaits: Waits = { firstDigitMs: 5_000, interDigitMs: 3_000, fullEntryMs: 1_500 };

/**
 * Resolves when the caller has been waited for long enough; `first` before any key of an entry, `next` within one.
 * Rejects with the signal's reason.
 */
export type Patience = (ms: number, which: 'first' | 'next', signal: AbortSignal) => Promise<void>;

const cpfLength = 11;

/** Talking with the caller during one node: saying, and hearing keys. */
export class Conversation {
  readonly #parts: {
    channel: Channel;
    keypad: Keypad;
    speech: Speech;
    patience: Patience;
    signal: AbortSignal;
    isConnected: () => boolean;
  };
  #keyed = '';

  constructor(parts: {
    readonly channel: Channel;
    readonly keypad: Keypad;
    readonly speech: Speech;
    readonly patience: Patience;
    readonly signal: AbortSignal;
    /** Whether the exchange can be reached. */
    readonly isConnected: () => boolean;
  }) {
    this.#parts = parts;
  }

  /**
   * The keys taken so far, personal ones as asterisks; so is everything as long as a CPF, which callers also key where
   * they were not asked for it.
   */
  get keyed(): string {
    return maskDigits(this.#keyed, this.#keyed.length >= cpfLength);
  }

  /**
   * Says something until it is over or a key is pressed; the key stays for whoever asks for it. Says nothing when a
   * key waits already (type-ahead).
   * @param mustBeHeard keys pressed before it count for nothing, so that it is at least begun
   */
  async say(utterances: readonly Utterance[], mustBeHeard = false): Promise<void> {
    const { channel, keypad, speech, signal } = this.#parts;
    if (mustBeHeard) keypad.clear();
    if (keypad.pending) return;
    const spoken = await speech.speak(utterances);
    signal.throwIfAborted();
    if (mustBeHeard) keypad.clear();
    if (spoken.media.length === 0 || keypad.pending) return;
    await this.#untilKey(channel.play(spoken.media));
  }

  /** Plays sounds until they are over or a key is pressed; as `say`, nothing when a key waits already. */
  async hear(media: readonly string[]): Promise<void> {
    if (!this.#parts.keypad.pending) await this.#untilKey(this.#parts.channel.play(media));
  }

  /** The next key, waiting `ms` for it at most. */
  async key(ms: number, which: 'first' | 'next', personal = false): Promise<Digit | undefined> {
    const { keypad, patience, signal } = this.#parts;
    if (!keypad.pending) {
      await within(signal, (stop) => Promise.race([keypad.available(stop), patience(ms, which, stop)]));
    }
    const digit = keypad.take();
    if (digit !== undefined) this.#keyed += maskDigits(digit, personal);
    return digit;
  }

  async #untilKey(playback: Playback): Promise<void> {
    const { keypad, signal, isConnected } = this.#parts;
    let end: string | undefined;
    const played = playback.finished.then((how) => (end = how));
    try {
      await within(signal, (stop) => Promise.race([played, keypad.available(stop)]));
    } finally {
      if (end === undefined) await playback.stop();
    }
    if (end === 'failed' && !isConnected()) {
      throw new AppError('telephony_unavailable', 'The exchange was lost while something was said to a caller.');
    }
  }
}

/** Why a signal of `within` is aborted at its end. Made once: an abort without a reason makes an error each time. */
export const over = new Error('what the signal was for is over');

/** Runs something with a signal that is aborted when the outer one is, and in any case when it is over. */
export async function within<T>(outer: AbortSignal, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  outer.throwIfAborted();
  const controller = new AbortController();
  const abort = () => controller.abort(outer.reason);
  outer.addEventListener('abort', abort, { once: true });
  try {
    return await run(controller.signal);
  } finally {
    outer.removeEventListener('abort', abort);
    controller.abort(over);
  }
}
