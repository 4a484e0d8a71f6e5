import { defineConfig } from 'vitest/config';

/** The long run of faults; see `scripts/test-faults.ts`. */
export default defineConfig({
  test: {
    include: ['test/faults/long-run.ts'],
    globalSetup: ['test/helpers/template-home.ts'],
    testTimeout: 0,
    hookTimeout: 0,
    disableConsoleIntercept: true,
  },
});
