import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Lockfile, missingParts } from '../../scripts/lockfile.ts';

test('the lockfile names every optional part, or npm ci refuses it on another machine', () => {
  const lockfile = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')) as Lockfile;
  expect(Object.keys(lockfile.packages).length).toBeGreaterThan(200);
  expect(missingParts(lockfile)).toEqual({});
});

test('a part that is left out is named with its platform', () => {
  const lockfile = { packages: { 'node_modules/a': { optionalDependencies: { '@a/cli-linux-arm64-musl': '1.2.3' } } } };
  expect(missingParts(lockfile)).toEqual({
    'node_modules/@a/cli-linux-arm64-musl': {
      version: '1.2.3',
      optional: true,
      os: ['linux'],
      cpu: ['arm64'],
      libc: ['musl'],
    },
  });
});

test('every dependency is pinned to one version', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(versions.filter((version) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  expect(versions.length).toBeGreaterThan(20);
});
