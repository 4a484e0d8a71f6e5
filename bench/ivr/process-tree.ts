import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in ticks of 10 ms for every program (USER_HZ), whatever the kernel's own clock. */
const msPerTick = 10;
const pageBytes = 4096;

interface ProcessTimes {
  readonly parent: number;
  /** Of the process and of its children that have ended and were waited for. */
  readonly cpuMs: number;
  readonly residentBytes: number;
}

/**
 * Processor time of processes, each with everything it started, living or ended, since they began. One that another of
 * them started (Asterisk, by the control plane) counts for itself only.
 */
export function cpuMsOf<Name extends string>(parts: Readonly<Record<Name, number>>): Record<Name, number> {
  const all = readProcesses();
  const roots = new Map(Object.entries<number>(parts).map(([name, root]) => [root, name]));
  const sums = Object.fromEntries([...roots.values()].map((name) => [name, 0]));
  for (const [pid, { cpuMs }] of all) {
    let ancestor: number | undefined = pid;
    while (ancestor !== undefined && !roots.has(ancestor)) ancestor = all.get(ancestor)?.parent;
    const name = ancestor === undefined ? undefined : roots.get(ancestor);
    if (name !== undefined) sums[name] = (sums[name] ?? 0) + cpuMs;
  }
  return sums as Record<Name, number>;
}

/** What one process holds in memory now, in bytes; 0 when it is gone. */
export function residentBytes(pid: number): number {
  return readProcess(pid)?.residentBytes ?? 0;
}

/** Processor time of the whole machine since it started: everything but idle and waiting for disks. */
export function machineBusyMs(): number {
  const line = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? '';
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = line.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softIrq) * msPerTick;
}

function readProcesses(): Map<number, ProcessTimes> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(
    pids.flatMap((name) => {
      const times = readProcess(Number(name));
      return times === undefined ? [] : [[Number(name), times] as const];
    }),
  );
}

/** The fields of proc(5) after the name, which is in brackets and may hold anything; the first is the state. */
function readProcess(pid: number): ProcessTimes | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    parent: field(4),
    cpuMs: (field(14) + field(15) + field(16) + field(17)) * msPerTick,
    residentBytes: field(24) * pageBytes,
  };
}
