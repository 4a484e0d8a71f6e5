import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { SeldomWarning } from './seldom.ts';
import { rescanMs } from './sound-folder.ts';

/** A recording of the operator's own: the file, and a version that changes with its content. */
export interface Replacement {
  readonly path: string;
  readonly version: string;
}

/**
 * The operator's own recordings, `<home>/prompts/<name>.wav`. The folder is read again once a second at most and only
 * while somebody listens, so a new file is heard without a restart.
 */
export class Replacements {
  readonly #folder: string;
  readonly #nowMs: () => number;
  readonly #warn: SeldomWarning;
  #files: ReadonlyMap<string, Replacement> = new Map();
  #nextLookMs = -Infinity;

  constructor(folder: string, nowMs: () => number, warn: SeldomWarning) {
    this.#folder = folder;
    this.#nowMs = nowMs;
    this.#warn = warn;
  }

  find(name: string): Replacement | undefined {
    const now = this.#nowMs();
    if (now >= this.#nextLookMs) {
      this.#nextLookMs = now + rescanMs;
      this.#read();
    }
    return this.#files.get(name);
  }

  #read(): void {
    try {
      this.#files = read(this.#folder);
    } catch (error) {
      this.#warn(this.#folder, 'Replaced prompts cannot be read; those known so far are played.', { err: error });
    }
  }
}

function read(folder: string): ReadonlyMap<string, Replacement> {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return new Map();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files
      .filter((entry) => entry.name.endsWith('.wav'))
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        const stat = statSync(path, { throwIfNoEntry: false });
        const version = `${stat?.mtimeMs} ${stat?.size}`;
        return [relative(folder, path).slice(0, -'.wav'.length), { path, version }];
      }),
  );
}
