import { readFile, rename, stat } from 'node:fs/promises';
import type { ChannelEnd } from '../port.ts';
import { normalClearing } from './hang-up-cause.ts';

/** What Asterisk writes of each channel's end (CEL): its id, when in seconds, and as JSON why. */
export const endsMapping = ['CHANNEL(uniqueid)', 'eventtime', 'eventextra']
  .map((field) => `\${CSV_QUOTE(\${${field}})}`)
  .join(',');
const line = /^"([^"]*)","(\d+\.\d+)",".*?hangupcause"*: *(\d+)/;

/** A file of ten thousand ends: far more than there are between two looks at its size. */
const largestBytes = 1_000_000;
const before = (file: string): string => `${file}.1`;

/** How channels ended lately, those included that ended while no control plane listened. */
export async function readChannelEnds(file: string): Promise<ReadonlyMap<string, ChannelEnd>> {
  const ends = new Map<string, ChannelEnd>();
  for (const each of [before(file), file]) {
    for (const written of (await readFile(each, 'utf8').catch(nothingYet)).split('\n')) {
      const [, id = '', seconds, cause] = line.exec(written) ?? [];
      // A plain BYE has no cause.
      if (id !== '') ends.set(id, { at: new Date(Number(seconds) * 1_000), cause: Number(cause) || normalClearing });
    }
  }
  return ends;
}

/** Begins a new file when this one is large. To be called while a control plane listens: it has heard what is forgotten. */
export async function boundChannelEnds(file: string, limit = largestBytes): Promise<void> {
  const size = await stat(file).then((found) => found.size, nothingYet);
  if (Number(size) >= limit) await rename(file, before(file));
}

function nothingYet(error: NodeJS.ErrnoException): string {
  if (error.code !== 'ENOENT') throw error;
  return '';
}
