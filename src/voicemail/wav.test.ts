import { expect, test } from 'vitest';
import { soundOf, toneWav } from './wav.ts';

test('a tone lasts as long as it was made, and is heard', () => {
  expect(soundOf(toneWav(440, 1500))).toEqual({ durationMs: 1500, isHeard: true });
});

test('silence and line noise are nothing heard, and what is no sound lasts no time', () => {
  const silent = toneWav(440, 1500).fill(0, 44);
  expect(soundOf(silent)).toEqual({ durationMs: 1500, isHeard: false });
  silent.writeInt16LE(-300, 2000);
  expect(soundOf(silent).isHeard).toBe(false);
  silent.writeInt16LE(-3000, 2000);
  expect(soundOf(silent).isHeard).toBe(true);
  expect(soundOf(Buffer.from(''))).toEqual({ durationMs: 0, isHeard: false });
  expect(soundOf(Buffer.from('no sound'))).toEqual({ durationMs: 0, isHeard: false });
});
