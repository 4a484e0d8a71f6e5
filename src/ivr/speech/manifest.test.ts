import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { peakDb, silenceMs, speechLevelDb } from './audio.ts';
import { allRecordings, readCatalogue } from './catalogue.ts';
import { extensions } from './encode.ts';
import { manifestOf } from './manifest.ts';
import { promptsFolder } from './plugin.ts';

const folder = join(promptsFolder, 'pt-BR');
const recordings = allRecordings(readCatalogue(join(promptsFolder, 'pt-BR.yaml')));

test('every recording in the repository says what its text says (otherwise: npm run prompts)', () => {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as unknown;
  expect(manifest).toEqual(manifestOf(recordings, 'Leticia-F123'));
});

test('every recording is there in both rates, and nothing else is', () => {
  const wanted = recordings.flatMap(({ name }) => extensions.map((extension) => `${name}.${extension}`));
  expect(wanted.filter((file) => !existsSync(join(folder, file)))).toEqual([]);
  const sounds = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(alaw|sln16)$/.test(file),
  );
  expect(sounds.filter((file) => !wanted.includes(file))).toEqual([]);
});

test('every recording is equally loud, does not clip, and starts at once', () => {
  const odd = recordings.flatMap(({ name, tailMs }) => {
    const bytes = new Uint8Array(readFileSync(join(folder, `${name}.sln16`)));
    const audio = { samples: new Int16Array(bytes.buffer), rate: 16_000 };
    const { before, after } = silenceMs(audio);
    const isFine =
      Math.abs(speechLevelDb(audio) + 20) < 1 && peakDb(audio) <= -2 && before < 100 && after <= tailMs + 20;
    return isFine ? [] : [name];
  });
  expect(odd).toEqual([]);
});
