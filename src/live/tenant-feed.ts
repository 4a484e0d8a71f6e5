import type { LiveEvent } from './schemas.ts';

/** Where a tenant's events are read. */
export interface EventSource {
  /** The number of the last one. */
  last(): Promise<number>;
  after(id: number, limit: number): Promise<readonly LiveEvent[]>;
  failed(error: unknown): void;
}

interface Listener {
  readonly topics: ReadonlySet<string>;
  readonly deliver: (event: LiveEvent) => void;
}

interface Place extends Listener {
  /** The number of the last event delivered; undefined while its beginning is being read. */
  heardUpTo: number | undefined;
  /** What happened meanwhile. */
  readonly waiting: LiveEvent[];
}

const readAtOnce = 500;

/**
 * Hands one tenant's events to its listeners: read once for all of them, each event told once and in order. A listener
 * joins between reading how things stand and hearing what happens next without missing anything in between.
 */
export class TenantFeed {
  readonly #source: EventSource;
  readonly #places = new Set<Place>();
  /** The number of the last event read. */
  #readUpTo = 0;
  #reading: Promise<void> | undefined;
  #again = false;

  constructor(source: EventSource) {
    this.#source = source;
  }

  /** There may be new events. */
  wake(): void {
    if (this.#places.size === 0) return;
    if (this.#reading !== undefined) {
      this.#again = true;
      return;
    }
    this.#reading = this.#read()
      .catch((error: unknown) => this.#source.failed(error))
      .finally(() => {
        this.#reading = undefined;
        if (!this.#again) return;
        this.#again = false;
        this.wake();
      });
  }

  /**
   * @param beginning reads what the listener is told first; its last event is where it stands then
   * @returns ends the listening
   */
  async join(listener: Listener, beginning: () => Promise<readonly LiveEvent[]>): Promise<() => void> {
    const last = await this.#source.last();
    // Nobody listened: what happened meanwhile is in nobody's interest.
    if (this.#places.size === 0) this.#readUpTo = last;
    const place: Place = { ...listener, heardUpTo: undefined, waiting: [] };
    this.#places.add(place);
    try {
      const first = await beginning();
      for (const event of first) place.deliver(event);
      place.heardUpTo = first.at(-1)?.id ?? 0;
      for (const event of place.waiting.splice(0)) tell(place, event);
    } catch (error) {
      this.#places.delete(place);
      throw error;
    }
    this.wake();
    return () => this.#places.delete(place);
  }

  async #read(): Promise<void> {
    while (this.#places.size > 0) {
      const events = await this.#source.after(this.#readUpTo, readAtOnce);
      for (const event of events) {
        this.#readUpTo = event.id;
        for (const place of this.#places) tell(place, event);
      }
      if (events.length < readAtOnce) return;
    }
  }
}

function tell(place: Place, event: LiveEvent): void {
  if (!place.topics.has(event.topic)) return;
  if (place.heardUpTo === undefined) {
    place.waiting.push(event);
    return;
  }
  if (event.id <= place.heardUpTo) return;
  place.heardUpTo = event.id;
  place.deliver(event);
}
