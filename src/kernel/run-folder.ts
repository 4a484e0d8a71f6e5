import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from './errors.ts';

/**
 * The home's folder for sockets, made when missing, private to this user. It is not inside the home because a socket's
 * path may have at most 107 bytes (unix(7)), whatever the home's length.
 * @throws AppError `no_permission` when somebody else made a folder of that name first.
 */
export function runFolder(home: string, part: 'asterisk' | 'postgres'): string {
  const uid = process.getuid?.() ?? 0;
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 12);
  const folder = `/tmp/uirapuru-${uid}-${hash}`;
  privateFolder(folder, uid);
  const inner = join(folder, part);
  mkdirSync(inner, { recursive: true, mode: 0o700 });
  return inner;
}

function privateFolder(folder: string, uid: number): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Anyone may make names in /tmp: a folder, or a link to one, of another user would give our sockets away.
  const found = lstatSync(folder);
  if (found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0) return;
  throw new AppError(
    'no_permission',
    `${folder} was made by someone else or is open to others. Remove it and start again.`,
    { folder },
  );
}
