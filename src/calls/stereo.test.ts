import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chunk, wavOf } from '../../test/helpers/wav.ts';
import { joinSides } from './stereo.ts';

const folder = mkdtempSync(join(tmpdir(), 'uira-stereo-'));
const path = (name: string): string => join(folder, name);

function fileOf(name: string, samples: readonly number[], before?: Buffer): string {
  const sound = Buffer.alloc(samples.length * 2);
  for (const [at, sample] of samples.entries()) sound.writeInt16LE(sample, at * 2);
  writeFileSync(path(name), wavOf(sound, before));
  return path(name);
}

function heard(file: Buffer): number[][] {
  const sound = file.subarray(44);
  return Array.from({ length: sound.length / 4 }, (_, i) => [sound.readInt16LE(i * 4), sound.readInt16LE(i * 4 + 2)]);
}

test('both sides of a talk are heard in step, the shorter one silent at its end, whatever stands before the sound', async () => {
  const left = fileOf('left.wav', [1, -2, 32_767]);
  const right = fileOf('right.wav', [-32_768, 5], chunk('LIST', Buffer.from('some words')));
  const { samples, sha256 } = await joinSides(left, right, path('both.wav'));
  const file = readFileSync(path('both.wav'));
  expect(samples).toBe(3);
  expect(heard(file)).toEqual([
    [1, -32_768],
    [-2, 5],
    [32_767, 0],
  ]);
  expect(sha256).toBe(createHash('sha256').update(file).digest('hex'));
  const [riffBytes, channels, rate, dataBytes] = [
    file.readUInt32LE(4),
    file.readUInt16LE(22),
    file.readUInt32LE(24),
    file.readUInt32LE(40),
  ];
  expect({ riffBytes, channels, rate, dataBytes }).toEqual({ riffBytes: 48, channels: 2, rate: 8_000, dataBytes: 12 });
});

test('a long talk is whole', async () => {
  const long = Array.from({ length: 300_001 }, (_, i) => (i % 60_000) - 30_000);
  const [left, right] = [fileOf('long-left.wav', long), fileOf('long-right.wav', long.toReversed())];
  await joinSides(left, right, path('long.wav'));
  const all = heard(readFileSync(path('long.wav')));
  expect(all.length).toBe(300_001);
  expect(all.every(([l, r], i) => l === long[i] && r === long[300_000 - i])).toBe(true);
});

test('what is no recording of Asterisk is refused', async () => {
  writeFileSync(path('text.wav'), 'no sound at all');
  await expect(joinSides(path('text.wav'), fileOf('some.wav', [1]), path('none.wav'))).rejects.toMatchObject({
    code: 'internal',
  });
});
