import { open } from 'node:fs/promises';
import { AppError } from '../kernel/errors.ts';

/** A stretch of time. */
export interface Stretch {
  readonly from: Date;
  readonly until: Date;
}

/** Before a key's tone was recognised it has sounded already, and what told of it was on its way. */
const beforeKeyMs = 1_000;
/** Who keys digits may go on, and may say what was keyed. */
const afterKeyMs = 3_000;

/** What is not to be heard because a key was pressed. @param at when it was released */
export function silencedByKey({ at, heldMs }: { readonly at: Date; readonly heldMs: number }): Stretch {
  return { from: new Date(at.getTime() - heldMs - beforeKeyMs), until: new Date(at.getTime() + afterKeyMs) };
}

/**
 * Where stretches of time are in a file, in milliseconds from its beginning.
 * @param begun between which instants the file begins; no longer known when the process died in between
 */
export function stretchesInFile(
  stretches: readonly Stretch[],
  begun: { readonly after: Date; readonly before: Date },
): { readonly fromMs: number; readonly untilMs: number }[] {
  return stretches.map(({ from, until }) => ({
    fromMs: Math.max(0, from.getTime() - begun.before.getTime()),
    untilMs: Math.max(0, until.getTime() - begun.after.getTime()),
  }));
}

/**
 * Puts silence into a WAV file of one side: 16 bit, mono, as Asterisk records.
 * @throws AppError `internal` for any other file
 */
export async function silence(
  path: string,
  stretches: readonly { readonly fromMs: number; readonly untilMs: number }[],
): Promise<void> {
  if (stretches.length === 0) return;
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(Math.min(size, headBytes));
    await file.read(head, 0, head.length, 0);
    const { bytesPerMs, dataAt } = formatOf(head);
    for (const { fromMs, untilMs } of stretches) {
      const begin = dataAt + evenly(fromMs * bytesPerMs);
      const end = Math.min(size, dataAt + evenly(untilMs * bytesPerMs));
      for (let at = begin; at < end; at += zeros.length)
        await file.write(zeros, 0, Math.min(zeros.length, end - at), at);
    }
  } finally {
    await file.close();
  }
}

/** Where the chunks before the sound end. */
const headBytes = 4_096;
const zeros = Buffer.alloc(65_536);

function evenly(bytes: number): number {
  return Math.floor(bytes / 2) * 2;
}

function formatOf(head: Buffer): { bytesPerMs: number; dataAt: number } {
  for (let at = 12, bytesPerMs = 0; at + 8 <= head.length; ) {
    const chunk = head.toString('latin1', at, at + 4);
    // RIFF: 8 bytes before a chunk; of `fmt ` bytes 8 to 11 are the bytes a second, 14 and 15 the bits of a sample.
    if (chunk === 'data' && bytesPerMs > 0) return { bytesPerMs, dataAt: at + 8 };
    if (chunk === 'fmt ' && head.readUInt16LE(at + 22) === 16) bytesPerMs = head.readUInt32LE(at + 16) / 1_000;
    at += 8 + head.readUInt32LE(at + 4);
  }
  throw new AppError(
    'internal',
    'What Asterisk recorded is no WAV file of 16 bits, so that digits could not be silenced.',
  );
}
