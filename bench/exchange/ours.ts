import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoFile } from '../../src/cli/demo-home.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { lockHolder } from '../../src/kernel/pid-lock.ts';
import { type DatabaseConnection, openDatabase } from '../../src/storage/database.ts';
import { startPostgres } from '../../src/storage/embedded-postgres.ts';
import { environmentOf, ports } from '../ivr/places.ts';

const url = `http://127.0.0.1:${ports.ours.http}`;

/** The whole product, as `npm start` runs it on a new home. */
export class OurSystem {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #database: DatabaseConnection | undefined;
  readonly home = environmentOf('ours')['UIRAPURU_HOME'] ?? '';

  private constructor(nodeOptions: string) {
    this.#child = spawn(process.execPath, [join(import.meta.dirname, '../../scripts/launch.mjs'), 'start'], {
      // A program is held back at a hundred requests a second; what is measured is how long they take.
      env: {
        ...process.env,
        ...environmentOf('ours'),
        UIRAPURU_APP_RATE: '100000',
        UIRAPURU_ORIGIN_RATE: '100000',
        NODE_OPTIONS: nodeOptions,
      },
      stdio: 'ignore',
    });
    this.#ended = new Promise((resolve) => this.#child.once('close', () => resolve()));
  }

  /** @param nodeOptions for the control plane, such as those of Node's profiler */
  static async start(nodeOptions = ''): Promise<OurSystem> {
    const ours = new OurSystem(nodeOptions);
    while (
      !(await fetch(`${url}/health`).then(
        ({ ok }) => ok,
        () => false,
      ))
    )
      await sleep(50);
    return ours;
  }

  get demo(): DemoFile {
    return JSON.parse(readFileSync(join(this.home, 'demo.json'), 'utf8')) as DemoFile;
  }

  /** Process ids of its parts. */
  get parts() {
    const asterisk = JSON.parse(readFileSync(join(this.home, 'asterisk', 'process.json'), 'utf8')) as { pid: number };
    return {
      asterisk: asterisk.pid,
      node: lockHolder(join(this.home, 'control-plane.lock'))?.pid ?? 0,
      postgres: Number(readFileSync(join(this.home, 'postgres', 'postmaster.pid'), 'utf8').split('\n', 1)[0]),
    };
  }

  /** Asks the API as an administrator. @throws when it does not do what it is asked */
  async ask(method: string, path: string, body?: object): Promise<Response> {
    const authorization = `Bearer ${this.demo.api.token}`;
    const answer = await fetch(`${url}/api/${path}`, {
      method,
      headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  /** How many recordings are in their place. */
  async storedRecordings(): Promise<number> {
    if (this.#database === undefined) {
      const server = await startPostgres({ home: this.home });
      server.release();
      this.#database = openDatabase(server.url, silentLogger, 1);
    }
    const stored = await this.#database.db
      .selectFrom('recording')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('state', '=', 'stored')
      .executeTakeFirstOrThrow();
    return stored.count;
  }

  async stop(): Promise<void> {
    await this.#database?.close();
    this.#child.kill('SIGTERM');
    await this.#ended;
  }
}
