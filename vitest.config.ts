import { defineConfig } from 'vitest/config';

const rooms = { include: ['src/**/*.test.ts', 'test/house/**/*.test.ts'] };
/** They measure how soon something is heard or started, listen to many talks at once, weigh what calls leave behind, or fill a disk. */
const alone = [
  'test/phone/menu-reaction.test.ts',
  'test/phone/call-record.test.ts',
  'test/phone/queues.test.ts',
  'test/faults/control-plane-killed.test.ts',
  'test/faults/installations.test.ts',
  'test/faults/hang-ups.test.ts',
  'test/faults/disk-full.test.ts',
];
const calls = {
  globalSetup: ['test/helpers/template-home.ts'],
  testTimeout: 120_000,
  hookTimeout: 240_000,
};

export default defineConfig({
  test: {
    // Calls mostly wait: two cores carry this many at once in each of three systems.
    maxConcurrency: 7,
    projects: [
      {
        test: {
          name: 'rooms',
          ...rooms,
          globalSetup: ['test/helpers/database-server.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'phone',
          include: ['test/phone/**/*.test.ts', 'test/faults/**/*.test.ts'],
          exclude: alone,
          ...calls,
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: { name: 'alone', include: alone, ...calls, maxWorkers: 1, sequence: { groupOrder: 3 } },
      },
    ],
  },
});
