import type { QueueSettings } from '../queues/schemas.ts';
import type { Place } from '../queues/service.ts';
import type { Utterance } from './speech/utterance.ts';

const minuteMs = 60_000;

/** What is said to somebody who waits in a queue, and when. Instants are milliseconds of the epoch. */
export class WaitingWords {
  readonly #settings: QueueSettings;
  /** From when on it is offered to be called back. */
  readonly #offerMs: number;
  #roundMs: number;
  #rounds = 0;
  #isOffered = false;

  /** @param sinceMs when the caller came */
  constructor(settings: QueueSettings, sinceMs: number, nowMs: number) {
    this.#settings = settings;
    this.#offerMs = settings.callback ? sinceMs + settings.callbackAfterSeconds * 1_000 : Number.POSITIVE_INFINITY;
    this.#roundMs = settings.announceSeconds === 0 ? Number.POSITIVE_INFINITY : nowMs;
  }

  /** When the next words are due; infinite: never. */
  get dueMs(): number {
    return this.#isOffered ? this.#roundMs : Math.min(this.#roundMs, this.#offerMs);
  }

  /** What is to be said at an instant at which it is due. */
  at(nowMs: number, place: Pick<Place, 'position' | 'expectedWaitMs'>): Utterance[] {
    const { sentences } = this.#settings;
    const words: Utterance[] = [];
    if (nowMs >= this.#roundMs) {
      words.push(...this.#standing(place));
      const sentence = sentences[this.#rounds++ % Math.max(1, sentences.length)];
      if (sentence !== undefined) words.push({ text: sentence });
      this.#roundMs = Number.POSITIVE_INFINITY;
    }
    if (nowMs >= this.#offerMs) {
      words.push({ say: 'queue_offer_callback' });
      this.#isOffered = true;
    }
    return words;
  }

  /** What was to be said is over: the interval to the next time begins. */
  over(nowMs: number): void {
    const { announceSeconds } = this.#settings;
    if (announceSeconds > 0 && this.#roundMs === Number.POSITIVE_INFINITY)
      this.#roundMs = nowMs + announceSeconds * 1_000;
  }

  #standing({ position, expectedWaitMs }: Pick<Place, 'position' | 'expectedWaitMs'>): Utterance[] {
    const { announcePosition, announceWait } = this.#settings;
    const ahead = position - 1;
    const words: Utterance[] = [];
    if (announcePosition && ahead <= 0) words.push({ say: 'queue_next' });
    if (announcePosition && ahead > 0) {
      words.push({ say: 'queue_ahead', with: { count: { count: ahead, of: 'person' } } });
    }
    if (announceWait && expectedWaitMs !== undefined) {
      const minutes = Math.max(1, Math.ceil(expectedWaitMs / minuteMs));
      words.push({ say: 'queue_wait', with: { minutes: { minutes } } });
    }
    return words;
  }
}
