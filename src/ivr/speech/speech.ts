import type { Utterance } from './utterance.ts';

/** Something ready to be played. */
export interface Spoken {
  /** What a person reads: the terminal simulator and tests show it. It may hold personal data: never log it. */
  readonly text: string;
  /** Asterisk media URIs to be played in order, such as `sound:/absolute/path/without-extension`. */
  readonly media: readonly string[];
}

/** Turns what a menu wants to say into sound. */
export interface Speech {
  /**
   * Never rejects: a missing recording falls to the live voice, a failing voice to the prompt's `_plain` variant or to
   * silence in its place, each with a logged warning, so that a caller is never stranded by a broken file.
   */
  speak(utterances: readonly Utterance[]): Promise<Spoken>;
}
