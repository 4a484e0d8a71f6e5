import { createHash } from 'node:crypto';
import { renderingVersion } from './encode.ts';
import type { Recording } from './recording.ts';

/** What each recording in the repository was made from: name to fingerprint. */
export type Manifest = Readonly<Record<string, string>>;

/** Changes when the recording has to be made again. */
export function fingerprint(recording: Recording, voiceName: string): string {
  const { text, intonation, tailMs } = recording;
  const source = JSON.stringify([renderingVersion, voiceName, text, intonation, tailMs]);
  return createHash('sha256').update(source).digest('hex').slice(0, 16);
}

/** The manifest that the recordings should have, in the order of their names. */
export function manifestOf(recordings: readonly Recording[], voiceName: string): Manifest {
  const entries = recordings.map((recording) => [recording.name, fingerprint(recording, voiceName)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
