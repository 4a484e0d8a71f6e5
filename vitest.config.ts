import { defineConfig } from 'vitest/config';

const real = { globalSetup: ['test/helpers/database-server.ts'], testTimeout: 30_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    // Calls mostly wait: two cores carry this many at once.
    maxConcurrency: 8,
    projects: [
      { test: { name: 'rooms', include: ['src/**/*.test.ts', 'test/house/**/*.test.ts'], ...real } },
      {
        test: {
          name: 'phone',
          include: ['test/phone/**/*.test.ts', 'test/faults/**/*.test.ts'],
          ...real,
          testTimeout: 120_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
