import { mkdir, open, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../kernel/errors.ts';

/** A new home holds a database of 60 MB and its first logs; below this nothing would work for long. */
export const neededBytes = 300 * 1024 * 1024;

/**
 * Makes the home folder when missing, private to this user, and makes sure that it can be written to.
 * @throws AppError `no_permission`, `disk_full`, `invalid_configuration`, saying what to do.
 */
export async function prepareHome(home: string): Promise<void> {
  try {
    await makeFolder(home);
    if (!(await stat(home)).isDirectory()) throw notAFolder(home);
    await mkdir(join(home, 'logs'), { recursive: true, mode: 0o700 });
    const probe = join(home, `.write-test-${process.pid}`);
    const file = await open(probe, 'w', 0o600);
    try {
      await file.write(Buffer.alloc(64 * 1024));
      await file.sync();
    } finally {
      await file.close();
      await rm(probe, { force: true });
    }
  } catch (error) {
    throw explained(home, error);
  }
  if ((await freeBytes(home)) < neededBytes) throw diskFull(home);
}

/** Bytes this user may still write on the folder's disk. */
export async function freeBytes(folder: string): Promise<number> {
  const disk = await statfs(folder);
  return disk.bavail * disk.bsize;
}

/** Makes a folder, and those above it. Not `mkdir` with `recursive`, which never returns below /proc (Node 24). */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path, { mode: 0o700 });
  }
}

function explained(home: string, error: unknown): unknown {
  if (error instanceof AppError) return error;
  const { code } = error as NodeJS.ErrnoException;
  // ENOENT: the folder above is one where nothing can be made, such as /proc.
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOENT') {
    return new AppError(
      'no_permission',
      `The home folder ${home} cannot be written to by this user. Change its owner, or set UIRAPURU_HOME to another folder.`,
      { home },
      error,
    );
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(home);
  if (code === 'EEXIST' || code === 'ENOTDIR') return notAFolder(home);
  return error;
}

function notAFolder(home: string): AppError {
  return new AppError('invalid_configuration', `UIRAPURU_HOME is ${home}, where there is a file, not a folder.`, {
    home,
  });
}

function diskFull(home: string): AppError {
  return new AppError(
    'disk_full',
    `The disk of the home folder ${home} is full: ${neededBytes / 1024 / 1024} MB must be free. Free some space, or set UIRAPURU_HOME to a folder on another disk.`,
    { home },
  );
}
