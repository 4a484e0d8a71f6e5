/**
 * Every npm script begins here. Plain JavaScript for whatever Node the machine has (18 or later): it sees to the
 * dependencies, among which is the Node that the TypeScript runs on, and hands over to that.
 *
 *   node scripts/launch.mjs <command> [arguments]
 */
import { installDependencies } from './launch/dependencies.mjs';
import { runCommand } from './launch/run.mjs';
import { superviseControlPlane } from './launch/supervise.mjs';

/** What each command runs. `supervised`: it is started again when it dies. */
const commands = {
  start: { file: 'src/cli/start.ts', supervised: true },
  stop: { file: 'src/cli/stop.ts' },
  doctor: { file: 'src/cli/doctor.ts' },
  credentials: { file: 'src/cli/credentials.ts' },
  extensions: { file: 'src/cli/extensions.ts' },
  groups: { file: 'src/cli/groups.ts' },
  trunks: { file: 'src/cli/trunks.ts' },
  numbers: { file: 'src/cli/numbers.ts' },
  rules: { file: 'src/cli/rules.ts' },
  voicemail: { file: 'src/cli/voicemail.ts' },
  queues: { file: 'src/cli/queues.ts' },
  agents: { file: 'src/cli/agents.ts' },
  hours: { file: 'src/cli/hours.ts' },
  tenants: { file: 'src/cli/tenants.ts' },
  concentrators: { file: 'src/cli/concentrators.ts' },
  instances: { file: 'src/cli/instances.ts' },
  recordings: { file: 'src/cli/recordings.ts' },
  reports: { file: 'src/cli/reports.ts' },
  blocks: { file: 'src/cli/blocks.ts' },
  spending: { file: 'src/cli/spending.ts' },
  outbox: { file: 'src/cli/outbox.ts' },
  backup: { file: 'src/cli/backup.ts' },
  restore: { file: 'src/cli/restore.ts' },
  simulate: { file: 'src/cli/simulate.ts' },
  test: { file: 'scripts/test.ts' },
  'test:faults': { file: 'scripts/test-faults.ts' },
  'bench:ivr': { file: 'bench/ivr/run.ts' },
  'bench:demo': { file: 'bench/demo/run.ts' },
  'bench:exchange': { file: 'bench/exchange/run.ts' },
  'bench:api': { file: 'bench/api/run.ts' },
  'bench:pbx': { file: 'bench/pbx/run.ts' },
  'bench:live': { file: 'bench/live/run.ts' },
  'bench:reports': { file: 'bench/reports/run.ts' },
  'bench:queues': { file: 'bench/queues/run.ts' },
  'bench:theory': { file: 'bench/theory/run.ts' },
  prompts: { file: 'scripts/render-prompts.ts' },
  generate: { file: 'scripts/generate-tables.ts' },
  lockfile: { file: 'scripts/complete-lockfile.ts' },
};

const [name = '', ...args] = process.argv.slice(2);
const command = Object.prototype.hasOwnProperty.call(commands, name) ? commands[name] : undefined;
if (command === undefined) {
  console.error(`There is no command "${name}". There are: ${Object.keys(commands).join(', ')}.`);
  process.exitCode = 64;
} else if (await installDependencies()) {
  process.exitCode = command.supervised
    ? await superviseControlPlane(command.file, args)
    : await runCommand(command.file, args);
} else {
  process.exitCode = 69;
}
