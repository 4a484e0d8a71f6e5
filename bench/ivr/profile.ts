import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A share of the profile's busy time, from 0 to 1. */
export interface Share {
  readonly what: string;
  readonly share: number;
}

export interface ProfileSummary {
  /** Time in which the process did anything, in ms. */
  readonly busyMs: number;
  /** By room of the house, package, or part of Node itself. */
  readonly rooms: readonly Share[];
  readonly functions: readonly Share[];
}

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const root = resolve(import.meta.dirname, '../..');
const notBusy = new Set(['(idle)', '(root)']);

/** Sums up the profiles that `node --cpu-prof` left in a folder, without the time before `afterMs`. */
export function summarizeProfiles(folder: string, afterMs = 0, functionCount = 15): ProfileSummary {
  const rooms = new Map<string, number>();
  const functions = new Map<string, number>();
  let busy = 0;
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))) {
    const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile;
    const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
    let at = 0;
    for (const [i, id] of profile.samples.entries()) {
      const micros = profile.timeDeltas[i] ?? 0;
      at += micros;
      const frame = frames.get(id);
      if (frame === undefined || at < afterMs * 1000 || notBusy.has(frame.functionName)) continue;
      busy += micros;
      const room = roomOf(frame.url, frame.functionName);
      rooms.set(room, (rooms.get(room) ?? 0) + micros);
      const name = `${frame.functionName || '(anonymous)'} ${room}${frame.url === '' ? '' : `:${frame.lineNumber + 1}`}`;
      functions.set(name, (functions.get(name) ?? 0) + micros);
    }
  }
  const shares = (sums: ReadonlyMap<string, number>): Share[] =>
    [...sums]
      .map(([what, micros]) => ({ what, share: micros / busy }))
      .toSorted((one, other) => other.share - one.share);
  return { busyMs: busy / 1000, rooms: shares(rooms), functions: shares(functions).slice(0, functionCount) };
}

/** `src/calls`, `npm pg`, `node:net`, or what V8 itself did. */
function roomOf(url: string, name: string): string {
  if (url === '') return name.startsWith('(') ? `V8 ${name}` : 'V8 built-in';
  if (url.startsWith('node:')) return url.split('/').slice(0, 2).join('/');
  if (!url.startsWith('file:')) return url.split(':', 1)[0] ?? '';
  const path = relative(root, fileURLToPath(url));
  const parts = path.split('/');
  if (parts[0] === 'node_modules') return `npm ${parts[1]?.startsWith('@') ? `${parts[1]}/${parts[2]}` : parts[1]}`;
  return parts.slice(0, -1).join('/');
}
