import type { Playback } from '../port.ts';

export type PlaybackEnd = 'completed' | 'stopped' | 'failed';

/** Media playing to one caller. */
export class AsteriskPlayback implements Playback {
  readonly id: string;
  readonly finished: Promise<PlaybackEnd>;
  readonly #finish: (end: PlaybackEnd) => void;
  readonly #silence: () => Promise<void>;
  #stopping: Promise<void> | undefined;
  #over = false;

  /** @param silence stops it in Asterisk; a playback that is not there is no error of its */
  constructor(id: string, silence: () => Promise<void>) {
    this.id = id;
    this.#silence = silence;
    const { promise, resolve } = Promise.withResolvers<PlaybackEnd>();
    this.finished = promise;
    this.#finish = resolve;
  }

  /** Asterisk says that it ended, or its caller is gone. */
  end(end: PlaybackEnd): void {
    this.#over = true;
    this.#finish(this.#stopping === undefined ? end : 'stopped');
  }

  /** Whether Asterisk took it. One that it has not taken yet will be asked for again after a lost connection. */
  accepted = false;

  stop(): Promise<void> {
    if (this.#over) return Promise.resolve();
    this.#stopping ??= this.#silence();
    return this.#stopping;
  }
}
