import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { controlPlaneArguments, nodeArguments } from '../../scripts/launch/paths.mjs';

/** A server under measurement, in a process of its own. */
export interface Contestant {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Both get these connections to PostgreSQL, which is what the product takes. */
export const databaseConnections = 16;

/**
 * Starts a server with the product's own arguments of Node.js.
 * @param file run with the port as its first argument; it sends `ready` when it listens
 * @param nodeOptions such as those of Node's profiler
 */
export async function startContestant(
  name: string,
  file: string,
  port: number,
  args: readonly string[],
  nodeOptions: readonly string[] = [],
): Promise<Contestant> {
  const child = spawn(
    process.execPath,
    [...nodeArguments, ...controlPlaneArguments, ...nodeOptions, file, String(port), ...args],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env: { ...process.env, NODE_ENV: 'production' } },
  );
  const ended = once(child, 'close');
  const first = await Promise.race([once(child, 'message'), ended.then(() => undefined)]);
  if (first === undefined) throw new Error(`${name} ended before it listened`);
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
