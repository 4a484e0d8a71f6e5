import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SoundCache } from './cache.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uirapuru-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes both files, 100 bytes in all, and counts. */
function maker() {
  const made: string[] = [];
  const make = async (base: string) => {
    made.push(base);
    writeFileSync(`${base}.alaw`, Buffer.alloc(20));
    writeFileSync(`${base}.sln16`, Buffer.alloc(80));
  };
  return { made, make };
}

test('a sound is made once, also for those who ask at the same time and after a restart', async () => {
  const { made, make } = maker();
  const cache = new SoundCache(folder, 1000);
  const [first, second] = await Promise.all([cache.get('Maria', make), cache.get('Maria', make)]);
  expect(await cache.get('Maria', make)).toBe(first);
  expect(second).toBe(first);
  expect(await new SoundCache(folder, 1000).get('Maria', make)).toBe(first);
  expect(made).toHaveLength(1);
});

test('it stays within its size; the longest unused goes first', async () => {
  const { make } = maker();
  const cache = new SoundCache(folder, 250);
  const ana = await cache.get('Ana', make);
  const bia = await cache.get('Bia', make);
  await cache.get('Ana', make);
  const caio = await cache.get('Caio', make);
  expect([ana, bia, caio].map((base) => existsSync(`${base}.alaw`))).toEqual([true, false, true]);
  expect(readdirSync(folder)).toHaveLength(4);
});

test('what somebody deleted is made again', async () => {
  const { made, make } = maker();
  const cache = new SoundCache(folder, 1000);
  rmSync(`${await cache.get('Maria', make)}.alaw`);
  await cache.get('Maria', make);
  expect(made).toHaveLength(2);
});

test('a failure is told to all who wait, and not kept', async () => {
  const { make } = maker();
  const cache = new SoundCache(folder, 1000);
  const fail = () => Promise.reject(new Error('no voice'));
  const both = await Promise.allSettled([cache.get('Maria', fail), cache.get('Maria', fail)]);
  expect(both.map((each) => each.status)).toEqual(['rejected', 'rejected']);
  expect(existsSync(`${await cache.get('Maria', make)}.alaw`)).toBe(true);
});

test('file names tell no names, and only the owner can look', async () => {
  const base = await new SoundCache(join(folder, 'new'), 1000).get('Maria da Silva', maker().make);
  expect(base).toMatch(/\/[0-9a-f]{32}$/);
  expect(statSync(join(folder, 'new')).mode & 0o077).toBe(0);
});

test('what a killed process left half made is cleared away', () => {
  writeFileSync(join(folder, '0123.wav'), 'half');
  expect(new SoundCache(folder, 1000)).toBeDefined();
  expect(readdirSync(folder)).toEqual([]);
});
