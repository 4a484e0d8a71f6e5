import { constants } from 'node:fs';
import { copyFile, readdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from './home-folder.ts';

/** What was copied. */
export interface Copied {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Copies a folder with what is in it, and what its links lead to. A file that is removed
 * meanwhile is left out.
 * @param isLeftOut by the path below `from`; of a folder, all that is in it
 */
export async function copyTree(
  from: string,
  to: string,
  isLeftOut: (path: string) => boolean = () => false,
): Promise<Copied> {
  let [files, bytes] = [0, 0];

  async function copyFolder(path: string): Promise<void> {
    await makeFolder(join(to, path));
    for (const name of await unlessGone(readdir(join(from, path)), [])) {
      const below = join(path, name);
      const source = join(from, below);
      const found = await unlessGone(stat(source), undefined);
      if (found === undefined || isLeftOut(below)) continue;
      if (found.isDirectory()) await copyFolder(below);
      else if (found.isFile()) {
        const isCopied = await unlessGone(
          copyFile(source, join(to, below), constants.COPYFILE_FICLONE).then(() => true),
          false,
        );
        if (!isCopied) continue;
        await utimes(join(to, below), found.atime, found.mtime);
        [files, bytes] = [files + 1, bytes + found.size];
      }
    }
  }

  await copyFolder('');
  return { files, bytes };
}

function unlessGone<T, Otherwise>(work: Promise<T>, otherwise: Otherwise): Promise<T | Otherwise> {
  return work.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return otherwise;
    throw error;
  });
}
