import { spawn } from 'node:child_process';
import { askEveryMs, HangWatch } from './hang-watch.mjs';
import { controlPlaneArguments, nodeArguments, nodeEnvironment, nodeProgram, repository } from './paths.mjs';
import { afterDeath } from './restart-policy.mjs';
import { runCommand } from './run.mjs';

/**
 * Runs the control plane in the foreground, and again whenever it dies unexpectedly or does not answer any more. Asterisk
 * and PostgreSQL are not its children in the terminal's eyes: they go on, calls and all, and the next control plane takes
 * them over.
 * @returns {Promise<number>} the exit code for our own caller.
 */
export async function superviseControlPlane(file, args) {
  let child;
  let asked = 0;
  let wake = () => {};
  const stop = () => {
    asked++;
    // The first asks; a second one does not wait for calls and statements to end.
    if (asked === 1) child?.kill('SIGTERM');
    else child?.kill('SIGKILL');
    wake();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);

  let history = { wasReady: false, quickDeaths: 0 };
  for (;;) {
    const end = await runOnce(
      file,
      args,
      (started) => {
        child = started;
      },
      () => asked > 0,
    );
    child = undefined;
    if (asked > 0) {
      // Killed before it could end its parts: they are ended for it.
      if (end.signal !== null) await runCommand('src/cli/stop.ts', []);
      return end.signal === null ? end.code : 130;
    }
    const decision = afterDeath(history, end);
    if (decision.kind === 'exit') return decision.code;
    history = decision.history;
    console.error(decision.sentence);
    if (decision.kind === 'give up') return 70;
    await new Promise((resolve) => {
      wake = resolve;
      setTimeout(resolve, decision.pauseMs);
    });
    if (asked > 0) return await runCommand('src/cli/stop.ts', []);
  }
}

/**
 * One life of the control plane, in a session of its own: Ctrl-C in the terminal reaches us alone and is passed on once.
 * The channel between us closes when we die, and it then stops by itself.
 * @param isEnding whether it was asked to end: then it may take its time
 */
function runOnce(file, args, started, isEnding) {
  return new Promise((resolve, reject) => {
    const startedAt = Date.now();
    let ready = false;
    let hung = false;
    const child = spawn(nodeProgram, [...nodeArguments, ...controlPlaneArguments, `${repository}/${file}`, ...args], {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      detached: true,
      env: nodeEnvironment(),
    });
    const watch = new HangWatch();
    // A start may take minutes (downloads); once ready it always answers at once.
    const asking = setInterval(() => {
      if (!ready || hung || isEnding()) return;
      hung = watch.asks();
      if (hung) child.kill('SIGKILL');
      // One that has just died cannot be asked; `close` tells.
      else child.send('are you there?', () => {});
    }, askEveryMs);
    child.on('message', (message) => {
      watch.answered();
      ready = ready || message === 'ready';
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearInterval(asking);
      resolve({ code, signal, ready, hung, livedMs: Date.now() - startedAt });
    });
    started(child);
  });
}
