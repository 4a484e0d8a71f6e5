import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import type { Logger } from '../kernel/logger.ts';
import { reopenLogFile } from '../kernel/logger.ts';

const largestBytes = 20 * 1024 * 1024;
const kept = 4;
const lookEveryMs = 60_000;

/** Keeps our own log within 100 MB: `uirapuru.log`, `.1` (the latest before) to `.4`. */
export function keepLogSmall(path: string, logger: Logger): void {
  const look = (): void => {
    try {
      if (shiftWhenLarge(path, largestBytes)) reopenLogFile(logger, path);
    } catch (err) {
      logger.warn({ err }, 'the log could not be rotated');
    }
  };
  look();
  setInterval(look, lookEveryMs).unref();
}

/** Renames the log and its predecessors one further when it is large. @returns whether it did */
export function shiftWhenLarge(path: string, limit: number): boolean {
  if (!existsSync(path) || statSync(path).size < limit) return false;
  rmSync(`${path}.${kept}`, { force: true });
  for (let number = kept - 1; number >= 1; number--) {
    if (existsSync(`${path}.${number}`)) renameSync(`${path}.${number}`, `${path}.${number + 1}`);
  }
  renameSync(path, `${path}.1`);
  return true;
}
