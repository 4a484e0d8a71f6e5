import type { FileHandle } from 'node:fs/promises';
import { AppError } from '../kernel/errors.ts';

/** Where the sound is in a WAV file of 16 bits. */
export interface WavFormat {
  readonly bytesPerMs: number;
  readonly dataAt: number;
  /** Of the sound, as much as is there: a recording that broke off says in its head that there is none. */
  readonly dataBytes: number;
}

/** Where the chunks before the sound end. */
const headBytes = 4_096;

/** @throws AppError `internal` when it is none, of 16 bits */
export async function wavFormat(file: FileHandle): Promise<WavFormat> {
  const { size } = await file.stat();
  const head = Buffer.alloc(Math.min(size, headBytes));
  await file.read(head, 0, head.length, 0);
  for (let at = 12, bytesPerMs = 0; at + 8 <= head.length; ) {
    const chunk = head.toString('latin1', at, at + 4);
    // RIFF: 8 bytes before a chunk; of `fmt ` bytes 8 to 11 are the bytes a second, 14 and 15 the bits of a sample.
    if (chunk === 'data' && bytesPerMs > 0) return { bytesPerMs, dataAt: at + 8, dataBytes: size - at - 8 };
    if (chunk === 'fmt ' && head.readUInt16LE(at + 22) === 16) bytesPerMs = head.readUInt32LE(at + 16) / 1_000;
    at += 8 + head.readUInt32LE(at + 4);
  }
  throw new AppError('internal', 'What Asterisk recorded is no WAV file of 16 bits.');
}

/** The head of a WAV file of 16 bits, 44 bytes. */
export function wavHead({ channels, rate, dataBytes }: { channels: number; rate: number; dataBytes: number }): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + dataBytes, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * channels * 2, 28);
  head.writeUInt16LE(channels * 2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(dataBytes, 40);
  return head;
}
