import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { identify, isRunning, type ProcessIdentity } from './processes.ts';

/** Held until `release`, or until this process ends however it ends. */
export interface PidLock {
  release(): void;
}

/**
 * Takes the lock file for this process, over a dead holder's if need be.
 * @param path file in an existing folder that we may write to.
 * @returns the lock, or the living process that holds it.
 */
export function takePidLock(path: string): PidLock | { readonly heldBy: ProcessIdentity } {
  const me = identify(process.pid);
  if (me === undefined) throw new Error('This process is not in /proc');
  const mine = `${path}.${me.pid}`;
  writeFileSync(mine, JSON.stringify(me), { mode: 0o600 });
  try {
    for (;;) {
      // link(2) is atomic and fails when the name exists: two starts at once cannot both win.
      if (linked(mine, path)) return { release: () => rmSync(path, { force: true }) };
      const holder = lockHolder(path);
      if (holder !== undefined) return { heldBy: holder };
      clearAway(path, `${mine}.stale`);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** The living process that holds a lock file, if there is one. */
export function lockHolder(path: string): ProcessIdentity | undefined {
  const holder = readHolder(path);
  return holder !== undefined && isRunning(holder) ? holder : undefined;
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a dead holder's file. Another start may have done so and taken the lock since we looked: that one is put back. */
function clearAway(path: string, aside: string): void {
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (lockHolder(aside) !== undefined) linked(aside, path);
  rmSync(aside, { force: true });
}

function readHolder(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  } catch (error) {
    // Gone between the two looks, or cut off by a full disk: nobody holds it.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
