import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createSoundMaker, type Sox } from './sound-maker.ts';

export interface StoredFiles {
  /** Of the GSM file. */
  readonly bytes: number;
  /** Of the stereo file. */
  readonly sha256: string;
}

/** The files of recordings: below a folder of each tenant, a stereo WAV and, for programs, a GSM of each. */
export interface RecordingFiles {
  /** Bytes that are free where they are kept. */
  free(): Promise<number>;
  /** Where the two sides of a recording are fetched to before they are stored. */
  sides(spoolName: string): Promise<{ readonly caller: string; readonly other: string }>;
  /** Makes both files of the two sides: the caller left, the other right. They are whole, or not there. */
  store(tenantId: number, name: string, spoolName: string): Promise<StoredFiles>;
  /** Where a stored file is. */
  path(tenantId: number, name: string, kind: 'wav' | 'gsm'): string;
  /** Of the stereo file, as it is now. */
  sha256(tenantId: number, name: string): Promise<string>;
  remove(tenantId: number, name: string): Promise<void>;
}

/** @param sox undefined when it is nowhere: then nothing can be stored */
export function createRecordingFiles(folder: string, sox: Sox | undefined): RecordingFiles {
  const at = (tenantId: number, name: string, kind: string): string =>
    join(folder, String(tenantId), `${name}.${kind}`);
  const make = createSoundMaker(sox);
  const sidesOf = (spoolName: string) => ({
    caller: join(folder, 'spool', `${spoolName}-caller.wav`),
    other: join(folder, 'spool', `${spoolName}-other.wav`),
  });

  return {
    async free() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    },
    async sides(spoolName) {
      await mkdir(join(folder, 'spool'), { recursive: true, mode: 0o700 });
      return sidesOf(spoolName);
    },
    async store(tenantId, name, spoolName) {
      const { caller, other } = sidesOf(spoolName);
      const [wav, gsm] = [at(tenantId, name, 'wav'), at(tenantId, name, 'gsm')];
      await mkdir(dirname(wav), { recursive: true, mode: 0o700 });
      await make({ caller, other, wav: `${wav}.part`, gsm: `${gsm}.part` });
      await rename(`${wav}.part`, wav);
      await rename(`${gsm}.part`, gsm);
      const { size } = await stat(gsm);
      await Promise.all([caller, other].map((path) => rm(path, { force: true })));
      return { bytes: size, sha256: await sha256Of(wav) };
    },
    path: at,
    sha256: (tenantId, name) => sha256Of(at(tenantId, name, 'wav')),
    async remove(tenantId, name) {
      await Promise.all(['wav', 'gsm'].map((kind) => rm(at(tenantId, name, kind), { force: true })));
    },
  };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
