import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from './errors.ts';

/** Who has sockets there. */
export type RunPart = 'asterisk' | 'postgres';

/**
 * The home's folder for sockets, made when missing, private to this user. It is not inside the home because a socket's
 * path may have at most 107 bytes (unix(7)), whatever the home's length.
 * @throws AppError `no_permission` when somebody else made a folder of that name first.
 */
export function runFolder(home: string, part: RunPart): string {
  const folder = folderOf(home);
  makePrivate(folder);
  const inner = join(folder, part);
  mkdirSync(inner, { recursive: true, mode: 0o700 });
  return inner;
}

/** Removes the part's folder after its process ended; what else is missing or still in use is left as it is. */
export function removeRunFolder(home: string, part: RunPart): void {
  const folder = folderOf(home);
  rmSync(join(folder, part), { recursive: true, force: true });
  try {
    rmdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'ENOENT') throw error;
  }
}

function folderOf(home: string): string {
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 12);
  return `/tmp/uirapuru-${ourUid()}-${hash}`;
}

function ourUid(): number {
  return process.getuid?.() ?? 0;
}

function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Anyone may make names in /tmp: a folder, or a link to one, of another user would give our sockets away.
  const found = lstatSync(folder);
  if (found.isDirectory() && found.uid === ourUid() && (found.mode & 0o077) === 0) return;
  throw new AppError(
    'no_permission',
    `${folder} was made by someone else or is open to others. Remove it and start again.`,
    { folder },
  );
}
