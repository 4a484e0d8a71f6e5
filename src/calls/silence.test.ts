import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chunk, wavOf } from '../../test/helpers/wav.ts';
import { silence, silencedByKey, stretchesInFile } from './silence.ts';

/** One loud second, with a chunk before the sound that means nothing to us. */
const wav = (): Buffer => wavOf(Buffer.alloc(16_000, 0x55), chunk('LIST', Buffer.alloc(4)));

function written(bytes: Buffer): string {
  const path = join(mkdtempSync(join(tmpdir(), 'uira-silence-')), 'side.wav');
  writeFileSync(path, bytes);
  return path;
}

test('nothing is heard of a stretch, and everything around it', async () => {
  const path = written(wav());
  await silence(path, [
    { fromMs: 100, untilMs: 300.03 },
    { fromMs: 900, untilMs: 5_000 },
  ]);
  const sound = readFileSync(path).subarray(56);
  expect(sound.length).toBe(16_000);
  const quiet = Array.from({ length: 1_000 }, (_, ms) => sound.subarray(ms * 16, ms * 16 + 16).every((b) => b === 0));
  expect(quiet.indexOf(true)).toBe(100);
  expect(quiet.indexOf(false, 100)).toBe(300);
  expect(quiet.indexOf(true, 300)).toBe(900);
  expect(quiet.lastIndexOf(true)).toBe(999);
});

test('a file that is not as Asterisk records them is not taken for one', async () => {
  await expect(silence(written(Buffer.from('GSM, perhaps')), [{ fromMs: 0, untilMs: 1 }])).rejects.toThrow(/no WAV/);
});

test('a key silences from before it sounded to three seconds after, wherever in its bounds the file began', () => {
  const at = (ms: number) => new Date(1_764_000_000_000 + ms);
  const stretch = silencedByKey({ at: at(10_000), heldMs: 120 });
  expect(stretch).toEqual({ from: at(8_880), until: at(13_000) });
  expect(stretchesInFile([stretch], { after: at(0), before: at(300) })).toEqual([{ fromMs: 8_580, untilMs: 13_000 }]);
});
