import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Tells Asterisk of the music in the folder, in which each has a folder by its name. */
export const ownMusicFile = 'classes.conf';

/** Writes which music of the house's own there is, from what lies in the folder: the home may have moved since. */
export async function listOwnMusic(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const entries = await readdir(folder, { withFileTypes: true });
  const classes = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const lines = classes.map((name) => `[${name}]\nmode = files\ndirectory = ${join(folder, name)}\n`);
  await replaceFile(join(folder, ownMusicFile), lines.join('\n'));
}

/** At once: whoever reads the file reads the old one or the new one whole. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(`${path}.new`, content, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
