import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { AppError } from '../../../kernel/errors.ts';
import { downloadPercent } from './packages.ts';

export type AptRun = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * Runs apt-get and waits for it. `onPercent` hears the download's progress where `APT::Status-Fd=3` is among the arguments.
 * @throws AppError `missing_part` when there is no apt; `disk_full`.
 */
export function runApt(args: readonly string[], onPercent?: (percent: number) => void): Promise<AptRun> {
  return new Promise((resolve, reject) => {
    const child = spawn('apt-get', args, {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
    });
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-8000);
    });
    const status = child.stdio[3] as Readable;
    createInterface({ input: status }).on('line', (line) => {
      const percent = downloadPercent(line);
      if (percent !== undefined) onPercent?.(percent);
    });
    child.on('error', (error) => reject(noProgram('apt-get', error)));
    child.on('close', (code) => {
      if (code === 0) return resolve({ ok: true });
      if (/No space left|not have enough free space/i.test(errors)) return reject(diskFull());
      const reasons = errors.split('\n').filter((line) => line.startsWith('E: '));
      resolve({ ok: false, reason: reasons[0]?.slice(3) ?? `apt-get ended with code ${code}` });
    });
  });
}

/**
 * Runs a program of the machine and gives what it printed.
 * @throws AppError `missing_part` when it is not installed; `disk_full`; otherwise what it complained of.
 */
export async function runQuietly(program: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, {
      env: { ...process.env, LC_ALL: 'C' },
      maxBuffer: 16 << 20,
    });
    return stdout;
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === 'ENOENT') throw noProgram(program, error);
    if (stderr !== undefined && /No space left/i.test(stderr)) throw diskFull();
    throw error;
  }
}

function noProgram(program: string, cause: unknown): AppError {
  return new AppError(
    'missing_part',
    `There is no ${program} on this machine to fetch the telephone parts with. ` +
      `Install Asterisk 22.10.1 or later and set UIRAPURU_ASTERISK to its path, or set ASTERISK_ARI_URL to one elsewhere.`,
    { program },
    cause,
  );
}

function diskFull(): AppError {
  return new AppError(
    'disk_full',
    'The disk is full: the telephone parts need 500 MB. Free some space, or set UIRAPURU_CACHE to a folder on another disk.',
  );
}
