import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../kernel/errors.ts';
import { identify, isRunning, type ProcessIdentity, signal, waitForExit } from '../../../kernel/processes.ts';
import { superviseProcess } from '../../../kernel/supervised-process.ts';
import { type AsteriskProgram, findAsterisk } from './asterisk-program.ts';
import { type AsteriskPlace, ariUser } from './configuration.ts';
import type { Progress } from './fetch-runtime.ts';
import { type AsteriskSettings, preparePlace, withFreeAriPort, writeConfiguration } from './prepare-place.ts';

/** How ARI is reached: `ariUrl` such as `http://127.0.0.1:35001/ari`. */
export interface AriAddress {
  readonly ariUrl: string;
  readonly user: string;
  readonly password: string;
}

/** The home's own Asterisk. It is started again within seconds when it dies. */
export interface AsteriskRuntime extends AriAddress {
  readonly pid: number;
  isAlive(): boolean;
  /** Called each time it died and runs again. ARI's address stays unless another program took the port meanwhile. */
  onRestart(listener: () => void): void;
  /** Hangs up all calls and ends it, in under three seconds. */
  stop(): Promise<void>;
  /** Lets it and its calls run on without us; the next `startAsterisk` on the same home adopts it. */
  release(): void;
}

const readyWithinMs = 30_000;

/**
 * Starts the home's Asterisk, or adopts the one that a killed control plane left, calls and all.
 * @param deps `progress` hears of downloads; `failed` is told when it died and could not be started again at once
 * @throws AppError `telephony_unavailable`, `missing_part`, `disk_full`, `no_permission`
 */
export async function startAsterisk(
  settings: AsteriskSettings,
  deps: { readonly progress?: Progress; readonly failed?: (error: unknown) => void } = {},
): Promise<AsteriskRuntime> {
  const program = await findAsterisk(settings, deps.progress ?? (() => {}));
  let place = await preparePlace(settings);
  const listeners: (() => void)[] = [];
  const supervised = await superviseProcess({
    start: async () => {
      const running = await adopt(settings, place);
      if (running !== undefined) return running;
      place = await withFreeAriPort(settings, place);
      return await launch(settings, place, program);
    },
    stopSignals: [{ signal: 'SIGTERM', waitMs: 2_000 }],
    restarted: () => {
      for (const listener of listeners) listener();
    },
    ...(deps.failed === undefined ? {} : { failed: deps.failed }),
  });
  return {
    get ariUrl() {
      return addressOf(place).ariUrl;
    },
    user: ariUser,
    password: place.ariPassword,
    get pid() {
      return supervised.pid;
    },
    isAlive: () => supervised.isAlive(),
    onRestart: (listener) => listeners.push(listener),
    stop: () => supervised.stop(),
    release: () => supervised.release(),
  };
}

function addressOf(place: AsteriskPlace): AriAddress {
  return { ariUrl: `http://127.0.0.1:${place.ariPort}/ari`, user: ariUser, password: place.ariPassword };
}

function processFile(settings: AsteriskSettings): string {
  return join(settings.home, 'asterisk', 'process.json');
}

/** The Asterisk of this home that runs already and answers; one that runs and does not answer is ended. */
async function adopt(settings: AsteriskSettings, place: AsteriskPlace): Promise<ProcessIdentity | undefined> {
  const path = processFile(settings);
  let known: ProcessIdentity;
  try {
    known = JSON.parse(await readFile(path, 'utf8')) as ProcessIdentity;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (!isRunning(known)) return undefined;
  if (await becomesReady(place, known, 3_000)) return known;
  signal(known, 'SIGKILL');
  await waitForExit(known, 2_000);
  return undefined;
}

async function launch(
  settings: AsteriskSettings,
  place: AsteriskPlace,
  program: AsteriskProgram,
): Promise<ProcessIdentity> {
  const configuration = await writeConfiguration(place, program);
  await rm(join(place.run, 'asterisk.ctl'), { force: true });
  const startLog = join(place.logs, 'start.log');
  const { file, args, env } = program.command(['-f', '-C', configuration]);
  const log = openSync(startLog, 'w', 0o600);
  // Detached: Ctrl-C in a terminal reaches our whole process group, and calls must not die of it.
  const child = spawn(file, args, {
    cwd: place.spool,
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...env, HOME: place.data },
  });
  closeSync(log);
  const failedToSpawn = new Promise<never>((_, reject) => child.once('error', reject));
  child.unref();
  const running = child.pid === undefined ? undefined : identify(child.pid);
  if (running !== undefined) {
    const path = processFile(settings);
    await writeFile(`${path}.new`, JSON.stringify(running), { mode: 0o600 });
    await rename(`${path}.new`, path);
    if (await Promise.race([becomesReady(place, running, readyWithinMs), failedToSpawn])) return running;
    signal(running, 'SIGKILL');
  }
  const said = `${await readFile(startLog, 'utf8')}\n${await readFile(join(place.logs, 'messages.log'), 'utf8').catch(() => '')}`;
  throw new AppError(
    'telephony_unavailable',
    `Asterisk did not start: ${lastComplaint(said)} More is in ${place.logs}.`,
    { said: said.slice(-4000) },
  );
}

/** ARI answers `/asterisk/info`, with a password only this home's Asterisk knows, after all modules are loaded. */
async function becomesReady(place: AsteriskPlace, running: ProcessIdentity, withinMs: number): Promise<boolean> {
  const { ariUrl, user, password } = addressOf(place);
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline && isRunning(running)) {
    try {
      const response = await fetch(`${ariUrl}/asterisk/info`, {
        headers: { authorization },
        signal: AbortSignal.timeout(1_000),
      });
      const info = response.ok ? ((await response.json()) as { status?: { startup_time?: string } }) : undefined;
      if (info?.status?.startup_time !== undefined) return true;
    } catch {
      // Not listening yet: asked again until the deadline.
    }
    await sleep(25);
  }
  return false;
}

function lastComplaint(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  return lines.findLast((line) => line.includes('ERROR')) ?? lines.at(-1) ?? 'it said nothing.';
}
