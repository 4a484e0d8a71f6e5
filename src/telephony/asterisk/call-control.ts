import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import type { AriConnection } from './ari-connection.ts';
import type { Answer, Arguments, Operation } from './ari-request.ts';

/** How long an act on a call waits for a lost connection to come back. Asterisk is restarted within 5 s. */
const patienceMs = 8000;

/**
 * Acts on calls, over a connection that may be lost and found again: an act waits until it is back and everything is
 * reconciled, and is sent once more when nobody knows whether it arrived. So only acts that may be repeated go here.
 */
export class CallControl {
  readonly #connection: AriConnection;
  readonly #clock: Clock;
  #ready = Promise.withResolvers<void>();
  #isReady = false;

  constructor(connection: AriConnection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Lets waiting acts go: the connection is there and reconciled. */
  open(): void {
    this.#isReady = true;
    this.#ready.resolve();
  }

  /** Makes acts wait. */
  shut(): void {
    if (!this.#isReady) return;
    this.#isReady = false;
    this.#ready = Promise.withResolvers<void>();
  }

  /**
   * @param over aborted when there is nothing left to act on; waiting ends then
   * @throws AppError `telephony_unavailable` after `patienceMs`; `not_found`, `conflict`, `internal` as Asterisk refuses.
   */
  async ask<O extends Operation>(operation: O, given: Arguments<O>, over?: AbortSignal): Promise<Answer<O>> {
    // The usual case first: no timer, no extra promise.
    if (this.#isReady) {
      try {
        return await this.#connection.ask(operation, given);
      } catch (error) {
        if (!isUnavailable(error)) throw error;
      }
    }
    await this.#comeBack(operation, over);
    return this.#connection.ask(operation, given);
  }

  /** As `ask`, for an answer of no interest. */
  async tell<O extends Operation>(operation: O, given: Arguments<O>, over?: AbortSignal): Promise<void> {
    if (this.#isReady) {
      try {
        return await this.#connection.tell(operation, given);
      } catch (error) {
        if (!isUnavailable(error)) throw error;
      }
    }
    await this.#comeBack(operation, over);
    await this.#connection.tell(operation, given);
  }

  async #comeBack(operation: string, over: AbortSignal | undefined): Promise<void> {
    const waited = new AbortController();
    const stop = over === undefined ? waited.signal : AbortSignal.any([waited.signal, over]);
    const timeout = this.#clock.sleep(patienceMs, stop).then(
      () => 'late' as const,
      () => 'over' as const,
    );
    const outcome = await Promise.race([this.#ready.promise.then(() => 'ready' as const), timeout]);
    waited.abort();
    if (outcome === 'ready') return;
    if (over?.aborted === true) throw channelGone();
    throw new AppError('telephony_unavailable', 'Asterisk cannot be reached at the moment.', { operation });
  }
}

/** Whether an error says that the connection, and not the request, is at fault. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof AppError && error.code === 'telephony_unavailable';
}

/** Whether Asterisk refused because what was acted on is not there, or not with us, any more. */
export function isGone(error: unknown): boolean {
  return (
    error instanceof AppError &&
    (error.code === 'not_found' || error.code === 'conflict' || error.code === 'channel_gone')
  );
}

/** The error of every act on a leg that is gone. */
export function channelGone(cause?: unknown): AppError {
  return new AppError('channel_gone', 'The caller is not on the line any more.', {}, cause);
}
