import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { controlPlaneArguments } from '../../scripts/launch/paths.mjs';
import type { CallDetail } from '../../src/calls/schemas.ts';
import type { DemoFile } from '../../src/cli/demo-home.ts';
import { newExtension } from '../../src/exchange/schemas.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { type DatabaseConnection, openDatabase } from '../../src/storage/database.ts';
import { startPostgres } from '../../src/storage/embedded-postgres.ts';
import { AriHttp } from '../../src/telephony/asterisk/ari-http.ts';
import { type Attributes, objectsOf, type PhoneObjects } from '../../src/telephony/asterisk/provisioning.ts';
import { ariUser } from '../../src/telephony/asterisk/runtime/configuration.ts';
import { homesFolder } from './homes-folder.ts';
import { areFree, PortStretch } from './ports.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const node = join(root, 'node_modules', 'node', 'bin', 'node');
/** Lines below are for tests that number their phones themselves. */
const firstLine = 10;

/** The whole system in a process of its own, on ports and a home of its own, as `npm start` runs it. */
export class TestSystem {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  readonly sipPort: number;
  readonly sipTlsPort: number;
  readonly httpPort: number;
  /** First of a hundred ports that nobody else uses: phones take their SIP and audio ports from here. */
  readonly phonePorts: number;
  #child: ChildProcess | undefined;
  #database: DatabaseConnection | undefined;
  #output = '';
  readonly #phones = new Map<string, string>();
  readonly #ports: PortStretch;
  readonly #checkout: string;
  #lastLine = firstLine;

  private constructor(home: string, ports: PortStretch, extra: Readonly<Record<string, string>>, checkout = root) {
    const base = ports.first;
    this.home = home;
    this.#ports = ports;
    this.#checkout = checkout;
    this.httpPort = base;
    this.sipPort = base + 2;
    this.sipTlsPort = base + 4;
    this.phonePorts = base + 10;
    this.env = {
      UIRAPURU_HOME: home,
      UIRAPURU_HTTP_PORT: String(base),
      UIRAPURU_HTTPS_PORT: String(base + 1),
      UIRAPURU_SIP_PORT: String(base + 2),
      UIRAPURU_WSS_PORT: String(base + 3),
      UIRAPURU_SIP_TLS_PORT: String(base + 4),
      UIRAPURU_RTP_PORTS: `${base + 200}-${base + 397}`,
      UIRAPURU_LOG_LEVEL: 'debug',
      ...extra,
    };
  }

  /**
   * Starts on a copy of the home that the run's tests share; ready when it resolves.
   * @param checkout where the program is, when not here
   */
  static async start(extra: Readonly<Record<string, string>> = {}, checkout?: string): Promise<TestSystem> {
    const system = await TestSystem.prepare(extra, checkout);
    await system.startControlPlane();
    return system;
  }

  /** As `start`, but nothing runs yet. */
  static async prepare(extra: Readonly<Record<string, string>> = {}, checkout?: string): Promise<TestSystem> {
    const home = newHome();
    // As root, PostgreSQL's files belong to another user, and must go on to.
    await promisify(execFile)('cp', ['-a', `${inject('templateHome')}/.`, home]);
    return new TestSystem(home, await PortStretch.claim(), extra, checkout);
  }

  /** Makes a new home and starts on it, for the first time. */
  static async startNew(extra: Readonly<Record<string, string>> = {}, home = newHome()): Promise<TestSystem> {
    const system = new TestSystem(home, await PortStretch.claim(), extra);
    await system.startControlPlane();
    return system;
  }

  /**
   * Starts the control plane, again if it was killed.
   * @param until what it says when this may resolve
   */
  async startControlPlane(until = 'is ready'): Promise<void> {
    // With the product's arguments of Node.js: how much memory it may take is one of them.
    const child = spawn(node, [...controlPlaneArguments, 'src/cli/start.ts'], {
      cwd: this.#checkout,
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    // The first start on a busy machine takes as long as it takes.
    await this.says(until, this.#output.length, Number.POSITIVE_INFINITY);
  }

  /** Waits until the control plane has printed something, after so many characters of its output. */
  async says(text: string, from = 0, timeoutMs = 60_000): Promise<void> {
    const child = this.#child;
    const tooLate = Date.now() + timeoutMs;
    while (!this.#output.slice(from).includes(text)) {
      const isOver = child === undefined || child.exitCode !== null || child.signalCode !== null;
      if (isOver || Date.now() > tooLate) throw new Error(`It did not say "${text}": ${this.#output}`);
      await sleep(20);
    }
  }

  /** Waits for the control plane to end by itself; gives its exit code. */
  async ended(): Promise<number | null> {
    const child = this.#child;
    if (child !== undefined && child.exitCode === null) await once(child, 'close');
    return child?.exitCode ?? null;
  }

  /** What it has printed so far. */
  get output(): string {
    return this.#output;
  }

  /** The lines of its own log. */
  get log(): string {
    return readFileSync(join(this.home, 'logs', 'uirapuru.log'), 'utf8');
  }

  get controlPlanePid(): number {
    return this.#child?.pid ?? 0;
  }

  get demo(): DemoFile {
    return JSON.parse(readFileSync(join(this.home, 'demo.json'), 'utf8')) as DemoFile;
  }

  /** The password of one of the demo's extensions, or of a phone that was plugged in. */
  account(number: string): { user: string; password: string } {
    const plugged = this.#phones.get(number);
    if (plugged !== undefined) return { user: number, password: plugged };
    const found = this.demo.extensions.find((extension) => extension.number === number);
    if (found === undefined) throw new Error(`There is no extension ${number}`);
    return { user: number, password: found.password };
  }

  /**
   * Lets a phone call whose number stands in no number plan, as calls come from outside: any number, a subscriber's too.
   * A control plane that is started again unplugs it.
   * @returns a line for it that no other phone of this system has
   */
  async plugIn(number: string): Promise<number> {
    const password = `secret-of-${number}`;
    await this.#put(deskPhone(number, password));
    this.#phones.set(number, password);
    while (!(await areFree('udp', this.#portsOf(this.#lastLine)))) this.#lastLine++;
    return this.#lastLine++;
  }

  /** Changes what Asterisk knows of an extension's phones, until the control plane is started again. */
  async change(extension: string, endpoint: Attributes): Promise<void> {
    const { password } = this.account(extension);
    const objects = deskPhone(extension, password);
    await this.#put({ ...objects, endpoint: { ...objects.endpoint, ...endpoint } });
  }

  async #put(objects: PhoneObjects): Promise<void> {
    const { port, password } = JSON.parse(readFileSync(join(this.home, 'asterisk', 'ari.json'), 'utf8')) as {
      port: number;
      password: string;
    };
    const ari = new AriHttp({ ariUrl: `http://127.0.0.1:${port}/ari`, user: ariUser, password });
    const id = objects.endpoint['aors'] ?? '';
    for (const objectType of ['auth', 'aor', 'endpoint'] as const) {
      const fields = Object.entries(objects[objectType]).map(([attribute, value]) => ({ attribute, value }));
      const path = { configClass: 'res_pjsip', objectType, id };
      await ari.ask('PUT /asterisk/config/dynamic/{configClass}/{objectType}/{id}', { path, body: { fields } });
    }
  }

  /** Of a phone's SIP and its audio. */
  #portsOf(line: number): number[] {
    return [this.phonePorts + line, this.phonePorts + 50 + 2 * line];
  }

  /** A subscriber of the demo in this situation; `index` where several are needed. */
  subscriber(situation: string, index = 0): DemoFile['subscribers'][number] {
    const found = this.demo.subscribers.filter((subscriber) => subscriber.situation === situation)[index];
    if (found === undefined) throw new Error(`There are not ${index + 1} subscribers in the situation ${situation}`);
    return found;
  }

  /** The system's database, on connections of the test's own. */
  async database(): Promise<DatabaseConnection> {
    if (this.#database === undefined) {
      const server = await startPostgres({ home: this.home });
      server.release();
      this.#database = openDatabase(server.url, silentLogger, 2);
    }
    return this.#database;
  }

  /** Asks the API with the demo's token, which is an operator's. */
  async api(path: string, method = 'GET', body?: object): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.httpPort}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.demo.api.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
  }

  /** Runs `npm run <command> -- …` beside it. @returns what it prints. @throws Error when it does not end well */
  async run(command: string, ...args: string[]): Promise<string> {
    const env = { ...process.env, ...this.env };
    const { stdout } = await promisify(execFile)(node, [`src/cli/${command}.ts`, ...args], { cwd: root, env });
    return stdout;
  }

  /** The newest call in the log (or the newest from this number), once it has ended. */
  async endedCall(timeoutMs = 5_000, from?: string): Promise<CallDetail> {
    const tooLate = Date.now() + timeoutMs;
    for (;;) {
      const page = from === undefined ? 1 : 50;
      const { calls } = (await (await this.api(`/api/calls?limit=${page}`)).json()) as { calls: CallDetail[] };
      const newest = calls.find((call) => from === undefined || call.callerNumber === from);
      if (newest !== undefined && newest.endedAt !== null) {
        return (await (await this.api(`/api/calls/${newest.id}`)).json()) as CallDetail;
      }
      if (Date.now() > tooLate) throw new Error(`No call ended within ${timeoutMs} ms: ${JSON.stringify(newest)}`);
      await sleep(50);
    }
  }

  /** `kill -9` of the control plane; Asterisk and PostgreSQL stay. */
  async killControlPlane(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Ctrl-C; the home stays. */
  async leave(): Promise<void> {
    await this.#database?.close();
    await this.#end('SIGINT');
    // A test that failed while the control plane was dead would leave the rest running.
    if (this.#child?.signalCode === 'SIGKILL') await this.#stopLeftovers();
    this.#ports.release();
  }

  /** Ctrl-C, and the home is taken away. */
  async stop(): Promise<void> {
    await this.leave();
    rmSync(this.home, { recursive: true, force: true });
  }

  async #stopLeftovers(): Promise<void> {
    await once(spawn(node, ['src/cli/stop.ts'], { cwd: root, env: { ...process.env, ...this.env } }), 'close');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  }
}

function deskPhone(number: string, password: string): PhoneObjects {
  // Also numbers that no extension can have, as calls come from outside.
  const place = { tenantId: 1, domain: null };
  return objectsOf({ ...newExtension.parse({ number: '1000' }), number, password }, place);
}

function newHome(): string {
  return mkdtempSync(join(homesFolder(), 'uira-sys-'));
}
