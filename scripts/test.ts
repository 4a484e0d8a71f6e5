/**
 * Everything that must hold before a change may land: types, lint, format, unused code, every test.
 * Arguments are passed on to vitest, which then runs alone: `npm test -- src/kernel`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const only = process.argv.slice(2);

const statics: readonly (readonly [what: string, program: string, ...args: string[]])[] = [
  ['types', 'tsc', '-p', '.'],
  ['lint', 'oxlint', '--type-aware'],
  ['format', 'biome', 'ci', '.'],
  ['unused code', 'knip'],
];

let passed = 0;
let failed = 0;

if (only.length === 0) {
  for (const [what, program, ...args] of statics) count(what, run(program, args));
}
const report = runTests(only);
passed += report.passed;
failed += report.failed;
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

function run(program: string, args: readonly string[]): boolean {
  const result = spawnSync(join(root, 'node_modules', '.bin', program), args, { cwd: root, stdio: 'inherit' });
  return result.status === 0;
}

function count(what: string, ok: boolean): void {
  console.log(`${ok ? 'passed' : 'FAILED'}: ${what}`);
  if (ok) passed += 1;
  else failed += 1;
}

/** A run that reports no test, or ends badly although no test failed, counts as one failure. */
function runTests(args: readonly string[]): { passed: number; failed: number } {
  const folder = mkdtempSync(join(tmpdir(), 'uira-report-'));
  const file = join(folder, 'report.json');
  try {
    const ok = run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args]);
    const report: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const { numPassedTests = 0, numFailedTests = 0 } = report as Record<string, number>;
    return { passed: numPassedTests, failed: ok ? numFailedTests : Math.max(numFailedTests, 1) };
  } catch (error) {
    console.error(`The test run left no report: ${String(error)}`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
