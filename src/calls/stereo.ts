import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '../kernel/errors.ts';
import { type WavFormat, wavFormat, wavHead } from './wav-file.ts';

/** What `joinSides` made. */
export interface StereoFile {
  /** How long it is: samples of each side. */
  readonly samples: number;
  readonly sha256: string;
}

/** Of a side, at a time. */
const mostSamples = 131_072;
const sampleBytes = 2;

/**
 * Makes one stereo WAV file of two sides of one rate, 16 bits and mono as Asterisk records them; the end of the shorter one is
 * silent. A program of its own for this costs ten times as much for a short talk, nearly all of it to be started.
 * @throws AppError `internal` for other files
 */
export async function joinSides(left: string, right: string, into: string): Promise<StereoFile> {
  const [one, other] = [await open(left), await open(right)];
  try {
    const formats = [await wavFormat(one), await wavFormat(other)] as const;
    const file = await open(into, 'w', 0o600);
    try {
      return await join([one, other], formats, file);
    } finally {
      await file.close();
    }
  } finally {
    await Promise.all([one.close(), other.close()]);
  }
}

async function join(
  [left, right]: readonly [FileHandle, FileHandle],
  [ofLeft, ofRight]: readonly [WavFormat, WavFormat],
  into: FileHandle,
): Promise<StereoFile> {
  if (ofLeft.bytesPerMs !== ofRight.bytesPerMs) throw new AppError('internal', 'The sides of a talk differ in rate.');
  const samples = Math.floor(Math.max(ofLeft.dataBytes, ofRight.dataBytes) / sampleBytes);
  const hash = createHash('sha256');
  const write = async (bytes: Buffer): Promise<void> => {
    hash.update(bytes);
    await into.write(bytes);
  };
  const rate = (ofLeft.bytesPerMs * 1_000) / sampleBytes;
  await write(wavHead({ channels: 2, rate, dataBytes: samples * 2 * sampleBytes }));
  for (let at = 0; at < samples; at += mostSamples) {
    const count = Math.min(mostSamples, samples - at);
    const [one, other] = [await samplesOf(left, ofLeft, at, count), await samplesOf(right, ofRight, at, count)];
    const both = new Int16Array(count * 2);
    for (let i = 0; i < count; i++) {
      both[2 * i] = one[i] ?? 0;
      both[2 * i + 1] = other[i] ?? 0;
    }
    await write(Buffer.from(both.buffer));
  }
  return { samples, sha256: hash.digest('hex') };
}

/** So many samples of a side from one on; those beyond its end are silence. */
async function samplesOf(file: FileHandle, { dataAt, dataBytes }: WavFormat, at: number, count: number) {
  const samples = new Int16Array(count);
  const wanted = Math.min(count * sampleBytes, dataBytes - at * sampleBytes);
  if (wanted > 0) await file.read(new Uint8Array(samples.buffer), 0, wanted, dataAt + at * sampleBytes);
  return samples;
}
