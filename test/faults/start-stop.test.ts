import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { isRunning, type ProcessIdentity } from '../../src/kernel/processes.ts';
import { PortStretch } from '../helpers/ports.ts';
import { TestSystem } from '../helpers/system.ts';

const launcher = fileURLToPath(new URL('../../scripts/launch.mjs', import.meta.url));

const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
});

let ports: PortStretch;
let settings: Readonly<Record<string, string>>;
beforeAll(async () => {
  ports = await PortStretch.claim();
  const port = (offset: number): string => String(ports.first + offset);
  settings = {
    UIRAPURU_HTTP_PORT: port(0),
    UIRAPURU_HTTPS_PORT: port(1),
    UIRAPURU_SIP_PORT: port(2),
    UIRAPURU_WSS_PORT: port(3),
    UIRAPURU_SIP_TLS_PORT: port(4),
    UIRAPURU_RTP_PORTS: `${port(200)}-${port(298)}`,
  };
});
afterAll(() => ports.release());

async function newHome(): Promise<string> {
  const home = await mkdtemp('/tmp/uirapuru-test-');
  ending.push(() => rm(home, { recursive: true, force: true }));
  return home;
}

interface Started {
  readonly launcher: ChildProcess;
  /** Everything it printed so far. */
  said(): string;
  readonly ended: Promise<number | null>;
}

/** `npm start` without npm. */
function start(env: Record<string, string>, command = 'start'): Started {
  const child = spawn(process.execPath, [launcher, command], { env: { ...process.env, ...settings, ...env } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  ending.push(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  return { launcher: child, said: () => said, ended };
}

async function identityIn(path: string): Promise<ProcessIdentity> {
  return JSON.parse(await readFile(path, 'utf8')) as ProcessIdentity;
}

const asteriskOf = (home: string): Promise<ProcessIdentity> => identityIn(join(home, 'asterisk/process.json'));
const controlPlaneOf = (home: string): Promise<ProcessIdentity> => identityIn(join(home, 'control-plane.lock'));

test('a second start on the same home is refused, and a killed launcher leaves nothing running', async () => {
  const prepared = await TestSystem.prepare();
  ending.push(() => prepared.stop());
  const { home, env } = prepared;
  const system = start(env);
  await expect.poll(() => system.said(), { timeout: 60_000 }).toContain('Uirapuru is ready');
  const second = start(env);
  expect(await second.ended).toBe(75);
  expect(second.said()).toContain('already runs');

  const [asterisk, controlPlane] = [await asteriskOf(home), await controlPlaneOf(home)];
  system.launcher.kill('SIGKILL');
  await expect.poll(() => isRunning(controlPlane) || isRunning(asterisk), { timeout: 5_000 }).toBe(false);
});

test.each([
  ['a wrong setting', { UIRAPURU_SIP_PORT: 'sip' }, 78, 'UIRAPURU_SIP_PORT'],
  ['a home that is a file', { UIRAPURU_HOME: '/dev/null' }, 78, 'UIRAPURU_HOME'],
  ['a home that cannot be written to', { UIRAPURU_HOME: '/proc/uirapuru' }, 77, 'cannot be written to'],
  ['an address that is not ours', { UIRAPURU_BIND: '192.0.2.1' }, 78, 'not an address of this machine'],
])('%s ends the start with one sentence and its exit code', async (_what, env, code, sentence) => {
  const system = start({ UIRAPURU_HOME: await newHome(), ...env });
  expect(await system.ended).toBe(code);
  expect(system.said()).toContain(sentence);
  expect(system.said()).not.toMatch(/^\s+at /m);
});

test('a taken port is named, with the setting that changes it, and nothing is left running', async () => {
  const home = await newHome();
  const other = createServer();
  other.listen(ports.first + 3, '127.0.0.1');
  await once(other, 'listening');
  ending.push(() => new Promise((resolve) => other.close(resolve)));
  const system = start({ UIRAPURU_HOME: home });
  expect(await system.ended).toBe(69);
  expect(system.said()).toContain('UIRAPURU_WSS_PORT');
  expect(await readdir(join(home, 'postgres'))).not.toContain('postmaster.pid');
});

test('the doctor names what is missing', async () => {
  const doctor = start(
    { UIRAPURU_HOME: await newHome(), DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' },
    'doctor',
  );
  expect(await doctor.ended).toBe(69);
  expect(doctor.said()).toMatch(/MISSING\s+PostgreSQL/);
});
