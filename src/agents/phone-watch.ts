import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Roster } from './roster.ts';

interface Parts {
  readonly roster: Roster;
  /** Numbers of the extensions that have a phone. Rejects while the exchange cannot be asked. */
  readonly registered: () => Promise<ReadonlySet<string>>;
  /** When the exchange was started; undefined while it cannot be reached. */
  readonly upSince: () => Date | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

const lookEveryMs = 3_000;
/** An exchange that has just been started finds out which phones are there. */
const settleMs = 20_000;

/**
 * Pauses agents who are free and whose phones are not there any more, so that no caller waits for them to be rung in vain.
 * A phone must be missed twice in a row.
 */
export function watchPhones({ roster, registered, upSince, clock, logger }: Parts): void {
  let missed: ReadonlySet<number> = new Set();

  async function look(): Promise<void> {
    const since = upSince();
    const free = roster.all.filter(({ state }) => state === 'available');
    if (since === undefined || clock.now().getTime() - since.getTime() < settleMs || free.length === 0) return;
    const phones = await registered();
    const gone = free.filter(({ extension = '' }) => !phones.has(extension)).map(({ id }) => id);
    for (const id of gone) {
      if (missed.has(id)) roster.move(id, 'pause', { reason: 'phone_unreachable' });
    }
    missed = new Set(gone);
  }

  setInterval(() => {
    look().catch((error: unknown) => logger.debug({ err: error }, "agents' phones could not be looked for"));
  }, lookEveryMs).unref();
}
