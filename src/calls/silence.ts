import { open } from 'node:fs/promises';
import { wavFormat } from './wav-file.ts';

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
    const { bytesPerMs, dataAt, dataBytes } = await wavFormat(file);
    for (const { fromMs, untilMs } of stretches) {
      const begin = dataAt + evenly(fromMs * bytesPerMs);
      const end = dataAt + Math.min(dataBytes, evenly(untilMs * bytesPerMs));
      for (let at = begin; at < end; at += zeros.length)
        await file.write(zeros, 0, Math.min(zeros.length, end - at), at);
    }
  } finally {
    await file.close();
  }
}

const zeros = Buffer.alloc(65_536);

function evenly(bytes: number): number {
  return Math.floor(bytes / 2) * 2;
}
