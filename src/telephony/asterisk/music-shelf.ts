import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MusicShelf } from '../port.ts';
import type { AriAddress } from './ari-connection.ts';
import { AriHttp } from './ari-http.ts';
import { listOwnMusic, replaceFile } from './runtime/own-music.ts';

interface Parts {
  readonly address: AriAddress;
  /** A folder for each music, and the file that tells Asterisk of them. */
  readonly folder: string;
  /** Makes a WAV file of so many samples a second. */
  readonly make: (wav: Uint8Array, hertz: number) => Promise<Buffer>;
}

/** By the ends of their names Asterisk takes the one that is cheaper for a call. */
const sounds = [
  ['music.wav', 8_000],
  ['music.wav16', 16_000],
] as const;

/** Music of the house's own as classes of Asterisk's music on hold. Whoever hears one that is replaced hears it to its end. */
export function createMusicShelf({ address, folder, make }: Parts): MusicShelf {
  const ari = new AriHttp(address);
  let telling: Promise<void> = Promise.resolve();

  /** Asterisk has no way to be told of one class; reading them anew leaves calls alone. */
  async function write(): Promise<void> {
    await listOwnMusic(folder);
    await ari.ask('PUT /asterisk/modules/{moduleName}', { path: { moduleName: 'res_musiconhold.so' } });
  }

  function tell(): Promise<void> {
    telling = telling.catch(() => undefined).then(write);
    return telling;
  }

  return {
    async put(name, wav) {
      const place = join(folder, name);
      const made = await Promise.all(sounds.map(async ([file, hertz]) => [file, await make(wav, hertz)] as const));
      await mkdir(place, { recursive: true, mode: 0o700 });
      for (const [file, sound] of made) await replaceFile(join(place, file), sound);
      await tell();
    },
    async remove(name) {
      await rm(join(folder, name), { recursive: true, force: true });
      await tell();
    },
  };
}
