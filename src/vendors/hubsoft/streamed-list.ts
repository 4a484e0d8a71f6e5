import { Readable } from 'node:stream';

/** A list that may be too long to be held, in the envelope that all lists have. */
export interface LongList<Entry> {
  readonly msg: string;
  /** The field that the entries are in. */
  readonly name: string;
  /** All of them, in order: a quarter of a million are a few megabytes. */
  readonly ids: () => Promise<readonly number[]>;
  /** Entries as they are sent; one that there is no more is left out. */
  readonly read: (ids: readonly number[]) => Promise<readonly Entry[]>;
}

/** So many are read and written at a time: a few milliseconds of ours, a megabyte at most. */
const batch = 100;

/**
 * The answer, piece by piece. The ids are read first, then the entries themselves a few at a time when they are wanted: a
 * program that reads slowly holds up nothing in the database, and each entry comes once.
 */
export async function* piecesOf<Entry>({ msg, name, ids, read }: LongList<Entry>): AsyncGenerator<string, undefined> {
  const all = await ids();
  yield `{"status":"success","msg":${JSON.stringify(msg)},"${name}":[`;
  let comma = '';
  for (let at = 0; at < all.length; at += batch) {
    const entries = await read(all.slice(at, at + batch));
    if (entries.length === 0) continue;
    yield comma + entries.map((entry) => JSON.stringify(entry)).join(',');
    comma = ',';
  }
  yield ']}';
}

/** What fails at once is still answered as an error; later the connection is cut, and the list has no end. */
export async function streamed(pieces: AsyncGenerator<string, undefined>): Promise<Readable> {
  const beginning = await pieces.next();
  return Readable.from(resumed(beginning, pieces), { objectMode: false, highWaterMark: 1 });
}

async function* resumed(first: IteratorResult<string, undefined>, rest: AsyncGenerator<string, undefined>) {
  if (first.done !== true) yield first.value;
  yield* rest;
}
