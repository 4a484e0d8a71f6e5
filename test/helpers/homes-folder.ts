import { existsSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const memory = '/dev/shm';
/** Four homes at once, several times over. */
const roomNeeded = 4e9;

/**
 * Where homes of tests are made: in memory where there is room (containers bring 64 MB of it), unless `TMPDIR` says
 * otherwise. On a disk that others write to, the 170 MB of each new home hold up whoever waits for it to be flushed; Asterisk
 * then answers nobody for seconds, because its own database is locked meanwhile.
 */
export function homesFolder(): string {
  if (process.env['TMPDIR'] !== undefined || !existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > roomNeeded ? memory : tmpdir();
}
