import { spawn } from 'node:child_process';
import { controlPlaneArguments, nodeArguments, nodeEnvironment, nodeProgram, repository } from './paths.mjs';
import { afterDeath } from './restart-policy.mjs';
import { runCommand } from './run.mjs';

/**
 * Runs the control plane in the foreground, and again whenever it dies unexpectedly. Asterisk and PostgreSQL are not
 * its children in the terminal's eyes: they go on, calls and all, and the next control plane takes them over.
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
    const end = await runOnce(file, args, (started) => {
      child = started;
    });
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
 */
function runOnce(file, args, started) {
  return new Promise((resolve, reject) => {
    const startedAt = Date.now();
    let ready = false;
    const child = spawn(nodeProgram, [...nodeArguments, ...controlPlaneArguments, `${repository}/${file}`, ...args], {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      detached: true,
      env: nodeEnvironment(),
    });
    child.on('message', (message) => {
      ready = ready || message === 'ready';
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ready, livedMs: Date.now() - startedAt }));
    started(child);
  });
}
