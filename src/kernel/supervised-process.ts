import { isRunning, type ProcessIdentity, signal, waitForExit } from './processes.ts';

/** How a process is asked to end: each signal is given its time before the next; SIGKILL is the last. */
export type StopSignals = readonly { readonly signal: NodeJS.Signals; readonly waitMs: number }[];

/** How to run one process that lives beside us and may outlive us. */
export interface SupervisedProgram {
  /** Starts it, or adopts the one that runs already, and waits until it can be used. */
  start(): Promise<ProcessIdentity>;
  readonly stopSignals: StopSignals;
  /** It died and runs again. */
  restarted?(): void;
  /** It died and could not be started; it is tried again. */
  failed?(error: unknown): void;
}

/** A running process that is started again when it dies. */
export interface SupervisedProcess {
  /** Process id of the one that runs now, or ran last. */
  readonly pid: number;
  isAlive(): boolean;
  /** Ends the watching and the process. */
  stop(): Promise<void>;
  /** Ends the watching and lets the process live on. */
  release(): void;
}

/** An adopted process is not our child, so its end is looked for, not told; four looks a second cost nothing. */
const lookMs = 250;
const longestPauseMs = 8_000;
/** A process that lived this long earns an immediate restart again. */
const steadyMs = 30_000;

/** Starts the program and keeps it running until `stop`. @throws what the first `start` throws. */
export async function superviseProcess(program: SupervisedProgram): Promise<SupervisedProcess> {
  let current = await program.start();
  let startedAt = performance.now();
  let pauseMs = 0;
  let stopped = false;
  let restarting: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const look = (): void => {
    if (stopped) return;
    if (isRunning(current)) {
      if (performance.now() - startedAt > steadyMs) pauseMs = 0;
      timer = setTimeout(look, lookMs);
      return;
    }
    const pause = pauseMs;
    pauseMs = Math.min(longestPauseMs, Math.max(1_000, pauseMs * 2));
    timer = setTimeout(() => {
      restarting = startAgain().finally(() => {
        restarting = undefined;
        look();
      });
    }, pause);
  };

  const startAgain = async (): Promise<void> => {
    try {
      current = await program.start();
      startedAt = performance.now();
    } catch (error) {
      program.failed?.(error);
      return;
    }
    program.restarted?.();
  };

  const release = (): void => {
    stopped = true;
    clearTimeout(timer);
  };

  look();
  return {
    get pid() {
      return current.pid;
    },
    isAlive: () => isRunning(current),
    release,
    async stop() {
      release();
      await restarting;
      await endProcess(current, program.stopSignals);
    },
  };
}

/** Ends a process, gently first; resolves when it is gone. */
export async function endProcess(target: ProcessIdentity, steps: StopSignals): Promise<void> {
  for (const step of steps) {
    signal(target, step.signal);
    if (await waitForExit(target, step.waitMs)) return;
  }
  signal(target, 'SIGKILL');
  await waitForExit(target, 1_000);
}
