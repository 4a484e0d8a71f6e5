import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';

/** Answers too large to be held in memory, kept on disk for as long as asking again gives the same one. */
export interface Snapshots {
  /**
   * The bytes kept under `key`. When there are none that are young enough they are made first, once for all who ask meanwhile;
   * the pace at which they are read costs nothing but the disk.
   * @throws AppError `disk_full`, and whatever `pieces` throws
   */
  read(key: string, pieces: () => AsyncIterable<string>): Promise<Readable>;
  /** Gives up what is being made; what is being read is read to its end. */
  close(): Promise<void>;
}

const keptMs = 60_000;
const chunkBytes = 65_536;

/** A file without a name: nothing of it is left, whatever ends the process. */
interface Snapshot {
  readonly file: FileHandle;
  readers: number;
  expired: boolean;
}

/** @param folder where the files are; made when missing, for this user alone since they hold what is on file about people */
export function createSnapshots({ folder, clock }: { readonly folder: string; readonly clock: Clock }): Snapshots {
  const kept = new Map<string, Promise<Snapshot>>();
  const closing = new AbortController();

  async function make(key: string, pieces: () => AsyncIterable<string>): Promise<Snapshot> {
    try {
      const snapshot = await write(pieces);
      void expire(key, snapshot);
      return snapshot;
    } catch (error) {
      // Whoever asks next tries again; those who waited are told.
      kept.delete(key);
      throw error;
    }
  }

  async function expire(key: string, snapshot: Snapshot): Promise<void> {
    // Either a minute has passed, or we are closed before.
    await clock.sleep(keptMs, closing.signal).catch(() => undefined);
    kept.delete(key);
    snapshot.expired = true;
    await closeUnread(snapshot);
  }

  async function write(pieces: () => AsyncIterable<string>): Promise<Snapshot> {
    const file = await createNameless(folder);
    try {
      await file.writeFile(pieces(), { signal: closing.signal });
      return { file, readers: 0, expired: false };
    } catch (error) {
      await file.close();
      throw explained(error);
    }
  }

  async function read(key: string, pieces: () => AsyncIterable<string>): Promise<Readable> {
    const making = kept.get(key) ?? make(key, pieces);
    kept.set(key, making);
    const snapshot = await making;
    if (snapshot.expired) return read(key, pieces);
    snapshot.readers += 1;
    const bytes = Readable.from(chunksOf(snapshot.file), { objectMode: false, highWaterMark: chunkBytes });
    bytes.once('close', () => {
      snapshot.readers -= 1;
      void closeUnread(snapshot);
    });
    return bytes;
  }

  return {
    read,
    async close() {
      closing.abort(new AppError('internal', 'The server stops.'));
      await Promise.allSettled(kept.values());
    },
  };
}

async function closeUnread({ file, readers, expired }: Snapshot): Promise<void> {
  if (expired && readers === 0) await file.close();
}

async function createNameless(folder: string): Promise<FileHandle> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, randomUUID());
    const file = await open(path, 'wx+', 0o600);
    await unlink(path);
    return file;
  } catch (error) {
    throw explained(error);
  }
}

/** Several read one file at once, each from its own place. */
async function* chunksOf(file: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ; ) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function explained(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new AppError(
    'disk_full',
    'Não há espaço em disco para preparar a resposta. Libere espaço e repita.',
    {},
    error,
  );
}
