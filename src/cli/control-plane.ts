import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createApp } from '../app.ts';
import type { Config } from '../config.ts';
import { createLogger, type Logger } from '../kernel/logger.ts';
import { goAhead } from '../kernel/priority.ts';
import { startSystem } from '../main.ts';
import { prepareHome } from '../storage/home-folder.ts';
import { keepLogSmall } from './log-file.ts';
import { progressLine } from './progress-line.ts';
import { readyMessage } from './ready-message.ts';

/** The code of an end after which the launcher starts us again. */
const restarts = 70;

/** Runs the control plane until it is asked to stop. @throws AppError when it cannot start, with a sentence */
export async function runControlPlane(config: Config): Promise<void> {
  goAhead();
  await prepareHome(config.home);
  const progress = progressLine(process.stdout);
  const logFile = join(config.home, 'logs', 'uirapuru.log');
  const logger = createLogger(config.logLevel, logFile);
  process.on('uncaughtException', (err) => {
    // The state is unknown now. A new process rebuilds it from the database and from Asterisk, where calls go on.
    logger.fatal({ err }, 'unexpected error: the control plane ends and is started again');
    setTimeout(() => process.exit(restarts), 1_000);
    logger.flush(() => process.exit(restarts));
  });

  let ask = abandonStart;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ask());
  // The launcher is gone: nobody would pass Ctrl-C on to us any more.
  process.on('disconnect', () => ask());

  let system: Awaited<ReturnType<typeof startSystem>>;
  try {
    const show = (what: string, percent?: number): void => progress.show(what, percent);
    system = await startSystem(config, createApp, logger, show, (why) => {
      // The log's last lines are written by the end itself.
      logger.fatal({ err: why }, 'the control plane ends');
      process.stderr.write(`${why.message}\n`);
      process.exit(restarts);
    });
  } catch (err) {
    logger.fatal({ err }, 'the start failed');
    await flushed(logger);
    throw err;
  } finally {
    progress.clear();
  }
  const askedToStop = new Promise<void>((resolve) => {
    ask = resolve;
  });
  keepLogSmall(logFile, logger);
  process.stdout.write(await readyMessage(config, performance.now()));
  // The launcher asks now and then; whoever does not answer hangs, and is ended and started again.
  process.on('message', () => process.send?.('here'));
  process.send?.('ready');
  // Otherwise only a good end keeps what was compiled, and a control plane that is killed would come back more slowly.
  flushCompileCache();
  await askedToStop;
  process.stdout.write('\nStopping ...\n');
  await system.stop();
  process.stdout.write('Stopped.\n');
}

/** What was logged is on disk, or a second has passed: a full disk must not keep us from ending. */
async function flushed(logger: Logger): Promise<void> {
  await Promise.race([promisify(logger.flush.bind(logger))(), sleep(1_000)]);
}

/**
 * Asked to stop before there is anything to stop gracefully, maybe in the middle of a download. What we started ourselves
 * (apt, dpkg-deb) is in our process group; Asterisk and PostgreSQL are not, and the launcher ends them with `stop.ts`.
 */
function abandonStart(): void {
  const underLauncher = process.send !== undefined;
  process.kill(underLauncher ? -process.pid : process.pid, 'SIGKILL');
}
