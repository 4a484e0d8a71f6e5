import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Audio, before, durationMs, softestMs, toLevel, trim } from './audio.ts';
import { type Program, run } from './command.ts';
import type { Recording } from './recording.ts';
import type { Voice } from './voice.ts';

/**
 * Each recording is kept twice under one name, and Asterisk takes what costs a channel least. `.alaw`: what telephones
 * and trunks in Brazil speak, so that it is copied to the wire as it is (to µ-law it is one table look-up a sample), at
 * half the size of linear samples. `.sln16`: linear 16 kHz, for wideband telephones and browsers.
 */
export const extensions = ['alaw', 'sln16'] as const;

/** Loud enough to follow in the street, with room for peaks. */
const speechLevel = -20;
const highestPeak = -2;
/** Short, since most recordings follow another one in the same sentence. */
const leadMs = 20;

/** What a word is spoken in front of, so that the voice does not fall on it: two stops, each easy to cut at. */
const carrier = ' pastas pretas.';
/** From the silence of its first "p" to the end of what Letícia-F123 renders; the same to within a frame or two. */
const carrierMs = 1250;
const carrierToleranceMs = 80;

/** Raise it when anything above changes, so that everything is rendered again. */
export const renderingVersion = 1;

/**
 * Renders a recording to `<base>.alaw` and `<base>.sln16`. Both appear at once or not at all.
 * @throws AppError `missing_part` when the voice or sox fails
 */
export async function render(
  recording: Omit<Recording, 'name'>,
  base: string,
  voice: Voice,
  sox: Program,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(dirname(base), { recursive: true });
  const wav = `${base}.${randomUUID()}.wav`;
  try {
    const isOpen = recording.intonation === 'open';
    await voice.synthesize(isOpen ? recording.text + carrier : recording.text, wav, signal);
    const spoken = await decode(wav, sox, signal);
    const cut = isOpen ? withoutCarrier(spoken) : spoken;
    await encode(toLevel(trim(cut, leadMs, recording.tailMs), speechLevel, highestPeak), base, sox, signal);
  } finally {
    await rm(wav, { force: true });
  }
}

/**
 * Converts a sound file of any rate, brought to our level but otherwise as its maker cut it.
 * @throws AppError `missing_part` when sox cannot read it
 */
export async function convert(path: string, base: string, sox: Program, signal: AbortSignal): Promise<void> {
  await mkdir(dirname(base), { recursive: true });
  await encode(toLevel(await decode(path, sox, signal), speechLevel, highestPeak), base, sox, signal);
}

const raw16 = ['-t', 's16', '-L', '-c', '1', '-r', '16000'];

async function decode(path: string, sox: Program, signal: AbortSignal): Promise<Audio> {
  const bytes = await run(sox(['-D', '-V1', path, ...raw16, '-', 'sinc', '60-7300']), '', signal);
  const copy = new Uint8Array(bytes);
  return { samples: new Int16Array(copy.buffer, 0, copy.length >> 1), rate: 16_000 };
}

async function encode(audio: Audio, base: string, sox: Program, signal: AbortSignal): Promise<void> {
  const wide = new Uint8Array(audio.samples.buffer, audio.samples.byteOffset, audio.samples.byteLength);
  // ITU-T G.712: a telephone channel passes 300 to 3400 Hz; a little more below sounds warmer and costs nothing.
  const toAlaw = sox(['-D', '-V1', ...raw16, '-', '-t', 'al', '-c', '1', '-r', '8000', '-', 'sinc', '180-3450']);
  const narrow = await run(toAlaw, wide, signal);
  await writeTogether([
    [`${base}.sln16`, wide],
    [`${base}.alaw`, narrow],
  ]);
}

function withoutCarrier(spoken: Audio): Audio {
  const expected = durationMs(spoken) - carrierMs;
  return before(spoken, softestMs(spoken, expected - carrierToleranceMs, expected + carrierToleranceMs));
}

async function writeTogether(files: readonly (readonly [string, Uint8Array])[]): Promise<void> {
  const unique = randomUUID();
  await Promise.all(files.map(([path, bytes]) => writeFile(`${path}.${unique}`, bytes, { mode: 0o644 })));
  for (const [path] of files) await rename(`${path}.${unique}`, path);
}
