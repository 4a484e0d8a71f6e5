import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { processesOf } from './inside.ts';
import { type Refusal, startInVain } from './refused-start.ts';

/** Exit codes of sysexits(3). */
const exits = { data: 65, unavailable: 69, io: 74, again: 75, permission: 77, configuration: 78 };

/** A system that has the ports; a home of another on which nothing can be started. */
let system: TestSystem;
let folder: string;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  system = await TestSystem.start();
  folder = mkdtempSync(join(tmpdir(), 'uira-refused-'));
  const port = (offset: number): string => String(system.httpPort + 100 + offset);
  env = {
    UIRAPURU_HOME: join(folder, 'home'),
    UIRAPURU_HTTP_PORT: port(0),
    UIRAPURU_HTTPS_PORT: port(1),
    UIRAPURU_SIP_PORT: port(2),
    UIRAPURU_WSS_PORT: port(3),
    UIRAPURU_SIP_TLS_PORT: port(21),
    UIRAPURU_RTP_PORTS: `${port(4)}-${port(20)}`,
  };
});
afterAll(async () => {
  await system.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What is wrong with a refusal: it should be one sentence for a person and a code for a program, and leave nothing running. */
function faultsOf(refusal: Refusal, wantedCode: number, words: readonly (string | RegExp)[]): string[] {
  const { exitCode, stderr } = refusal;
  const faults = words.filter((word) => !new RegExp(word).test(stderr)).map((word) => `it does not say ${word}`);
  if (stderr.trim().split('\n').length !== 1) faults.push('it is not one line');
  if (/^\s+at |Error:|unexpected/m.test(stderr)) faults.push('it is not for a person');
  if (exitCode !== wantedCode) faults.push(`the code is ${exitCode}, not ${wantedCode}`);
  faults.push(...processesOf(folder).map((left) => `still runs: ${left}`));
  return faults.length === 0 ? [] : [...faults, stderr];
}

test.each([
  ['a port that is no number', { UIRAPURU_SIP_PORT: 'abc' }, [/UIRAPURU_SIP_PORT/, /port number/]],
  ['a time zone that does not exist', { UIRAPURU_TZ: 'Mars/Phobos' }, [/UIRAPURU_TZ/]],
  ['a range of ports turned round', { UIRAPURU_RTP_PORTS: '20000-10000' }, [/UIRAPURU_RTP_PORTS/]],
  ['an address of another machine', { UIRAPURU_BIND: '203.0.113.7' }, [/UIRAPURU_BIND/, /203\.0\.113\.7/]],
  ['an ARI address without a password', { ASTERISK_ARI_URL: 'http://127.0.0.1:9/ari' }, [/ASTERISK_ARI_URL/]],
  ['a database address of something else', { DATABASE_URL: 'mysql://localhost/x' }, [/DATABASE_URL/]],
  ['demo data where others can reach us', { UIRAPURU_BIND: '0.0.0.0', UIRAPURU_DEMO: '1' }, [/UIRAPURU_DEMO/]],
  ['no administrator where others can reach us', { UIRAPURU_BIND: '0.0.0.0' }, [/UIRAPURU_ADMIN_PASSWORD_FILE/]],
])('%s is said in a sentence', async (_, wrong, words) => {
  expect(faultsOf(await startInVain({ ...env, ...wrong }), exits.configuration, words)).toEqual([]);
});

test.each([
  ['HTTP', 'UIRAPURU_HTTP_PORT', 'tcp'],
  ['HTTPS', 'UIRAPURU_HTTPS_PORT', 'tcp'],
  ['SIP', 'UIRAPURU_SIP_PORT', 'tcp'],
  ['SIP', 'UIRAPURU_SIP_PORT', 'udp'],
  ['SIP over TLS', 'UIRAPURU_SIP_TLS_PORT', 'tcp'],
  ['WSS', 'UIRAPURU_WSS_PORT', 'tcp'],
])('a taken %s port is named with its setting %s (%s)', async (purpose, setting, protocol) => {
  const port = Number(env[setting]);
  const holder = await hold(protocol, port);
  const refusal = await startInVain(env);
  holder.close();
  expect(faultsOf(refusal, exits.unavailable, [purpose, setting, String(port)])).toEqual([]);
});

async function hold(protocol: string, port: number): Promise<{ close(): void }> {
  if (protocol === 'tcp') {
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  }
  const socket = createSocket('udp4').bind(port, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

test('a malformed voice menu is named with its file, line and fault', async () => {
  const flows = join(env['UIRAPURU_HOME'] ?? '', 'flows');
  mkdirSync(flows, { recursive: true });
  const file = join(flows, 'extra.yaml');
  writeFileSync(
    file,
    'version: 1\ndescription: Nada\nstart: hello\nperson: hello\nnodes:\n  hello:\n    type: say\n    prompt: greeting\n    exits: { next: nowhere }\n',
  );
  const { exitCode, stderr } = await startInVain(env);
  rmSync(flows, { recursive: true });
  const [sentence, fault, ...more] = stderr.trim().split('\n');
  expect(sentence).toMatch(/voice menu .*correct it and start again/);
  expect(fault).toMatch(`${file}:9:`);
  expect(fault).toMatch('nowhere');
  expect(more).toEqual([]);
  expect(exitCode).toBe(exits.data);
  expect(processesOf(folder)).toEqual([]);
});

test('a database or an Asterisk elsewhere that is not there is said in a sentence', async () => {
  const database = await startInVain({ ...env, DATABASE_URL: 'postgresql://u:secret@127.0.0.1:9/x' });
  expect(faultsOf(database, exits.unavailable, [/database/i, /DATABASE_URL/])).toEqual([]);
  expect(database.stderr).not.toContain('secret');
  const asterisk = await startInVain({ ...env, ASTERISK_ARI_URL: 'http://u:secret@127.0.0.1:9/ari' });
  expect(faultsOf(asterisk, exits.unavailable, [/Asterisk/, /ASTERISK_ARI_URL/])).toEqual([]);
  expect(asterisk.stderr).not.toContain('secret');
});

test('a home that may not be written to is said in a sentence', async () => {
  const closed = join(folder, 'closed');
  mkdirSync(closed);
  chmodSync(closed, 0o500);
  // Root may write anywhere unless it gives that right away.
  const asOthers =
    process.getuid?.() === 0
      ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-all', '--']
      : [];
  const refusal = await startInVain({ ...env, UIRAPURU_HOME: join(closed, 'home') }, asOthers);
  expect(faultsOf(refusal, exits.permission, [/cannot be written to/, /UIRAPURU_HOME/])).toEqual([]);
  writeFileSync(join(folder, 'file'), '');
  const file = await startInVain({ ...env, UIRAPURU_HOME: join(folder, 'file') });
  expect(faultsOf(file, exits.configuration, [/UIRAPURU_HOME/, /not a folder/])).toEqual([]);
});

test('a full disk is said in a sentence', async () => {
  const small = join(folder, 'small');
  mkdirSync(small);
  // A disk of 10 MB that only this process sees; any user may have one, except inside some containers.
  const alone = ['unshare', '--map-root-user', '--mount', '--'];
  const mount = `mount -t tmpfs -o size=10m none ${small} && exec "$@"`;
  const mayMount = spawnSync('unshare', [...alone.slice(1), 'mount', '-t', 'tmpfs', 'none', small]).status === 0;
  const around = mayMount ? [...alone, 'sh', '-c', mount, 'sh'] : [];
  // Containers bring a disk of 64 MB with them.
  const home = join(mayMount ? small : '/dev/shm', `uira-full-${process.pid}`);
  const refusal = await startInVain({ ...env, UIRAPURU_HOME: home }, around);
  rmSync(home, { recursive: true, force: true });
  expect(faultsOf(refusal, exits.io, [/disk/, /full/, /UIRAPURU_HOME/])).toEqual([]);
});

test('a second control plane on the same home is refused, and the first goes on', async () => {
  const refusal = await startInVain({ ...env, UIRAPURU_HOME: system.home });
  expect(refusal.stderr).toMatch(`already runs on the home folder ${system.home}`);
  expect(refusal.stderr.trim().split('\n')).toHaveLength(1);
  expect(refusal.exitCode).toBe(exits.again);
  const health = await fetch(`http://127.0.0.1:${system.httpPort}/health`);
  expect(health.status).toBe(200);
});
