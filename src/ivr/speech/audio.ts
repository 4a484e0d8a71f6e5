/** 16-bit mono samples at some rate. Everything here is pure; levels are dB relative to full scale. */
export interface Audio {
  readonly samples: Int16Array;
  readonly rate: number;
}

const frameMs = 10;
/** Synthetic speech has a silent background: even the softest initial "s" is above this, relative to the loudest frame. */
const silenceBelowLoudestDb = -48;
/** Frames softer than this, relative to the loudest, are pauses and do not count towards the level (as ITU-T P.56). */
const pauseBelowLoudestDb = -30;

/** How long it is. */
export function durationMs(audio: Audio): number {
  return (audio.samples.length / audio.rate) * 1000;
}

/** The level while something is being said, pauses left out; -Infinity for silence. */
export function speechLevelDb(audio: Audio): number {
  const energies = frameEnergies(audio);
  const threshold = Math.max(...energies) * 10 ** (pauseBelowLoudestDb / 10);
  const active = energies.filter((energy) => energy > 0 && energy >= threshold);
  return toDb(active.reduce((sum, energy) => sum + energy, 0) / active.length);
}

/** The largest sample. */
export function peakDb(audio: Audio): number {
  return 2 * toDb(audio.samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0) / 32_768) || -Infinity;
}

/** Silence before the first sound and after the last, in ms; all of it before when there is no sound. */
export function silenceMs(audio: Audio): { before: number; after: number } {
  const energies = frameEnergies(audio);
  const threshold = Math.max(...energies) * 10 ** (silenceBelowLoudestDb / 10);
  const isSound = (energy: number) => energy > 0 && energy >= threshold;
  const first = energies.findIndex(isSound);
  if (first === -1) return { before: durationMs(audio), after: 0 };
  return { before: first * frameMs, after: (energies.length - 1 - energies.findLastIndex(isSound)) * frameMs };
}

/** The sound with exactly this much silence around it: cut where there is more, added where there is less. */
export function trim(audio: Audio, leadMs: number, tailMs: number): Audio {
  const { before, after } = silenceMs(audio);
  const start = samplesOf(audio, before - leadMs);
  const end = audio.samples.length - samplesOf(audio, after - tailMs);
  const trimmed = new Int16Array(Math.max(0, end - start));
  trimmed.set(audio.samples.subarray(Math.max(0, start), Math.max(0, end)), Math.max(0, -start));
  return { ...audio, samples: trimmed };
}

/** Brought to a speech level, or less where a peak would come above `maxPeakDb`. */
export function toLevel(audio: Audio, levelDb: number, maxPeakDb: number): Audio {
  const gainDb = Math.min(levelDb - speechLevelDb(audio), maxPeakDb - peakDb(audio));
  if (!Number.isFinite(gainDb)) return audio;
  const gain = 10 ** (gainDb / 20);
  return { ...audio, samples: audio.samples.map((sample) => Math.round(sample * gain)) };
}

/** The part before `ms`, faded out over its last few milliseconds so that the cut does not click. */
export function before(audio: Audio, ms: number, fadeMs = 6): Audio {
  const samples = audio.samples.slice(0, samplesOf(audio, ms));
  const fade = Math.min(samples.length, samplesOf(audio, fadeMs));
  return {
    ...audio,
    samples: samples.map((sample, index) => Math.round(sample * Math.min(1, (samples.length - 1 - index) / fade))),
  };
}

/** The softest moment (middle of a frame, in ms) between two times. */
export function softestMs(audio: Audio, fromMs: number, toMs: number): number {
  const energies = frameEnergies(audio);
  const first = Math.max(0, Math.floor(fromMs / frameMs));
  const last = Math.min(energies.length - 1, Math.floor(toMs / frameMs));
  let softest = first;
  for (let index = first; index <= last; index += 1) {
    if (energies[index]! < energies[softest]!) softest = index;
  }
  return (softest + 0.5) * frameMs;
}

/** Mean square of each frame, 1 at full scale. */
function frameEnergies(audio: Audio): number[] {
  const size = samplesOf(audio, frameMs);
  return Array.from({ length: Math.floor(audio.samples.length / size) }, (_, frame) => {
    let sum = 0;
    for (const sample of audio.samples.subarray(frame * size, (frame + 1) * size)) sum += (sample / 32_768) ** 2;
    return sum / size;
  });
}

function samplesOf(audio: Audio, ms: number): number {
  return Math.round((ms / 1000) * audio.rate);
}

function toDb(energy: number): number {
  return 10 * Math.log10(energy);
}
