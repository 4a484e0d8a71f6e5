import { AppError } from '../../kernel/errors.ts';
import { type Program, run } from './command.ts';

/** Makes a WAV file of so many samples a second, mono, of a WAV file. @throws AppError `bad_request` when it cannot be read */
export type MakeMusic = (wav: Uint8Array, hertz: number) => Promise<Buffer>;

const longestMs = 60_000;
/** Of the loudest sample: music stands behind speech. */
const peakDbfs = '-9';

/** @param sox undefined when it is nowhere: then nothing can be made */
export function createMusicSound(sox: Program | undefined): MakeMusic {
  return async (wav, hertz) => {
    if (sox === undefined) throw new AppError('missing_part', 'SoX is not there, by which music is made ready.');
    const args = ['-t', 'wav', '-', '-r', String(hertz), '-c', '1', '-b', '16', '-t', 'wav', '-', 'norm', peakDbfs];
    const made = await run(sox(args), wav, AbortSignal.timeout(longestMs)).catch((error: unknown) => {
      throw new AppError('bad_request', 'That is no WAV file that can be read.', {}, error);
    });
    return made;
  };
}
