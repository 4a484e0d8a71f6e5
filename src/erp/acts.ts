import type { Clock } from '../kernel/clock.ts';
import { AppError, asAppError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import { type Outcome, unavailable } from '../kernel/outcome.ts';
import type { ActKey } from './act-key.ts';
import type { ActLocks } from './act-locks.ts';
import { inDoubt, stateAfter } from './act-state.ts';
import type { ActName, ActRow, ActStore } from './store.ts';

/** One kind of act, as the three of them differ. */
export interface ActPlan<T, R extends string, N extends string> {
  readonly act: ActName;
  readonly contractId: string;
  readonly callId: string | undefined;
  /** Acts of one name never run side by side, and those asked at once share one outcome. */
  readonly lock: string;
  /** The act this request may be a repetition of. */
  latest(): Promise<ActRow | undefined>;
  nextKey(latest: ActRow | undefined): ActKey;
  /** Whether an outcome `done` answers this request too. */
  stillHolds(row: ActRow): boolean;
  send(key: string): Promise<Outcome<T, R, N>>;
  /** Asks the ERP whether the act happened; undefined where an ERP cannot be asked. */
  readonly find: ((row: ActRow) => Promise<Outcome<T, never, 'not_found'>>) | undefined;
  /** The outcome as `send` gave it, from what the row kept of it. */
  revive(outcome: Outcome<unknown, string, string>): Outcome<T, R, N>;
  /** The last day on which what was done holds. */
  holdsUntil(value: T): string | undefined;
}

export interface ActOptions {
  readonly store: ActStore;
  readonly locks: ActLocks;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether it is still this process that acts; always, where nothing says so. */
  readonly mandate?: { readonly isSure: boolean } | undefined;
  /** How long after sending "the ERP does not know it" can still be overtaken by the act itself. */
  readonly settleMs: number;
}

/** Carries out acts exactly once: the intent is written first, then the ERP is asked, then the outcome is written. */
export function createActs(options: ActOptions) {
  const { store, locks, clock, logger, mandate, settleMs } = options;
  const inFlight = new Map<string, Promise<unknown>>();

  /** @returns the outcome of this act, whether it was carried out now or by an earlier request. Never rejects. */
  function perform<T, R extends string, N extends string>(plan: ActPlan<T, R, N>): Promise<Outcome<T, R, N>> {
    const running = inFlight.get(plan.lock) as Promise<Outcome<T, R, N>> | undefined;
    if (running !== undefined) return running;
    const outcome = alone(plan).finally(() => inFlight.delete(plan.lock));
    inFlight.set(plan.lock, outcome);
    return outcome;
  }

  async function alone<T, R extends string, N extends string>(plan: ActPlan<T, R, N>): Promise<Outcome<T, R, N>> {
    try {
      const askedAt = clock.now();
      let waited = false;
      const work = async () => {
        const latest = await plan.latest();
        const answered = waited ? answeredMeanwhile(plan, askedAt, latest) : undefined;
        return answered ?? (await underLock(plan, latest));
      };
      const outcome = await locks.withLock(plan.lock, work, () => {
        waited = true;
      });
      return outcome === 'busy' ? unavailable('unknown', 'Another process is at it.') : outcome;
    } catch (error) {
      // Nothing was sent by us: everything after sending is caught where it happens.
      logger.error({ err: error, act: plan.act, contractId: plan.contractId }, 'an act could not be begun');
      if (asAppError(error).code === 'conflict') return unavailable('unknown', 'Another process is at it.');
      return unavailable('down', 'The act could not be written down, so it was not begun.');
    }
  }

  async function underLock<T, R extends string, N extends string>(
    plan: ActPlan<T, R, N>,
    latest: ActRow | undefined,
  ): Promise<Outcome<T, R, N>> {
    let current = latest;
    if (current !== undefined && inDoubt(current.state)) {
      const cleared = await clearDoubt(plan, current);
      if (cleared === 'did_not_happen') current = { ...current, state: 'intended' };
      else if (cleared.kind !== 'done') return cleared;
      else current = { ...current, state: 'done', outcome: cleared, holdsUntil: plan.holdsUntil(cleared.value) };
    }
    if (current?.state === 'done' && current.outcome !== undefined && plan.stillHolds(current)) {
      return plan.revive(current.outcome);
    }
    const { act, contractId, callId } = plan;
    const row = await store.intend({ act, contractId, callId, at: clock.now(), ...plan.nextKey(current) });
    // Asleep since the intent was written, this process may have been replaced by one that has asked about it already.
    if (mandate?.isSure === false) throw new AppError('conflict', 'Another process may be at it.');
    const outcome = await plan.send(row.key);
    return settleSent(plan, row, outcome);
  }

  async function settleSent<T, R extends string, N extends string>(
    plan: ActPlan<T, R, N>,
    row: ActRow,
    outcome: Outcome<T, R, N>,
  ): Promise<Outcome<T, R, N>> {
    const state = stateAfter(outcome);
    await write(row, state, outcome, outcome.kind === 'done' ? plan.holdsUntil(outcome.value) : undefined);
    if (state !== 'unknown') return outcome;
    const cleared = await clearDoubt(plan, { ...row, state });
    return cleared === 'did_not_happen' ? notCarriedOut : cleared;
  }

  /** Finds out what became of an act whose answer nobody has. Never rejects. */
  async function clearDoubt<T, R extends string, N extends string>(
    plan: Pick<ActPlan<T, R, N>, 'find' | 'holdsUntil'>,
    row: ActRow,
  ): Promise<Outcome<T> | 'did_not_happen'> {
    const found = await plan.find?.(row);
    if (found?.kind === 'done') {
      await write(row, 'done', found, plan.holdsUntil(found.value));
      return found;
    }
    const settlesInMs = row.sentAt.getTime() + settleMs - clock.now().getTime();
    if (found?.kind === 'nothing_to_do' && settlesInMs > 0) {
      await clock.sleep(settlesInMs);
      return clearDoubt(plan, row);
    }
    // Only what is written may be tried again: an act still `unknown` in its row must not be.
    if (found?.kind === 'nothing_to_do' && (await write(row, 'intended', notCarriedOut))) {
      return 'did_not_happen';
    }
    if (row.state === 'running') await write(row, 'unknown');
    return unavailable('unknown');
  }

  /** A failed write is no reason to tell the caller anything but what the ERP said; the row stays in doubt, and is asked about. */
  async function write(
    row: ActRow,
    state: Parameters<ActStore['settle']>[1],
    outcome?: Outcome<unknown, string, string>,
    holdsUntil?: string,
  ): Promise<boolean> {
    try {
      return await store.settle(row, state, clock.now(), outcome, holdsUntil);
    } catch (error) {
      logger.error({ err: error, act: row.act, key: row.key, state }, 'the outcome of an act could not be written');
      return false;
    }
  }

  return { perform, clearDoubt };
}

const notCarriedOut = unavailable('timeout', 'It was not carried out.');

/**
 * What another process was answered after this one had been asked. By the time of the answer, not by what the row was when
 * the lock was found taken: the other may have settled it in between.
 */
function answeredMeanwhile<T, R extends string, N extends string>(
  plan: ActPlan<T, R, N>,
  askedAt: Date,
  latest: ActRow | undefined,
): Outcome<T, R, N> | undefined {
  if (latest?.outcome === undefined || latest.settledAt === undefined || inDoubt(latest.state)) return undefined;
  return latest.settledAt >= askedAt ? plan.revive(latest.outcome) : undefined;
}
