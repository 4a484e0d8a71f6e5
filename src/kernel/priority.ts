import { getPriority, setPriority } from 'node:os';

/** What the process was started with; its user may have chosen it. */
const ordinary = getPriority();
const steps = 10;

/**
 * Puts the calling thread ahead of others, which threads and processes begun later inherit. One thread of ours and a few
 * processes of the database decide for all calls, while each call has a thread of its own in Asterisk, and all of them wake
 * fifty times a second: with equal rights we wait for all of theirs in turn on a busy machine, and every caller waits for
 * us (docs/benchmarks.md).
 * @returns whether the system allows it: root may, and a service with `Nice=` or `LimitNICE=`
 */
export function goAhead(): boolean {
  try {
    setPriority(Math.max(ordinary - steps, -20));
    return true;
  } catch (error) {
    if (error instanceof Error && 'info' in error) {
      const { code } = error.info as { code?: string };
      if (code === 'EACCES' || code === 'EPERM') return false;
    }
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
