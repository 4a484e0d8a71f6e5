import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { extensions } from './encode.ts';
import type { SeldomWarning } from './seldom.ts';

/** How long what was seen in a folder is believed. */
export const rescanMs = 1000;

/**
 * The recordings of the repository. Asked for every piece of every sentence, so it answers from memory; a folder is
 * read again when its time stamp moved, looked at once a second at most.
 */
export class SoundFolder {
  readonly #path: string;
  readonly #nowMs: () => number;
  readonly #warn: SeldomWarning;
  /** Path without extension by name. */
  #found: ReadonlyMap<string, string> = new Map();
  #stamp = '';
  #nextLookMs = -Infinity;

  constructor(path: string, nowMs: () => number, warn: SeldomWarning) {
    this.#path = path;
    this.#nowMs = nowMs;
    this.#warn = warn;
  }

  /** The file's path without extension, undefined when there is none. */
  find(name: string): string | undefined {
    const now = this.#nowMs();
    if (now >= this.#nextLookMs) {
      this.#nextLookMs = now + rescanMs;
      this.#look();
    }
    return this.#found.get(name);
  }

  #look(): void {
    const folders = ['', 'numbers', 'digits'];
    try {
      const stats = folders.map((folder) => statSync(join(this.#path, folder), { throwIfNoEntry: false }));
      const stamp = stats.map((stat) => stat?.mtimeMs).join();
      if (stamp === this.#stamp) return;
      const present = folders.filter((_, index) => stats[index] !== undefined);
      const names = present.flatMap((folder) => this.#namesIn(folder));
      this.#found = new Map(names.map((name) => [name, join(this.#path, name)]));
      this.#stamp = stamp;
    } catch (error) {
      this.#warn(this.#path, 'The recordings cannot be looked at; those known so far are played.', { err: error });
    }
  }

  #namesIn(folder: string): string[] {
    const files = readdirSync(join(this.#path, folder));
    const sounds = extensions.flatMap((extension) =>
      files.filter((file) => file.endsWith(`.${extension}`)).map((file) => file.slice(0, -extension.length - 1)),
    );
    return sounds.map((name) => (folder === '' ? name : `${folder}/${name}`));
  }
}
