/**
 * Breaks things while calls go on, at moments that a seed repeats, and says what was lost:
 *
 *   npm run test:faults -- --kills 100 [--seed 42] [--minutes 30]
 *   npm run test:faults -- --story [--callers 50]
 *
 * The phones of the run say what they heard, and the database is held against it. `--story`: so many callers in the
 * queue, and ten kills of the control plane.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../', import.meta.url));
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    minutes: { type: 'string', default: '600' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    callers: { type: 'string', default: '50' },
    story: { type: 'boolean', default: false },
  },
});
const wrong = [values.kills, values.minutes, values.seed, values.callers].filter((value) => !/^[1-9]\d*$/.test(value));
if (wrong.length > 0) {
  console.error(`--kills, --minutes, --seed and --callers are whole numbers from 1, not ${wrong.join(', ')}.`);
  process.exit(64);
}
const result = spawnSync(
  join(root, 'node_modules', '.bin', 'vitest'),
  ['run', '--config', 'vitest.faults.config.ts', '--reporter=default'],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      FAULT_SEED: values.seed,
      FAULT_KILLS: values.kills,
      FAULT_MINUTES: values.minutes,
      FAULT_CALLERS: values.callers,
      FAULT_STORY: values.story ? '1' : '',
    },
  },
);
process.exit(result.status ?? 1);
