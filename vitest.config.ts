import { defineConfig } from 'vitest/config';

const real = { globalSetup: ['test/helpers/database-server.ts'], testTimeout: 30_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
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
