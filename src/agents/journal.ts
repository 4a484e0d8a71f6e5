import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import { type NewLiveEvent, recordLive } from '../live/service.ts';
import type { Database } from '../storage/database.ts';

/** One change: its rows, written so that writing them again changes nothing, and what is told of it. */
export type JournalEntry = (db: Database) => Promise<readonly NewLiveEvent[]>;

/** What agents and queues did, written in its order behind what they do (ADR 25). */
export interface Journal {
  /** Never fails: while the database is away, changes wait in memory. */
  write(entry: JournalEntry): void;
  /**
   * Resolves when all that was written before is stored.
   * @throws AppError `database_unavailable` when that takes so long that whoever waits has better be told
   */
  stored(): Promise<void>;
}

const retryPauseMs = 250;
const longestWaitMs = 3_000;
/** Changes in one transaction. */
const mostAtOnce = 100;

/** The journal of a tenant over PostgreSQL. */
export function createJournal(parts: {
  readonly db: Database;
  readonly tenantId: number;
  readonly clock: Clock;
  readonly logger: Logger;
}): Journal {
  const { db, tenantId, clock, logger } = parts;
  const waiting: JournalEntry[] = [];
  let isWriting = false;
  let said = 0;
  let done = 0;
  let asking: { readonly upTo: number; readonly resolve: () => void }[] = [];

  async function writeAll(): Promise<void> {
    isWriting = true;
    // What the same turn of the event loop says goes together.
    await Promise.resolve();
    let oneByOne = 0;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, oneByOne > 0 ? 1 : mostAtOnce);
      try {
        await store(batch);
      } catch (error) {
        if (!isContentError(error)) {
          logger.warn({ err: error, changes: waiting.length }, 'what agents do waits for the database');
          await clock.sleep(retryPauseMs);
          continue;
        }
        // One that the database refuses for what it says must not take others with it.
        if (batch.length > 1) {
          oneByOne = batch.length;
          continue;
        }
        logger.error({ err: error }, 'a change of an agent or a queue was refused and is lost');
      }
      waiting.splice(0, batch.length);
      oneByOne = Math.max(0, oneByOne - batch.length);
      done += batch.length;
      for (const { upTo, resolve } of asking) if (upTo <= done) resolve();
      asking = asking.filter(({ upTo }) => upTo > done);
    }
    isWriting = false;
  }

  function store(batch: readonly JournalEntry[]): Promise<void> {
    return recordLive(db, { tenantId, at: clock.now() }, async (transaction) => {
      const events: NewLiveEvent[] = [];
      for (const entry of batch) events.push(...(await entry(transaction)));
      return { result: undefined, events };
    });
  }

  return {
    write(entry) {
      waiting.push(entry);
      said += 1;
      if (!isWriting) void writeAll();
    },
    async stored() {
      if (done === said) return;
      const upTo = said;
      const late = new AbortController();
      const isLate = clock.sleep(longestWaitMs, late.signal).then(
        () => true,
        () => false,
      );
      const isStored = new Promise<boolean>((resolve) => asking.push({ upTo, resolve: () => resolve(false) }));
      const failed = await Promise.race([isStored, isLate]);
      late.abort();
      if (failed) throw new AppError('database_unavailable', 'The database does not take what agents do now.');
    },
  };
}

/** PostgreSQL's classes 22 (bad data) and 23 (broken constraint): trying again cannot help. */
function isContentError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^2[23]/.test(String(error.code));
}
