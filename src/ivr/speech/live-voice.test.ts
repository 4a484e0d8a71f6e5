import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SoundCache } from './cache.ts';
import { LiveVoice } from './live-voice.ts';
import type { Voice } from './voice.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uirapuru-voice-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sox = () => ({ file: '/nonexistent/sox', args: [] });

test('a stuck engine gets two texts at once, and a bounded number waits for it', async () => {
  const asked: string[] = [];
  const release = Promise.withResolvers<void>();
  const stuck: Voice = {
    name: 'stuck',
    synthesize: async (text) => {
      asked.push(text);
      await release.promise;
    },
  };
  const warnings: string[] = [];
  const warn = (_: string, message: string) => void warnings.push(message);
  const voice = new LiveVoice([stuck], sox, new SoundCache(folder, 1000), warn);

  const said = Array.from({ length: 100 }, (_, index) => voice.say(`texto ${index}`));
  // The last of a hundred is turned away while the first still waits for the engine.
  expect(await said.at(-1)).toBeUndefined();
  expect(warnings).toHaveLength(58);
  release.resolve();
  expect((await Promise.all(said)).every((base) => base === undefined)).toBe(true);
  expect(asked).toHaveLength(42);
});
