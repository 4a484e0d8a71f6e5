import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

test('npm ci takes the lockfile: it names every optional package, also those for other platforms', async () => {
  const text = await readFile(new URL('../../package-lock.json', import.meta.url), 'utf8');
  const { packages } = JSON.parse(text) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const optional = Object.entries(packages).flatMap(([owner, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).map((name) => ({ owner, name })),
  );
  const missing = optional.filter(
    ({ owner, name }) =>
      packages[`node_modules/${name}`] === undefined && packages[`${owner}/node_modules/${name}`] === undefined,
  );
  expect(optional.length).toBeGreaterThan(50);
  // If not: node scripts/complete-lockfile.ts
  expect(missing).toEqual([]);
});
