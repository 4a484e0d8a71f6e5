import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { extensions } from './encode.ts';

/**
 * Sounds made once and kept, within a number of bytes: the longest unused goes first. File names are hashes, since the
 * texts hold names and streets.
 */
export class SoundCache {
  readonly #folder: string;
  readonly #maxBytes: number;
  /** Bytes by hash, the longest unused first. */
  readonly #kept = new Map<string, number>();
  readonly #making = new Map<string, Promise<string>>();
  #bytes = 0;

  /** @param folder created when missing, readable by its owner only */
  constructor(folder: string, maxBytes: number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#adopt();
  }

  /**
   * The path, without extension, of the sound with that key.
   * @param make writes the files at the path given; asked once, however many wait for the same key
   * @throws whatever `make` throws; nothing is kept then
   */
  async get(key: string, make: (base: string) => Promise<void>): Promise<string> {
    const hash = createHash('sha256').update(key).digest('hex').slice(0, 32);
    const base = join(this.#folder, hash);
    const bytes = this.#kept.get(hash);
    if (bytes !== undefined && existsSync(`${base}.${extensions[0]}`)) {
      this.#kept.delete(hash);
      this.#kept.set(hash, bytes);
      return base;
    }
    const making = this.#making.get(hash) ?? this.#make(hash, base, make);
    this.#making.set(hash, making);
    return making;
  }

  async #make(hash: string, base: string, make: (base: string) => Promise<void>): Promise<string> {
    try {
      await make(base);
      const sizes = await Promise.all(extensions.map(async (extension) => (await stat(`${base}.${extension}`)).size));
      this.#keep(
        hash,
        sizes.reduce((sum, size) => sum + size, 0),
      );
      await this.#evict();
      return base;
    } finally {
      this.#making.delete(hash);
    }
  }

  #keep(hash: string, bytes: number): void {
    this.#bytes += bytes - (this.#kept.get(hash) ?? 0);
    this.#kept.delete(hash);
    this.#kept.set(hash, bytes);
  }

  async #evict(): Promise<void> {
    for (const [hash, bytes] of this.#kept) {
      if (this.#bytes <= this.#maxBytes || this.#kept.size === 1) return;
      this.#kept.delete(hash);
      this.#bytes -= bytes;
      for (const extension of extensions) await rm(join(this.#folder, `${hash}.${extension}`), { force: true });
    }
  }

  /** What an earlier process left: whole sounds are kept, anything else is a rendering that never ended. */
  #adopt(): void {
    const files = readdirSync(this.#folder).map((file) => ({ file, stat: statSync(join(this.#folder, file)) }));
    const byAge = files.toSorted((a, b) => a.stat.mtimeMs - b.stat.mtimeMs);
    for (const { file, stat } of byAge) {
      const hash = /^([0-9a-f]{32})\.(alaw|sln16)$/.exec(file)?.[1];
      if (hash === undefined) rmSync(join(this.#folder, file), { force: true, recursive: true });
      else this.#keep(hash, (this.#kept.get(hash) ?? 0) + stat.size);
    }
  }
}
