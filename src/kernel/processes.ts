import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that may outlive us: the start time tells it from a later process that was given the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot (`starttime`, field 22 of proc_pid_stat(5)). */
  readonly startTicks: string;
}

/** The identity of a running process, undefined when there is none (or only its zombie). */
export function identify(pid: number): ProcessIdentity | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
  // The second field is the command in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const threads = Number(fields[17]);
  const startTicks = fields[19];
  // The first thread is a zombie while others still end, and with them the sockets that they all have.
  const isOver = state === 'X' || (state === 'Z' && threads <= 1);
  return isOver || startTicks === undefined ? undefined : { pid, startTicks };
}

/** Whether exactly that process still runs. */
export function isRunning(process: ProcessIdentity): boolean {
  return identify(process.pid)?.startTicks === process.startTicks;
}

/** Waits until the process is gone; false when it is still there after `timeoutMs`. */
export async function waitForExit(process: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (isRunning(process)) {
    if (performance.now() >= deadline) return false;
    await sleep(20);
  }
  return true;
}

/** Sends the signal if that process still runs; a process that is gone is not an error. */
export function signal(target: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isRunning(target)) return;
  try {
    process.kill(target.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
