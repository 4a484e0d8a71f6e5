import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestSystem } from '../helpers/system.ts';
import { postgresPids } from './inside.ts';

/** A disk that can be filled up under a running system. */
export class SmallDisk {
  readonly #folder: string;
  /** Where mounting is not allowed, PostgreSQL may not write files any more instead. */
  readonly #isMounted: boolean;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'uira-disk-'));
    this.#isMounted = succeeds('mount', ['-t', 'tmpfs', '-o', 'size=700m', 'none', this.#folder]);
  }

  /** A system whose home lies on this disk. */
  async startSystem(): Promise<TestSystem> {
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = this.#folder;
    try {
      return await TestSystem.start();
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  }

  /** Not a byte is left. */
  fill(system: TestSystem): void {
    if (this.#isMounted) {
      const { bavail, bsize } = statfsSync(this.#folder);
      writeFileSync(this.#filler, Buffer.alloc((bavail - 1) * bsize));
      return;
    }
    for (const pid of postgresPids(system)) succeeds('prlimit', ['--pid', String(pid), '--fsize=0']);
  }

  /** There is room again. A PostgreSQL that might not write has ended, and the next one may. */
  free(): void {
    rmSync(this.#filler, { force: true });
  }

  remove(): void {
    if (this.#isMounted) execFileSync('umount', [this.#folder]);
    rmSync(this.#folder, { recursive: true });
  }

  get #filler(): string {
    return join(this.#folder, 'filler');
  }
}

function succeeds(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
