import type { Logger } from './logger.ts';

type Listener<T> = (event: T) => void | Promise<void>;

/**
 * Tells several listeners of one kind of event. A listener that throws or rejects is logged and disturbs neither the
 * others nor the one who tells.
 */
export class Emitter<T> {
  readonly #listeners = new Set<Listener<T>>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Adds a listener; the answer takes it off again. */
  on(listener: Listener<T>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls every listener in the order of their coming; does not wait for asynchronous ones. */
  emit(event: T): void {
    for (const listener of this.#listeners) void this.#tell(listener, event);
  }

  async #tell(listener: Listener<T>, event: T): Promise<void> {
    try {
      await listener(event);
    } catch (error) {
      this.#logger.error({ err: error }, 'a listener failed');
    }
  }
}
