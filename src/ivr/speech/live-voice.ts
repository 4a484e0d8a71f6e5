import { AppError } from '../../kernel/errors.ts';
import type { SoundCache } from './cache.ts';
import type { Program } from './command.ts';
import { convert, render } from './encode.ts';
import { closed } from './recording.ts';
import type { Replacement } from './replacements.ts';
import type { SeldomWarning } from './seldom.ts';
import type { Voice } from './voice.ts';

/** A rendering that nobody waits for any more still fills the cache, but not for ever. */
const renderTimeoutMs = 15_000;
/** More at once would only make each of them late. */
const rendersAtOnce = 2;
/** Behind so many a text would come after its caller's deadline anyway; a stuck engine must not pile them up. */
const longestQueue = 40;

/** Makes sounds while a call is on, through the cache: free text with a voice, and operators' files with sox. */
export class LiveVoice {
  readonly #voices: readonly Voice[];
  readonly #sox: Program | undefined;
  readonly #cache: SoundCache;
  readonly #warn: SeldomWarning;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param voices in the order in which they are tried */
  constructor(voices: readonly Voice[], sox: Program | undefined, cache: SoundCache, warn: SeldomWarning) {
    this.#voices = voices;
    this.#sox = sox;
    this.#cache = cache;
    this.#warn = warn;
  }

  /** The path, without extension, of the text spoken; undefined, with a logged warning, when no voice could. */
  async say(text: string): Promise<string | undefined> {
    const sox = this.#sox;
    if (sox === undefined || this.#voices.length === 0) {
      this.#warn('live voice', 'No live voice is installed: free text is left out of what callers hear.');
      return undefined;
    }
    const recording = closed('', text);
    for (const voice of this.#voices) {
      try {
        return await this.#cache.get(`${voice.name}\n${text}`, (base) =>
          this.#inTurn((signal) => render(recording, base, voice, sox, signal)),
        );
      } catch (error) {
        this.#warn(voice.name, 'A voice failed.', { err: error });
      }
    }
    return undefined;
  }

  /** The path, without extension, of an operator's file made playable; undefined, with a logged warning, if it is broken. */
  async play(replacement: Replacement): Promise<string | undefined> {
    const { path, version } = replacement;
    const sox = this.#sox;
    if (sox === undefined) return undefined;
    try {
      return await this.#cache.get(`${path}\n${version}`, (base) =>
        this.#inTurn((signal) => convert(path, base, sox, signal)),
      );
    } catch (error) {
      this.#warn(path, 'A replaced prompt cannot be played; the built-in one is.', { err: error });
      return undefined;
    }
  }

  async #inTurn(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#waiting.length >= longestQueue) {
      throw new AppError('missing_part', `${longestQueue} texts wait for the voice already.`);
    }
    if (this.#running >= rendersAtOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      await work(AbortSignal.timeout(renderTimeoutMs));
    } finally {
      // The turn is handed on, so `running` changes only when nobody waits.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
