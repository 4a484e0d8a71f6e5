import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, rename, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { RecordedSides } from '../telephony/port.ts';
import { createSoundMaker, type Sox } from './sound-maker.ts';
import { joinSides } from './stereo.ts';

export interface StoredFiles {
  /** Of the GSM file, which need not be there yet. */
  readonly bytes: number;
  /** Of the stereo file. */
  readonly sha256: string;
}

/**
 * The files of recordings: below a folder of each tenant, a stereo WAV of each, and a GSM that is made when somebody asks
 * for it first. Few ever are, and making it costs more than all else that is done for a short recording.
 */
export interface RecordingFiles {
  /** Bytes that are free where they are kept. */
  free(): Promise<number>;
  /** Where the two sides of a recording are fetched to before they are stored. */
  sides(spoolName: string): RecordedSides;
  /** Makes the stereo file of the two sides: the caller left, the other right. It is whole, or not there. */
  store(tenantId: number, name: string, sides: RecordedSides): Promise<StoredFiles>;
  /** Where a stereo file is, or its GSM, which is made if it has to be. @throws of Node's when there is no such recording */
  path(tenantId: number, name: string, kind: 'wav' | 'gsm'): Promise<string>;
  /** Of the stereo file, as it is now. */
  sha256(tenantId: number, name: string): Promise<string>;
  remove(tenantId: number, name: string): Promise<void>;
}

/** How GSM is packed (RFC 3551, section 4.5.8). */
const gsmFrame = { samples: 160, bytes: 33 } as const;

/** @param sox undefined when it is nowhere: then no GSM can be made */
export function createRecordingFiles(folder: string, sox: Sox | undefined): RecordingFiles {
  const at = (tenantId: number, name: string, kind: string): string =>
    join(folder, String(tenantId), `${name}.${kind}`);
  const make = createSoundMaker(sox);
  /** By their paths. */
  const making = new Map<string, Promise<void>>();

  async function makeGsm(wav: string, gsm: string): Promise<void> {
    await access(wav);
    try {
      await make(wav, `${gsm}.part`);
    } catch (error) {
      // It may have gone into the object store meanwhile.
      await access(wav);
      throw error;
    }
    await rename(`${gsm}.part`, gsm);
  }

  async function isThere(path: string): Promise<boolean> {
    return access(path).then(
      () => true,
      () => false,
    );
  }

  return {
    async free() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    },
    sides: (spoolName) => ({
      caller: join(folder, 'spool', `${spoolName}-caller.wav`),
      other: join(folder, 'spool', `${spoolName}-other.wav`),
    }),
    async store(tenantId, name, { caller, other }) {
      const wav = at(tenantId, name, 'wav');
      await mkdir(dirname(wav), { recursive: true, mode: 0o700 });
      const { samples, sha256 } = await joinSides(caller, other, `${wav}.part`);
      await rename(`${wav}.part`, wav);
      return { bytes: Math.ceil(samples / gsmFrame.samples) * gsmFrame.bytes, sha256 };
    },
    async path(tenantId, name, kind) {
      const [wav, gsm] = [at(tenantId, name, 'wav'), at(tenantId, name, 'gsm')];
      if (kind === 'wav') return wav;
      if (await isThere(gsm)) return gsm;
      const before = making.get(gsm);
      const made = before ?? makeGsm(wav, gsm).finally(() => making.delete(gsm));
      making.set(gsm, made);
      await made;
      return gsm;
    },
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
