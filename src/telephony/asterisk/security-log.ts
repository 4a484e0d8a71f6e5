import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';

const lookEveryMs = 200;
const chunkBytes = 65_536;
/** A line that goes on for longer is none of Asterisk's. */
const longestLine = 65_536;

/**
 * Tells where somebody was refused from, as Asterisk's log of security events has it: for a wrong password or an account that is
 * not there. The only way: ARI has no such events, and AMI is off.
 * @param path of the log; it may come later, and be begun anew
 * @returns ends it
 */
export function followRefusals(
  path: string,
  refused: (address: string) => void,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): () => void {
  const over = new AbortController();
  let file: FileHandle | undefined;
  let inode = 0;
  let position = 0;
  let rest = '';

  async function read(): Promise<void> {
    if (file === undefined) {
      file = await openedOrNone(path);
      // What was written before we looked was counted by whoever ran then.
      if (file !== undefined) ({ ino: inode, size: position } = await file.stat());
      return;
    }
    // Nearly always nothing has come, and nothing more is asked.
    const current = await stat(path).catch(noneIfMissing);
    if (current?.ino === inode && current.size === position) return;
    await readOn(file);
    if (current === undefined || current.ino === inode) return;
    await file.close();
    file = await openedOrNone(path);
    if (file !== undefined) ({ ino: inode } = await file.stat());
    [position, rest] = [0, ''];
  }

  async function readOn(from: FileHandle): Promise<void> {
    for (;;) {
      const { bytesRead, buffer } = await from.read(Buffer.alloc(chunkBytes), 0, chunkBytes, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      const lines = (rest + buffer.toString('latin1', 0, bytesRead)).split('\n');
      rest = lines.pop()?.slice(0, longestLine) ?? '';
      for (const line of lines) {
        const address = refusedAddress(line);
        if (address !== undefined) refused(address);
      }
    }
  }

  async function follow(): Promise<void> {
    while (!over.signal.aborted) {
      try {
        await read();
      } catch (error) {
        logger.warn({ err: error }, "Asterisk's log of refusals cannot be read; it is tried again");
        await file?.close().catch(() => undefined);
        file = undefined;
      }
      await clock.sleep(lookEveryMs, over.signal).catch(() => undefined);
    }
    await file?.close();
  }

  void follow();
  return () => over.abort();
}

const refusals = new Set(['InvalidAccountID', 'InvalidPassword', 'ChallengeResponseFailed']);

/**
 * The address that a line tells was refused. Asterisk writes what a stranger called himself, and his Call-ID, without escaping
 * before the address, and his answer to the challenge after it, escaped: the last address that is written plainly is the
 * real one. A line end of his is one of JSON's text, and begins no line.
 */
export function refusedAddress(line: string): string | undefined {
  const message = messageOf(line);
  if (!refusals.has(/^SecurityEvent="(\w+)"/.exec(message)?.[1] ?? '')) return undefined;
  const addresses = [...message.matchAll(/,RemoteAddress="IPV[46]\/\w+\/([0-9a-fA-F.:]+)\/\d+"/g)];
  return addresses.at(-1)?.[1];
}

function messageOf(line: string): string {
  try {
    const { logmsg } = JSON.parse(line) as { logmsg?: { message?: unknown } };
    return typeof logmsg?.message === 'string' ? logmsg.message : '';
  } catch {
    // The first line of a file, which says who writes it.
    return '';
  }
}

async function openedOrNone(path: string): Promise<FileHandle | undefined> {
  return open(path).catch(noneIfMissing);
}

function noneIfMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
