import { describe, expect, test } from 'vitest';
import { type Audio, before, durationMs, peakDb, silenceMs, softestMs, speechLevelDb, toLevel, trim } from './audio.ts';

const rate = 16_000;

/** Tones one after the other: milliseconds and amplitude (1 is full scale) of each. */
function tones(...parts: readonly (readonly [ms: number, amplitude: number])[]): Audio {
  const samples = parts.flatMap(([ms, amplitude]) =>
    Array.from({ length: (ms * rate) / 1000 }, (_, i) => Math.round(32_767 * amplitude * Math.sin(i / 5))),
  );
  return { samples: Int16Array.from(samples), rate };
}

test('the level is that of the sound, whatever pauses are in it', () => {
  const halfScale = 20 * Math.log10(0.5) - 3.01;
  expect(speechLevelDb(tones([500, 0.5]))).toBeCloseTo(halfScale, 0);
  expect(speechLevelDb(tones([500, 0.5], [5000, 0], [500, 0.5]))).toBeCloseTo(halfScale, 0);
  expect(speechLevelDb(tones([500, 0]))).toBeNaN();
});

describe('a recording brought to its level', () => {
  test('is as loud as asked', () => {
    expect(speechLevelDb(toLevel(tones([300, 0.01], [300, 0]), -20, -2))).toBeCloseTo(-20, 0);
  });

  test('is less loud where a peak would clip', () => {
    expect(peakDb(toLevel(tones([300, 0.01], [2, 0.9]), -3, -2))).toBeCloseTo(-2, 1);
  });

  test('stays silent when it is silent', () => {
    expect(toLevel(tones([100, 0]), -20, -2).samples.every((sample) => sample === 0)).toBe(true);
  });
});

test('trimming leaves exactly the silence asked for, and adds it where it lacks', () => {
  const trimmed = trim(tones([200, 0], [300, 0.3], [500, 0]), 20, 60);
  expect(durationMs(trimmed)).toBe(380);
  expect(silenceMs(trimmed)).toEqual({ before: 20, after: 60 });
  expect(silenceMs(trim(tones([300, 0.3]), 20, 60))).toEqual({ before: 20, after: 60 });
});

test('a cut is where the voice is softest, and fades out', () => {
  const audio = tones([300, 0.5], [40, 0.001], [300, 0.5]);
  expect(softestMs(audio, 200, 450)).toBeGreaterThan(300);
  expect(softestMs(audio, 200, 450)).toBeLessThan(340);
  const cut = before(audio, 200);
  expect(durationMs(cut)).toBe(200);
  expect(cut.samples.at(-1)).toBe(0);
});
