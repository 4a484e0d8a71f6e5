import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import { resolve } from 'node:path';

/** Where and when figures were taken. */
export function describeMachine(): Readonly<Record<string, string | number>> {
  const [processor] = cpus();
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: resolve(import.meta.dirname, '../..'), encoding: 'utf8' }).trim();
  return {
    date: new Date().toISOString(),
    commit: git('rev-parse', '--short', 'HEAD'),
    processors: cpus().length,
    processor: processor?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: execFileSync('uname', ['-r'], { encoding: 'utf8' }).trim(),
    node: process.version,
    loadAverageBefore: Number((loadavg()[0] ?? 0).toFixed(2)),
  };
}
