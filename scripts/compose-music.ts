/**
 * Renders the music on hold (`prompts/music/`) from the score below: a slow lullaby of our own, free of anyone's rights.
 * Run `node scripts/compose-music.ts` after a change; the two files are kept in the repository.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const beatSeconds = 60 / 66;
const beatsPerBar = 4;

/** One bar: a chord (held softly) and the melody above it, as semitones from middle C; null is a rest. */
const score: readonly { chord: readonly number[]; melody: readonly (number | null)[] }[] = [
  { chord: [-5, -1, 2], melody: [7, 11, 14, 11] },
  { chord: [-8, -5, -1], melody: [12, null, 11, 7] },
  { chord: [-12, -5, 0], melody: [4, 7, 12, 7] },
  { chord: [-10, -3, 2], melody: [6, 9, 14, null] },
  { chord: [-5, -1, 2], melody: [14, 11, 7, 11] },
  { chord: [-8, -1, 4], melody: [16, null, 14, 11] },
  { chord: [-12, -5, 4], melody: [12, 9, 7, 4] },
  { chord: [-10, -3, 6], melody: [9, null, 7, null] },
];

const loopSeconds = score.length * beatsPerBar * beatSeconds;

function frequency(semitonesFromMiddleC: number): number {
  return 261.63 * 2 ** (semitonesFromMiddleC / 12);
}

/** A soft bell: three partials, the higher ones fading sooner. Telephones carry 300-3400 Hz. */
function bell(hertz: number, seconds: number): number {
  const attack = Math.min(1, seconds / 0.02);
  const partial = (ratio: number, level: number, fade: number): number =>
    level * Math.exp(-seconds / fade) * Math.sin(2 * Math.PI * hertz * ratio * seconds);
  return attack * (partial(1, 1, 0.9) + partial(2, 0.35, 0.5) + partial(3, 0.12, 0.25));
}

/** A held chord tone that swells and falls within its bar. */
function pad(hertz: number, seconds: number, length: number): number {
  const swell = Math.sin(Math.PI * Math.min(1, seconds / length)) ** 2;
  return swell * (Math.sin(2 * Math.PI * hertz * seconds) + 0.3 * Math.sin(4 * Math.PI * hertz * seconds));
}

function render(rate: number): Int16Array {
  const length = Math.round(loopSeconds * rate);
  const sound = new Float64Array(length);
  // What sounds past the end is added at the beginning, so that the loop has no seam.
  const add = (from: number, seconds: number, voice: (t: number) => number): void => {
    const first = Math.round(from * rate);
    for (let i = 0; i < seconds * rate; i++) sound[(first + i) % length]! += voice(i / rate);
  };
  score.forEach(({ chord, melody }, bar) => {
    const barStart = bar * beatsPerBar * beatSeconds;
    const held = beatsPerBar * beatSeconds * 1.15;
    for (const note of chord) add(barStart, held, (t) => 0.07 * pad(frequency(note), t, held));
    melody.forEach((note, beat) => {
      if (note !== null) add(barStart + beat * beatSeconds, 3.5, (t) => 0.22 * bell(frequency(note), t));
    });
  });
  const peak = sound.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Int16Array.from(sound, (value) => Math.round((value / peak) * 0.35 * 32_767));
}

/** RIFF WAVE, PCM, 16 bit, mono. */
function wave(samples: Int16Array, rate: number): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([header, Buffer.from(samples.buffer)]);
}

const folder = fileURLToPath(new URL('../prompts/music/', import.meta.url));
mkdirSync(folder, { recursive: true });
// Asterisk knows the rate by the ending: `.wav` is 8 kHz, `.wav16` 16 kHz.
writeFileSync(`${folder}lullaby.wav`, wave(render(8_000), 8_000));
writeFileSync(`${folder}lullaby.wav16`, wave(render(16_000), 16_000));
