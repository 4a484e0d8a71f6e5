import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { boundChannelEnds } from '../channel-ends.ts';
import type { AriAddress } from './asterisk-process.ts';
import type { AsteriskPlace } from './configuration.ts';

const logFiles = ['messages.log', 'security.log'] as const;
const largestBytes = 10 * 1024 * 1024;
const kept = 4;
const lookEveryMs = 60_000;

/**
 * Keeps each of Asterisk's logs within 50 MB, and the file of channels' ends within 2: Asterisk never does so by itself.
 * @param failed told when the log could not be rotated; it is tried again a minute later
 */
export function boundLog(
  { logs, endsFile }: Pick<AsteriskPlace, 'logs' | 'endsFile'>,
  address: () => AriAddress,
  failed: (error: unknown) => void = () => {},
): { end(): void } {
  const timer = setInterval(() => {
    for (const logFile of logFiles) rotateWhenLarge(logs, logFile, address()).catch(failed);
    boundChannelEnds(endsFile).catch(failed);
  }, lookEveryMs);
  timer.unref();
  return { end: () => clearInterval(timer) };
}

/** Has Asterisk begin a new file when this one is large, and removes the oldest. */
export async function rotateWhenLarge(
  folder: string,
  logFile: (typeof logFiles)[number],
  address: AriAddress,
  limit = largestBytes,
): Promise<void> {
  const { size } = await stat(join(folder, logFile));
  if (size < limit) return;
  const authorization = `Basic ${Buffer.from(`${address.user}:${address.password}`).toString('base64')}`;
  const response = await fetch(`${address.ariUrl}/asterisk/logging/${logFile}/rotate`, {
    method: 'PUT',
    headers: { authorization },
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new Error(`Asterisk answered ${response.status} when asked to rotate its log`);
  for (const name of await readdir(folder)) {
    const number = Number(name.slice(logFile.length + 1));
    if (name.startsWith(`${logFile}.`) && number >= kept) await rm(join(folder, name));
  }
}
