import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes the AGI program with the real Python in its first line: the `python3` found on the path may be a shell script
 * that looks for one, and that is no cost of AGI's.
 * @returns its path
 */
export function pythonStep(home: string): string {
  const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
  const path = join(home, 'step.py');
  writeFileSync(path, `#!${python}\n${readFileSync(join(import.meta.dirname, 'step.py'), 'utf8')}`);
  chmodSync(path, 0o755);
  return path;
}
