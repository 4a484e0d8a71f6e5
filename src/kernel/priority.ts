import { readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** What the process was started with; its user may have chosen it. */
const ordinary = getPriority();
const steps = 10;

/**
 * Puts this process, with all threads it has, ahead of others; what it starts later inherits that. One thread of ours and a few
 * processes of the database decide for all calls, while each call has a thread of its own in Asterisk, and all of them wake
 * fifty times a second: with equal rights we wait for all of theirs in turn on a busy machine, and every caller waits for
 * us (docs/benchmarks.md).
 * @returns whether the system allows it: root may, and a service with `Nice=` or `LimitNICE=`
 */
export function goAhead(): boolean {
  // Linux keeps a priority for each thread; the collector's would hold the first one up.
  return readdirSync('/proc/self/task').every((thread) => putAhead(Number(thread)));
}

function putAhead(thread: number): boolean {
  try {
    setPriority(thread, Math.max(ordinary - steps, -20));
    return true;
  } catch (error) {
    const { code } = (error instanceof Error && 'info' in error ? error.info : {}) as { code?: string };
    if (code === 'EACCES' || code === 'EPERM') return false;
    // The thread has ended meanwhile.
    if (code === 'ESRCH') return true;
    throw error;
  }
}

/**
 * Gives a program that was just started the priority that we had before `goAhead`.
 * @param pid undefined when it could not be started
 */
export function keepOrdinary(pid: number | undefined): void {
  if (pid === undefined || getPriority() === ordinary) return;
  setPriority(pid, ordinary);
}
