import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../kernel/errors.ts';
import { assertPortFree } from '../../../kernel/ports.ts';
import { keepOrdinary } from '../../../kernel/priority.ts';
import { identify, isRunning, type ProcessIdentity, signal } from '../../../kernel/processes.ts';
import { endProcess, type StopSignals } from '../../../kernel/supervised-process.ts';
import type { AsteriskProgram } from './asterisk-program.ts';
import { type AsteriskPlace, ariUser, renderConfiguration } from './configuration.ts';
import { writeConfiguration } from './prepare-place.ts';

/** How ARI is reached: `ariUrl` such as `http://127.0.0.1:35001/ari`. */
export interface AriAddress {
  readonly ariUrl: string;
  readonly user: string;
  readonly password: string;
  /** Where it keeps what is recorded, if that is on this machine. */
  readonly recordingsFolder?: string;
}

/** SIGTERM: Asterisk hangs up every channel, unloads its modules and ends. */
export const asteriskStopSignals: StopSignals = [{ signal: 'SIGTERM', waitMs: 2_000 }];

/** What `<home>/asterisk/process.json` holds. */
interface Started extends ProcessIdentity {
  /** Of the configuration it was started with. */
  readonly configurationHash: string;
}

const readyWithinMs = 30_000;

/** Where ARI of this Asterisk is, and the way in. */
export function addressOf(place: AsteriskPlace): AriAddress {
  return {
    ariUrl: `http://127.0.0.1:${place.ariPort}/ari`,
    user: ariUser,
    password: place.ariPassword,
    recordingsFolder: join(place.spool, 'recording'),
  };
}

/**
 * The Asterisk of this home that runs already and answers. One that runs and does not answer, or was started with other
 * settings, is ended.
 */
export async function adoptAsterisk(home: string, place: AsteriskPlace): Promise<ProcessIdentity | undefined> {
  const known = await readStarted(home);
  if (known === undefined || !isRunning(known)) return undefined;
  if (known.configurationHash === hashOf(place) && (await becomesReady(place, known, 3_000))) return known;
  await endProcess(known, asteriskStopSignals);
  return undefined;
}

/** Ends the home's Asterisk if one was left running; starts nothing. */
export async function stopLeftAsterisk(home: string): Promise<void> {
  const known = await readStarted(home);
  if (known !== undefined) await endProcess(known, asteriskStopSignals);
}

/**
 * Starts Asterisk and waits until ARI answers and every module is loaded.
 * @throws AppError `telephony_unavailable` with what it complained of, `port_taken`
 */
export async function launchAsterisk(
  home: string,
  place: AsteriskPlace,
  program: AsteriskProgram,
): Promise<ProcessIdentity> {
  await assertPortsFree(place);
  const configuration = await writeConfiguration(place, program);
  await rm(join(place.run, 'asterisk.ctl'), { force: true });
  const startLog = join(place.logs, 'start.log');
  const { file, args, env } = program.command(['-f', '-C', configuration]);
  const log = openSync(startLog, 'w', 0o600);
  const options = { cwd: place.spool, env: { ...env, HOME: place.data } };
  // Detached: Ctrl-C in a terminal reaches our whole process group, and calls must not die of it.
  const child = spawn(file, args, { ...options, detached: true, stdio: ['ignore', log, log] });
  keepOrdinary(child.pid);
  closeSync(log);
  const notSpawned = new Promise<never>((_, reject) => child.once('error', reject));
  child.unref();
  const running = child.pid === undefined ? undefined : identify(child.pid);
  if (running !== undefined) {
    await writeStarted(home, { ...running, configurationHash: hashOf(place) });
    if (await Promise.race([becomesReady(place, running, readyWithinMs), notSpawned])) return running;
    signal(running, 'SIGKILL');
  }
  const said = `${await readFile(join(place.logs, 'messages.log'), 'utf8').catch(() => '')}\n${await readFile(startLog, 'utf8')}`;
  throw new AppError(
    'telephony_unavailable',
    `Asterisk did not start: ${lastComplaint(said)} More is in ${place.logs}.`,
    { said: said.slice(-4000) },
  );
}

async function assertPortsFree(place: AsteriskPlace): Promise<void> {
  const sip = { address: place.bind, port: place.sipPort, purpose: 'SIP', setting: 'UIRAPURU_SIP_PORT' };
  await assertPortFree({ ...sip, protocol: 'udp' });
  await assertPortFree({ ...sip, protocol: 'tcp' });
  const tls = {
    address: place.bind,
    port: place.sipTlsPort,
    purpose: 'SIP over TLS',
    setting: 'UIRAPURU_SIP_TLS_PORT',
  };
  await assertPortFree({ ...tls, protocol: 'tcp' });
  const wss = { address: place.bind, port: place.wssPort, purpose: 'WSS', setting: 'UIRAPURU_WSS_PORT' };
  await assertPortFree({ ...wss, protocol: 'tcp' });
}

/** `startup_time` is set after the last module; the password is one that only this home's Asterisk knows. */
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

function hashOf(place: AsteriskPlace): string {
  return createHash('sha256')
    .update(JSON.stringify(renderConfiguration(place)))
    .digest('hex');
}

function startedFile(home: string): string {
  return join(home, 'asterisk', 'process.json');
}

async function readStarted(home: string): Promise<Started | undefined> {
  try {
    return JSON.parse(await readFile(startedFile(home), 'utf8')) as Started;
  } catch (error) {
    // None yet, or cut off by a full disk.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeStarted(home: string, started: Started): Promise<void> {
  const path = startedFile(home);
  await writeFile(`${path}.new`, JSON.stringify(started), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

function lastComplaint(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  return lines.findLast((line) => line.includes('ERROR')) ?? lines.at(-1) ?? 'it said nothing.';
}
