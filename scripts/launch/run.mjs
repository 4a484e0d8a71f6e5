import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { nodeArguments, nodeEnvironment, nodeProgram, repository } from './paths.mjs';

/**
 * Runs a TypeScript file to its end in the caller's terminal and folder.
 * @returns {Promise<number>} its exit code; 128 + the signal's number when a signal ended it.
 */
export function runCommand(file, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(nodeProgram, [...nodeArguments, `${repository}/${file}`, ...args], {
      stdio: 'inherit',
      env: nodeEnvironment(),
    });
    // The terminal sends Ctrl-C to the child as well; we stay to hand on its exit code.
    process.on('SIGINT', () => {});
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
