import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from './config.ts';
import { AppError } from './kernel/errors.ts';
import type { Logger } from './kernel/logger.ts';
import { type PidLock, takePidLock } from './kernel/pid-lock.ts';
import { assertPortFree } from './kernel/ports.ts';
import { removeRunFolder } from './kernel/run-folder.ts';
import { startPostgres } from './storage/embedded-postgres.ts';
import { assertPostgresServes } from './storage/external-postgres.ts';
import { stopLeftPostgres } from './storage/postgres-process.ts';
import { type AriAddress, stopLeftAsterisk } from './telephony/asterisk/runtime/asterisk-process.ts';
import { assertAriAnswers, externalAri } from './telephony/asterisk/runtime/external-ari.ts';
import type { Progress } from './telephony/asterisk/runtime/fetch-runtime.ts';
import { startAsterisk } from './telephony/asterisk/runtime/start-asterisk.ts';

/** What the wired application is given; the parts it stands on already run. */
export interface AppDeps {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly asterisk: AriAddress & { readonly endsFile?: string };
  readonly logger: Logger;
  readonly progress: Progress;
  /** Ends this process here and now, as if it had been killed: what it would do next may be another one's to do. */
  readonly endNow: (why: AppError) => void;
}

/** The wired application, as `app.ts` makes it. */
export interface App<Ready> {
  /** Resolves when calls can be taken. */
  start(): Promise<Ready>;
  stop(): Promise<void>;
}

/** Everything of one home, running. */
export interface RunningSystem<Ready> {
  readonly ready: Ready;
  /** Ends the application, then Asterisk and PostgreSQL, in under five seconds. */
  stop(): Promise<void>;
}

/** A process beside us that we started or took over. */
interface Part {
  /** Taken over from a control plane that died: it may hold calls. */
  readonly adopted: boolean;
  stop(): Promise<void>;
  release(): void;
}

/** Longer than this an application that hangs is not waited for. */
const appStopMs = 2_000;
/** A control plane whose launcher died stops by itself within this time. */
const otherStopsMs = 5_000;

/**
 * Starts PostgreSQL and Asterisk of the home, or takes over those that a killed control plane left, and the application
 * on top of them.
 * @param config its home has been prepared (`prepareHome`)
 * @param progress told what goes on, for the terminal
 * @param endNow see `AppDeps`
 * @throws AppError with a sentence and nothing left running, except what was taken over: callers there keep the fallback.
 */
export async function startSystem<Ready>(
  config: Config,
  createApp: (deps: AppDeps) => Promise<App<Ready>>,
  logger: Logger,
  progress: Progress,
  endNow: AppDeps['endNow'],
): Promise<RunningSystem<Ready>> {
  const lock = await lockHome(config.home, progress);
  const parts: Part[] = [];
  try {
    const web = { protocol: 'tcp', address: config.bind } as const;
    await assertPortFree({ ...web, port: config.httpPort, purpose: 'HTTP', setting: 'UIRAPURU_HTTP_PORT' });
    await assertPortFree({ ...web, port: config.httpsPort, purpose: 'HTTPS', setting: 'UIRAPURU_HTTPS_PORT' });
    progress('Starting the database and Asterisk');
    const [databaseUrl, asterisk] = await bothOrFirstError(
      database(config, parts, logger),
      telephony(config, parts, logger, progress),
    );
    progress('Starting the control plane');
    const app = await createApp({ config, databaseUrl, asterisk, logger, progress, endNow });
    let ready: Ready;
    try {
      ready = await app.start();
    } catch (error) {
      await stopApp(app, logger);
      throw error;
    }
    return {
      ready,
      async stop() {
        await stopApp(app, logger);
        await Promise.all(parts.map((part) => part.stop()));
        lock.release();
      },
    };
  } catch (error) {
    await Promise.all(parts.map((part) => leave(part)));
    lock.release();
    throw error;
  }
}

/** Ends what a control plane that is gone left running. @throws AppError `already_running` where a control plane runs. */
export async function stopLeftovers(config: Config): Promise<void> {
  if (!existsSync(config.home)) return;
  const lock = await lockHome(config.home, () => {});
  try {
    await Promise.all([stopLeftAsterisk(config.home), stopLeftPostgres(config.home)]);
    for (const part of ['asterisk', 'postgres'] as const) removeRunFolder(config.home, part);
  } finally {
    lock.release();
  }
}

async function leave(part: Part): Promise<void> {
  if (part.adopted) part.release();
  else await part.stop();
}

async function database(config: Config, parts: Part[], logger: Logger): Promise<string> {
  if (config.databaseUrl !== undefined) {
    await assertPostgresServes(config.databaseUrl);
    return config.databaseUrl;
  }
  const server = await startPostgres(config, (err) =>
    logger.error({ err }, 'PostgreSQL died and could not be started again'),
  );
  parts.push(server);
  return server.url;
}

async function telephony(config: Config, parts: Part[], logger: Logger, progress: Progress): Promise<AriAddress> {
  if (config.asteriskAriUrl !== undefined) {
    const address = externalAri(config.asteriskAriUrl);
    await assertAriAnswers(address);
    return address;
  }
  const asterisk = await startAsterisk(config, {
    progress,
    failed: (err) => logger.error({ err }, 'Asterisk needs care'),
  });
  asterisk.onRestart(() => logger.warn({ pid: asterisk.pid }, 'Asterisk died and was started again'));
  parts.push(asterisk);
  return asterisk;
}

/** Both results; when one fails the other is still waited for, so that what it started can be stopped. */
async function bothOrFirstError<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return await Promise.all([first, second]);
}

/** One control plane a home. One that is just stopping is waited for. */
async function lockHome(home: string, progress: Progress): Promise<PidLock> {
  const path = join(home, 'control-plane.lock');
  const deadline = performance.now() + otherStopsMs;
  for (;;) {
    const lock = takePidLock(path);
    if ('release' in lock) return lock;
    if (performance.now() > deadline) {
      throw new AppError(
        'already_running',
        `Uirapuru already runs on the home folder ${home} (process ${lock.heldBy.pid}). Stop that one, or set UIRAPURU_HOME to another folder.`,
        { pid: lock.heldBy.pid },
      );
    }
    progress(`Another Uirapuru (process ${lock.heldBy.pid}) runs on this home folder; waiting a moment for it to stop`);
    await sleep(200);
  }
}

async function stopApp(app: App<unknown>, logger: Logger): Promise<void> {
  const late = Symbol('late');
  try {
    const end = await Promise.race([app.stop(), sleep(appStopMs, late, { ref: false })]);
    if (end === late)
      logger.warn({ waitedMs: appStopMs }, 'the application did not stop in time and is not waited for');
  } catch (err) {
    logger.error({ err }, 'the application could not stop cleanly');
  }
}
