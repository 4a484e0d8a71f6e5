import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { get } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { readConfig } from '../../../config.ts';
import { dialplan, fallbackAor } from './dialplan.ts';
import { rotateWhenLarge } from './log-bound.ts';
import type { AsteriskSettings } from './prepare-place.ts';
import { type AsteriskRuntime, startAsterisk } from './start-asterisk.ts';

const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
});

/** A port that nobody listens on, as the system gives them. */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function newSettings(): Promise<AsteriskSettings> {
  const home = await mkdtemp('/tmp/uirapuru-test-');
  ending.push(() => rm(home, { recursive: true, force: true }));
  return {
    home,
    cache: readConfig(process.env).cache,
    bind: '127.0.0.1',
    sipPort: await freePort(),
    sipTlsPort: await freePort(),
    wssPort: await freePort(),
    rtpPorts: { first: 21_500, last: 21_599 },
  };
}

async function started(settings: AsteriskSettings): Promise<AsteriskRuntime> {
  const asterisk = await startAsterisk(settings);
  ending.push(() => asterisk.stop());
  return asterisk;
}

async function ari(asterisk: AsteriskRuntime, method: string, path: string, body?: unknown): Promise<unknown> {
  const authorization = `Basic ${Buffer.from(`${asterisk.user}:${asterisk.password}`).toString('base64')}`;
  const response = await fetch(`${asterisk.ariUrl}${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** Asks over SIP whether anyone is there. */
async function sipAnswers(port: number): Promise<string> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const me = `127.0.0.1:${socket.address().port}`;
  const request = [
    `OPTIONS sip:127.0.0.1:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP ${me};branch=z9hG4bK${Math.random()};rport`,
    `From: <sip:test@${me}>;tag=1`,
    `To: <sip:127.0.0.1:${port}>`,
    `Call-ID: ${Math.random()}@${me}`,
    'CSeq: 1 OPTIONS',
    'Max-Forwards: 70',
    'Content-Length: 0',
    '\r\n',
  ].join('\r\n');
  socket.send(request, port, '127.0.0.1');
  const [message] = (await once(socket, 'message', { signal: AbortSignal.timeout(3_000) })) as [Buffer];
  socket.close();
  return message.toString().split('\r\n')[0] ?? '';
}

async function otherProcess(settings: AsteriskSettings): Promise<ChildProcess> {
  const module = new URL('./start-asterisk.ts', import.meta.url).href;
  const code = `const { startAsterisk } = await import(${JSON.stringify(module)});
    await startAsterisk(${JSON.stringify(settings)});
    console.log('ready');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

test('Asterisk answers phones, complains of nothing in its log, and stops', async () => {
  const settings = await newSettings();
  const asterisk = await startAsterisk(settings);
  expect(await sipAnswers(settings.sipPort)).toMatch(/^SIP\/2\.0 (200|401)/);
  await asterisk.stop();
  expect(asterisk.isAlive()).toBe(false);
  const log = await readFile(join(settings.home, 'logs/asterisk/messages.log'), 'utf8');
  expect(log.split('\n').filter((line) => /ERROR|WARNING/.test(line))).toEqual([]);
});

test('a browser phone connects over WSS, and ARI is not to be had from outside', async () => {
  const settings = { ...(await newSettings()), bind: '0.0.0.0' };
  await started(settings);
  const insecure = { rejectUnauthorized: false };
  const socket = new WebSocket(`wss://127.0.0.1:${settings.wssPort}/ws`, 'sip', insecure);
  await once(socket, 'open');
  socket.close();
  // Any source but 127.0.0.1 stands for the network.
  const outside = { ...insecure, localAddress: '127.0.0.9' };
  const status = await new Promise((resolve, reject) => {
    const url = `https://127.0.0.1:${settings.wssPort}/ari/asterisk/info`;
    get(url, outside, (response) => resolve(response.statusCode)).on('error', reject);
  });
  expect(status).toBe(403);
});

test('a killed Asterisk takes calls again, and we are told', async () => {
  const settings = await newSettings();
  const asterisk = await started(settings);
  let told = 0;
  asterisk.onRestart(() => told++);
  process.kill(asterisk.pid, 'SIGKILL');
  await expect.poll(() => told, { timeout: 20_000 }).toBe(1);
  expect(await sipAnswers(settings.sipPort)).toMatch(/^SIP\/2\.0/);
});

test('Asterisk outlives a killed control plane with its registrations and pushed objects, and is taken over', async () => {
  const settings = await newSettings();
  const killed = await otherProcess(settings);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  const asterisk = await started(settings);
  expect(asterisk.adopted).toBe(true);
  // Taken over is as good as started: it is watched too, though it is not our child.
  const before = asterisk.pid;
  process.kill(before, 'SIGKILL');
  await expect.poll(() => asterisk.pid !== before && asterisk.isAlive(), { timeout: 5_000 }).toBe(true);
});

test('one started with other settings is not taken over but started anew', async () => {
  const settings = await newSettings();
  const first = await startAsterisk(settings);
  first.release();
  const asterisk = await started({
    ...settings,
    rtpPorts: { first: settings.rtpPorts.first, last: settings.rtpPorts.last - 2 },
  });
  expect(asterisk.adopted).toBe(false);
  expect(asterisk.pid).not.toBe(first.pid);
});

test('two homes side by side have an Asterisk each, and a taken SIP port is named', async () => {
  const [one, two] = [await newSettings(), await newSettings()];
  await Promise.all([started(one), started(two)]);
  expect(await sipAnswers(one.sipPort)).toMatch(/^SIP/);
  expect(await sipAnswers(two.sipPort)).toMatch(/^SIP/);
  const third = { ...(await newSettings()), sipPort: one.sipPort };
  await expect(startAsterisk(third)).rejects.toMatchObject({
    code: 'port_taken',
    message: expect.stringContaining('UIRAPURU_SIP_PORT') as unknown,
  });
});

test('a call that the control plane does not take rings the fallback extensions, also after a restart of Asterisk', async () => {
  const settings = await newSettings();
  const asterisk = await started(settings);
  const dynamic = '/asterisk/config/dynamic/res_pjsip';
  const put = (type: string, id: string, fields: Record<string, string>): Promise<unknown> =>
    ari(asterisk, 'PUT', `${dynamic}/${type}/${id}`, {
      fields: Object.entries(fields).map(([attribute, value]) => ({ attribute, value })),
    });
  // A phone that never answers: nothing listens there.
  await put('aor', '100', { contact: 'sip:100@127.0.0.1:9;line=a&Local' });
  await put('endpoint', '100', { aors: '100', transport: 'transport-udp', allow: 'ulaw' });
  await put('aor', fallbackAor(1), { mailboxes: '100,evil&Local/x@y' });
  // Asterisk commits AstDB once a second (main/db.c); what was pushed later than that must be pushed again.
  await sleep(1_500);
  process.kill(asterisk.pid, 'SIGKILL');
  await expect.poll(() => asterisk.isAlive(), { timeout: 1_000 }).toBe(false);
  await expect.poll(() => ari(asterisk, 'GET', '/channels').catch(() => 'not yet'), { timeout: 5_000 }).toEqual([]);

  await ari(asterisk, 'POST', '/channels', {
    endpoint: `Local/2222@${dialplan.fromExtension}`,
    // The caller's side waits there as well; without a place to go it would hang up when answered.
    context: dialplan.fallback,
    extension: 's',
    priority: 1,
    variables: { 'CHANNEL(accountcode)': '1' },
  });
  await expect
    .poll(
      async () => {
        const channels = (await ari(asterisk, 'GET', '/channels')) as {
          dialplan: { app_name: string; app_data: string };
        }[];
        return channels.find((channel) => channel.dialplan.app_name === 'Dial')?.dialplan.app_data;
      },
      { timeout: 15_000 },
    )
    .toBe('PJSIP/100/sip:100@127.0.0.1:9;line=aLocal,60,m');
});

test('a log that grew large is begun anew', async () => {
  const settings = await newSettings();
  const asterisk = await started(settings);
  const folder = join(settings.home, 'logs/asterisk');
  for (const log of ['messages.log', 'security.log'] as const) {
    await rotateWhenLarge(folder, log, asterisk, 1);
    expect((await readFile(join(folder, `${log}.0`), 'utf8')).length).toBeGreaterThan(0);
  }
});
