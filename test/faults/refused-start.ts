import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const node = join(repository, 'node_modules', 'node', 'bin', 'node');

/** How a start that was not possible ended. */
export interface Refusal {
  readonly exitCode: number | null;
  readonly stderr: string;
}

/**
 * Starts the system and waits for it to end by itself.
 * @param env settings, on top of the test's own environment
 * @param around a program that is given the command to run, such as `setpriv …`
 */
export async function startInVain(
  env: Readonly<Record<string, string>>,
  around: readonly string[] = [],
): Promise<Refusal> {
  const [file, ...args] = [...around, node];
  const child = spawn(file ?? node, [...args, 'src/cli/start.ts'], {
    cwd: repository,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  let stderr = '';
  let stdout = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (stdout.includes('is ready')) child.kill('SIGINT');
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  if (stdout.includes('is ready')) throw new Error(`It started, though it should not have: ${stdout}`);
  return { exitCode, stderr };
}
