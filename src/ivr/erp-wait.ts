import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { type Outcome, unavailable } from '../kernel/outcome.ts';
import { type Conversation, within } from './conversation.ts';
import type { Utterance } from './speech/utterance.ts';

/** How long a caller waits for another system, and what is heard meanwhile. */
export interface ErpWaits {
  /** An answer quicker than this is not preceded by chatter. The caller hears something within 300 ms. */
  readonly comfortMs: number;
  /** After what was said then, until the next words. */
  readonly nextComfortMs: number;
  /** A lookup without an answer by then counts as unavailable. An act's own deadline is its gateway's. */
  readonly lookupMs: number;
}

export const defaultErpWaits: ErpWaits = { comfortMs: 250, nextComfortMs: 3_000, lookupMs: 3_000 };

type Unavailable = Extract<Outcome<never>, { kind: 'unavailable' }>;

interface Waiting {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly conversation: Conversation;
  readonly signal: AbortSignal;
  readonly waits: ErpWaits;
  /** Said one after the other while the answer is not there. */
  readonly comfort: readonly Utterance[];
}

/** Asks something that may be asked again; it is aborted when the caller hangs up or the deadline passes. */
export async function awaitLookup<O extends Outcome<unknown, string, string>>(
  waiting: Waiting,
  lookup: (signal: AbortSignal) => Promise<O>,
): Promise<O | Unavailable> {
  const { clock, waits, signal } = waiting;
  return within(signal, async (stop) => {
    const deadline = clock.sleep(waits.lookupMs, stop).then(() => unavailable('timeout'));
    return comforted(waiting, Promise.race([answerOf(waiting, lookup(stop)), deadline]));
  });
}

/** Waits for an act. It is never aborted: what was sent is completed and recorded even when the caller hangs up. */
export async function awaitAct<O extends Outcome<unknown, string, string>>(
  waiting: Waiting,
  act: Promise<O>,
): Promise<O | Unavailable> {
  return comforted(waiting, answerOf(waiting, act));
}

async function comforted<T>(waiting: Waiting, answer: Promise<T>): Promise<T> {
  const { clock, waits, signal, conversation, comfort } = waiting;
  const spoken = within(signal, async (stop) => {
    let waitMs = waits.comfortMs;
    for (const words of comfort) {
      const isSlow = await Promise.race([answer.then(() => false), clock.sleep(waitMs, stop).then(() => true)]);
      if (!isSlow) return;
      // Begun, it is said to its end: a word cut in half sounds like a fault.
      await conversation.say([words]);
      waitMs = waits.nextComfortMs;
    }
  });
  const [value] = await Promise.all([answer, spoken]);
  return value;
}

async function answerOf<O extends Outcome<unknown, string, string>>(
  { logger, signal }: Waiting,
  answer: Promise<O>,
): Promise<O | Unavailable> {
  try {
    return await answer;
  } catch (error) {
    // Whoever hung up does not wait for the sentence that "unavailable" leads to.
    signal.throwIfAborted();
    logger.error({ err: error }, 'the ERP gateway rejected, which it must never do');
    return unavailable('malformed_answer');
  }
}
