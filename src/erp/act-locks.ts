import { sql } from 'kysely';
import type { Clock } from '../kernel/clock.ts';
import type { Database } from '../storage/database.ts';

/** Runs `work` alone among all processes; `onWait` is called first when somebody else has the name. */
export interface ActLocks {
  withLock<T>(name: string, work: () => Promise<T>, onWait?: () => void): Promise<T | 'busy'>;
}

/** One connection and how many acts use it now. */
interface Shared {
  users: number;
  readonly taken: Promise<{ readonly db: Database; readonly giveBack: () => void }>;
}

const pollMs = 50;

/**
 * Locks by name in PostgreSQL that vanish with the process that holds them, so a killed one blocks nobody. All acts of
 * a process share one connection, taken from the pool while at least one is running: a slow ERP must not use up the
 * pool. A session may take its own lock again, so names held in this process are remembered besides.
 * @param patienceMs how long to wait for another process before answering `busy`
 */
export function createActLocks(db: Database, clock: Clock, patienceMs: number): ActLocks {
  let current: Shared | undefined;
  const heldHere = new Set<string>();

  function join(): Shared {
    current ??= { users: 0, taken: takeConnection(db) };
    current.users += 1;
    return current;
  }

  function leave(shared: Shared): void {
    shared.users -= 1;
    if (shared.users > 0) return;
    discard(shared);
    // One that could not be taken has nothing to give back; whoever asked for it was told.
    shared.taken.then(
      ({ giveBack }) => giveBack(),
      () => undefined,
    );
  }

  /** A connection that fails has lost its locks; those who come next must not use it. */
  function discard(shared: Shared): void {
    if (current === shared) current = undefined;
  }

  async function ask(shared: Shared, what: 'try' | 'unlock', name: string): Promise<boolean> {
    try {
      const key = sql`hashtextextended(${name}, 7048)`;
      const asked = what === 'try' ? sql`pg_try_advisory_lock(${key})` : sql`pg_advisory_unlock(${key})`;
      const { rows } = await sql<{ held: boolean }>`select ${asked} as held`.execute((await shared.taken).db);
      return rows[0]?.held === true;
    } catch (error) {
      discard(shared);
      throw error;
    }
  }

  /** Takes the name here first, so that nobody of this process asks for it while the database is asked. */
  async function take(shared: Shared, name: string): Promise<boolean> {
    if (heldHere.has(name)) return false;
    heldHere.add(name);
    let taken = false;
    try {
      taken = await ask(shared, 'try', name);
    } finally {
      if (!taken) heldHere.delete(name);
    }
    return taken;
  }

  async function letGo(shared: Shared, name: string): Promise<void> {
    // A connection that broke has let go of the lock by itself.
    await ask(shared, 'unlock', name).catch(() => undefined);
    heldHere.delete(name);
  }

  async function withLock<T>(name: string, work: () => Promise<T>, onWait: () => void = () => {}): Promise<T | 'busy'> {
    const shared = join();
    try {
      const givesUpAt = clock.now().getTime() + patienceMs;
      let waited = false;
      while (!(await take(shared, name))) {
        if (clock.now().getTime() >= givesUpAt) return 'busy';
        if (!waited) onWait();
        waited = true;
        await clock.sleep(pollMs);
      }
      try {
        return await work();
      } finally {
        await letGo(shared, name);
      }
    } finally {
      leave(shared);
    }
  }

  return { withLock };
}

/** Takes one connection out of the pool until it is given back. */
function takeConnection(db: Database): Shared['taken'] {
  return new Promise((resolve, reject) => {
    db.connection()
      .execute((single) => new Promise<void>((giveBack) => resolve({ db: single, giveBack })))
      .catch(reject);
  });
}
