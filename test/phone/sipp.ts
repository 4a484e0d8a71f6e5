import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureRuntime } from '../../src/telephony/asterisk/runtime/fetch-runtime.ts';
import { runtimeCommand } from '../../src/telephony/asterisk/runtime/runtime-root.ts';
import type { Scenario } from './scenario.ts';

export interface SippOptions {
  readonly scenario: Scenario;
  /** The exchange: `127.0.0.1:7048`. */
  readonly target: string;
  /** The phone's own SIP port. */
  readonly port: number;
  /** First port of SIPp's own audio, when it sends captures. */
  readonly mediaPort?: number;
  /** Calls in all, 1 by default; calls a second, 50 by default; calls at once. */
  readonly calls?: number;
  readonly rate?: number;
  readonly atOnce?: number;
  /** Further arguments of SIPp. */
  readonly args?: readonly string[];
  /** Where SIPp's files go, kept afterwards; a folder of its own that is removed when left out. */
  readonly folder?: string;
  readonly timeoutMs?: number;
  /** Where runtime parts are, as `Config.cache`. */
  readonly cache?: string;
}

export interface SippResult {
  /** 0 when every call went as its scenario says. */
  readonly exitCode: number;
  readonly successful: number;
  readonly failed: number;
  /** Words the scenario logged, in order. */
  readonly log: readonly string[];
  /** What SIPp complained of. */
  readonly errors: string;
  /** The last row of SIPp's statistics, by column name. */
  readonly statistics: Readonly<Record<string, string>>;
}

/** One run of SIPp: a phone, or a crowd of them. */
export class PhoneRun {
  readonly finished: Promise<SippResult>;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #logFile: string;
  readonly #folder: string;
  #ended = false;
  /** Kept when the folder is removed. */
  #finalLog: readonly string[] | undefined;
  #finalErrors = '';

  constructor(child: ChildProcess, folder: string, removeFolder: boolean) {
    this.#child = child;
    this.#folder = folder;
    this.#logFile = join(folder, 'log.txt');
    this.pid = child.pid ?? 0;
    let output = '';
    child.stdout?.on('data', () => undefined);
    child.stderr?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    this.finished = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        this.#ended = true;
        this.#finalLog = this.log;
        this.#finalErrors = read(join(folder, 'errors.txt'));
        resolve(this.#result(code ?? -1, output));
        if (removeFolder) rmSync(folder, { recursive: true, force: true });
      });
    });
  }

  /** Words logged so far. */
  get log(): string[] {
    if (this.#finalLog !== undefined) return [...this.#finalLog];
    return read(this.#logFile)
      .split('\n')
      .filter((line) => line !== '');
  }

  /** Resolves with the first logged line that begins with this text, at once if there is one already. */
  async when(text: string, timeoutMs = 10_000): Promise<string> {
    const tooLate = Date.now() + timeoutMs;
    for (;;) {
      const over = this.#ended;
      const line = this.log.find((candidate) => candidate.startsWith(text));
      if (line !== undefined) return line;
      if (over || Date.now() > tooLate) {
        throw new Error(`SIPp ${over ? 'ended and' : ''} did not log "${text}": ${this.#state()}`);
      }
      await sleep(5);
    }
  }

  /**
   * Ends the run at once: SIPp hangs up, or gives up, the calls that it placed. A call that it answered it leaves without
   * a word; `Scenario.hangUpAnswered` ends those properly.
   */
  async hangUp(): Promise<SippResult> {
    for (let i = 0; i < 20 && !this.#ended; i++) {
      this.#child.kill('SIGUSR1');
      await sleep(30);
    }
    if (!this.#ended) this.#child.kill('SIGKILL');
    return this.finished;
  }

  /** Ends SIPp without a word to the other side, as a phone that loses its power. */
  async vanish(): Promise<void> {
    if (!this.#ended) this.#child.kill('SIGKILL');
    await this.finished;
  }

  #state(): string {
    return `${this.log.join(' | ')} ${(this.#ended ? this.#finalErrors : read(join(this.#folder, 'errors.txt'))).slice(-2000)}`;
  }

  #result(exitCode: number, output: string): SippResult {
    const statistics = lastRow(read(join(this.#folder, 'statistics.csv')));
    return {
      exitCode,
      successful: Number(statistics['SuccessfulCall(C)'] ?? 0),
      failed: Number(statistics['FailedCall(C)'] ?? 0),
      log: this.log,
      errors: output + read(join(this.#folder, 'errors.txt')),
      statistics,
    };
  }
}

/** Starts SIPp on a scenario. It runs until its calls are over, `hangUp`, or the timeout. */
export async function startSipp(options: SippOptions): Promise<PhoneRun> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'uira-sipp-'));
  const scenarioFile = join(folder, 'scenario.xml');
  writeFileSync(scenarioFile, options.scenario.toXml());
  const root = await ensureRuntime({ cache: options.cache ?? runtimeCache() }, 'test', () => undefined);
  const seconds = Math.ceil((options.timeoutMs ?? 60_000) / 1000);
  const argumentLine =
    `${options.target} -sf ${scenarioFile} -i 127.0.0.1 -p ${options.port} -mi 127.0.0.1 -m ${options.calls ?? 1} ` +
    `-r ${options.rate ?? 50} -l ${options.atOnce ?? 1000} -timeout ${seconds}s -nostdin -default_behaviors all,-bye ` +
    `-trace_logs -log_file ${folder}/log.txt -trace_err -error_file ${folder}/errors.txt ` +
    `-trace_stat -stf ${folder}/statistics.csv -fd 1` +
    (options.mediaPort === undefined ? '' : ` -min_rtp_port ${options.mediaPort}`);
  const { file, args, env } = runtimeCommand(root, 'sipp', [...argumentLine.split(' '), ...(options.args ?? [])]);
  const child = spawn(file, args, { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  return new PhoneRun(child, folder, options.folder === undefined);
}

/** Runs SIPp to its end. */
export async function runSipp(options: SippOptions): Promise<SippResult> {
  return (await startSipp(options)).finished;
}

/** Where runtime parts are. */
export function runtimeCache(): string {
  return (
    process.env['UIRAPURU_CACHE'] ??
    join(process.env['XDG_CACHE_HOME'] ?? join(process.env['HOME'] ?? '', '.cache'), 'uirapuru')
  );
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function lastRow(csv: string): Record<string, string> {
  const lines = csv.split('\n').filter((line) => line !== '');
  const names = lines[0]?.split(';') ?? [];
  const values = lines.length > 1 ? (lines.at(-1)?.split(';') ?? []) : [];
  return Object.fromEntries(names.map((name, i) => [name, values[i] ?? '']));
}
