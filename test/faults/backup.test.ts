import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExtensionPassword } from '../../src/exchange/schemas.ts';
import { TestSystem } from '../helpers/system.ts';
import { Scenario } from '../phone/scenario.ts';
import { runSipp } from '../phone/sipp.ts';

let system: TestSystem;
let restored: TestSystem | undefined;
const folder = mkdtempSync(join(tmpdir(), 'uira-backup-'));
beforeAll(async () => {
  system = await TestSystem.start();
});
afterAll(async () => {
  await Promise.all([restored?.stop(), system.stop()]);
  rmSync(folder, { recursive: true });
});

/** Runs a command of the terminal. @returns what it says; its complaint, if it ended with one */
async function run(command: 'backup' | 'restore', argument: string, home: string): Promise<string> {
  const env = { ...process.env, ...system.env, UIRAPURU_HOME: home };
  const done = promisify(execFile)(process.execPath, [`src/cli/${command}.ts`, argument], { env });
  return done.then(
    ({ stdout }) => stdout,
    (error: { stderr: string }) => error.stderr,
  );
}

async function create(number: string): Promise<ExtensionPassword> {
  const answer = await system.api('/api/extensions', 'POST', { number });
  expect(answer.status).toBe(201);
  return (await answer.json()) as ExtensionPassword;
}

test('a backup of a running home becomes a home that has everything, and its phones register there', async () => {
  const { number, password } = await create('4701');
  const recording = join('recordings', '1', '2026', '11', 'a talk.wav');
  mkdirSync(join(system.home, recording, '..'), { recursive: true });
  writeFileSync(join(system.home, recording), 'what was said');
  const to = join(folder, 'copy');
  const copying = { goesOn: true };
  const backup = run('backup', to, system.home).finally(() => (copying.goesOn = false));
  const made: string[] = [];
  for (let next = 47_000; copying.goesOn && next < 47_050; next++) {
    await create(String(next));
    made.push(String(next));
  }
  expect(await backup).toContain(`${to}: `);
  expect(made.length).toBeGreaterThan(0);
  await create('4702');
  expect(await run('backup', to, system.home)).toContain('already');
  expect(await run('restore', to, system.home)).toContain('There is a home at');

  const home = join(folder, 'home');
  expect(await run('restore', to, home)).toContain(`${home} is as it was at`);
  expect(readFileSync(join(home, recording), 'utf8')).toBe('what was said');
  restored = await TestSystem.startNew({}, home);
  const listed = (await (await restored.api('/api/extensions')).json()) as { extensions: { number: string }[] };
  const numbers = listed.extensions.map((extension) => extension.number);
  expect(numbers).toContain('4701');
  expect(numbers).not.toContain('4702');
  // Those that were made while it was copied: as many as there were at one instant, none left out in between.
  const kept = made.filter((one) => numbers.includes(one));
  expect(kept).toEqual(made.slice(0, kept.length));
  const phone = { target: `127.0.0.1:${restored.sipPort}`, port: restored.phonePorts };
  const scenario = new Scenario().register({ user: number, password });
  expect(await runSipp({ ...phone, scenario })).toMatchObject({ successful: 1 });
  const certificate = join('tls', 'certificate.pem');
  expect(readFileSync(join(home, certificate))).toEqual(readFileSync(join(system.home, certificate)));
});

test('what is no backup is not restored, and nothing is left of one that fails', async () => {
  const home = join(folder, 'another');
  expect(await run('restore', folder, home)).toContain('There is no backup at');
  expect(existsSync(home)).toBe(false);
  expect(await run('backup', join(system.home, 'in', 'it'), system.home)).toContain('cannot be in the home itself');
  expect(await run('backup', '/proc/backup', system.home)).toContain('cannot be written');
  expect(await run('backup', join(folder, 'new'), join(folder, 'nothing'))).toContain('npm start');
});
