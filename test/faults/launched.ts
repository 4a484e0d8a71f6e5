import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TestSystem } from '../helpers/system.ts';

const launcher = fileURLToPath(new URL('../../scripts/launch.mjs', import.meta.url));

/** `npm start` on a system's home and ports, with the launcher that starts the control plane again when it dies. */
export class Launched {
  readonly #child: ChildProcess;
  readonly #home: string;
  #output = '';

  private constructor(child: ChildProcess, home: string) {
    this.#child = child;
    this.#home = home;
    child.stdout?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
  }

  /** Ready when it resolves. */
  static async start(system: TestSystem): Promise<Launched> {
    const env = { ...process.env, ...system.env };
    const child = spawn('node', [launcher, 'start'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const launched = new Launched(child, system.home);
    await launched.ready(1);
    return launched;
  }

  get output(): string {
    return this.#output;
  }

  /** The control plane that runs now. */
  get controlPlanePid(): number {
    return (JSON.parse(readFileSync(join(this.#home, 'control-plane.lock'), 'utf8')) as { pid: number }).pid;
  }

  /** How many times the control plane has become ready. */
  get timesReady(): number {
    return this.#output.split('is ready').length - 1;
  }

  /** Waits until the control plane has become ready so many times. */
  async ready(times: number, timeoutMs = 60_000): Promise<void> {
    const tooLate = Date.now() + timeoutMs;
    while (this.timesReady < times) {
      if (this.#child.exitCode !== null || Date.now() > tooLate) throw new Error(`It did not start: ${this.#output}`);
      await sleep(20);
    }
  }

  /** Ctrl-C; gives the exit code. */
  async interrupt(): Promise<number | null> {
    this.#child.kill('SIGINT');
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
    return this.#child.exitCode;
  }
}
