import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { freeBytes } from '../storage/home-folder.ts';
import { toneWav } from './wav.ts';

/** Whose file it is. */
export interface BoxKey {
  readonly tenantId: number;
  readonly extension: string;
}

/** The sounds of mailboxes, below a folder of each tenant and extension: WAV files, whole or not there. */
export interface VoicemailFiles {
  /** Bytes that are free where they are kept. */
  free(): Promise<number>;
  /** What callers hear before they speak; its path. */
  tone(): Promise<string>;
  message(box: BoxKey, id: string): string;
  greeting(box: BoxKey): string;
  /** The path if there is such a file. */
  existing(path: string): Promise<string | undefined>;
  /**
   * Puts a file at a path, if what `fetch` wrote is wanted.
   * @param fetch writes it to the path that it is given
   * @param wanted looks at it
   */
  put<T>(
    path: string,
    fetch: (into: string) => Promise<void>,
    wanted: (content: Buffer) => T | undefined,
  ): Promise<T | undefined>;
  remove(path: string): Promise<void>;
}

/** @param folder of the home, where the exchange reads them too */
export function createVoicemailFiles(folder: string): VoicemailFiles {
  const of = ({ tenantId, extension }: BoxKey, name: string) =>
    join(folder, String(tenantId), extension, `${name}.wav`);
  const make = (path: string) => mkdir(dirname(path), { recursive: true, mode: 0o700 });
  async function existing(path: string): Promise<string | undefined> {
    try {
      return (await stat(path)).isFile() ? path : undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  return {
    async free() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return freeBytes(folder);
    },
    async tone() {
      const path = join(folder, 'tone.wav');
      if ((await existing(path)) !== undefined) return path;
      await make(path);
      await writeFile(`${path}.part`, toneWav(440, 400), { mode: 0o600 });
      await rename(`${path}.part`, path);
      return path;
    },
    message: (box, id) => of(box, id),
    greeting: (box) => of(box, 'greeting'),
    existing,
    async put(path, fetch, wanted) {
      await make(path);
      const part = `${path}.part`;
      try {
        await fetch(part);
        const found = wanted(await readFile(part));
        if (found !== undefined) await rename(part, path);
        return found;
      } finally {
        await rm(part, { force: true });
      }
    },
    remove: (path) => rm(path, { force: true }),
  };
}
