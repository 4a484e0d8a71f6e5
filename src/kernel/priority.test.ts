import { spawn } from 'node:child_process';
import { getPriority } from 'node:os';
import { expect, test } from 'vitest';

/** Prints the niceness before, after `goAhead`, and that of a program started then. */
const program = `
import { spawn } from 'node:child_process';
import { getPriority } from 'node:os';
import { goAhead, keepOrdinary } from '${import.meta.dirname}/priority.ts';
const before = getPriority();
const allowed = goAhead();
const child = spawn('sleep', ['5']);
keepOrdinary(child.pid);
console.log(JSON.stringify({ before, allowed, after: getPriority(), child: getPriority(child.pid) }));
child.kill();
`;

test('whoever decides for all calls goes ahead where the system allows it; what it starts does not', async () => {
  const { before, allowed, after, child } = await run(process.execPath, [
    '--input-type=module-typescript',
    '-e',
    program,
  ]);
  expect(before).toBe(getPriority());
  expect(after).toBe(allowed ? Math.max(before - 10, -20) : before);
  expect(child).toBe(before);
});

test.runIf(process.getuid?.() === 0)('root is allowed', async () => {
  expect((await run(process.execPath, ['--input-type=module-typescript', '-e', program])).allowed).toBe(true);
});

test.runIf(process.getuid?.() === 0)('an ordinary user is not, and goes on without', async () => {
  const asNobody = `process.setuid(65534); ${program.replaceAll(/^import .*$/gm, '')}`;
  const imports = program.match(/^import .*$/gm)?.join('\n') ?? '';
  const { allowed, before, after } = await run(process.execPath, [
    '--input-type=module-typescript',
    '-e',
    `${imports}\n${asNobody}`,
  ]);
  expect(allowed).toBe(false);
  expect(after).toBe(before);
});

async function run(file: string, args: readonly string[]) {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  return JSON.parse(said) as { before: number; allowed: boolean; after: number; child: number };
}
