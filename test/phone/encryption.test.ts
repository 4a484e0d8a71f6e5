import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExtensionPassword } from '../../src/exchange/schemas.ts';
import { shownCertificate } from '../../src/telephony/asterisk/certificate-reload.ts';
import { TestSystem } from '../helpers/system.ts';
import { type Account, Scenario } from './scenario.ts';
import { runSipp } from './sipp.ts';
import { Softphone } from './softphone.ts';
import { WebPhone } from './web-phone.ts';

let system: TestSystem;
const closing: (() => unknown)[] = [];
let known: Identity;
beforeAll(async () => {
  known = await makeIdentity('127.0.0.4');
  system = await TestSystem.start({ UIRAPURU_TLS_AUTHORITIES: known.certificate });
});
afterAll(async () => {
  for (const close of closing) await close();
  await system.stop();
});

async function create(extension: object): Promise<Account> {
  const answer = await system.api('/api/extensions', 'POST', extension);
  const { number, password } = (await answer.json()) as ExtensionPassword;
  return { user: number, password };
}

interface Identity {
  /** Files: the certificate, and with its key. */
  readonly certificate: string;
  readonly both: string;
}

/** A certificate of its own for a server of this address. */
async function makeIdentity(address: string): Promise<Identity> {
  const folder = mkdtempSync(join(tmpdir(), 'uira-identity-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const altNames = [{ type: 7 as const, ip: address }];
  const made = await generate([{ name: 'commonName', value: address }], {
    algorithm: 'sha256',
    keyType: 'ec',
    curve: 'P-256',
    extensions: [{ name: 'subjectAltName', altNames }],
  });
  const [certificate, both] = [join(folder, 'certificate.pem'), join(folder, 'both.pem')];
  writeFileSync(certificate, made.cert);
  writeFileSync(both, `${made.cert}\n${made.private}`);
  return { certificate, both };
}

/** A carrier's server, which takes calls to one number over TLS with SRTP, and says a tone. */
async function carrier(address: string, line: number, identity: Identity, number: string) {
  const account = { user: number, password: 'none' };
  const port = system.phonePorts + 2 * line;
  // baresip takes calls for whom it registers, wherever: nobody listens there.
  const server = `${address}:9`;
  const tls = { transport: 'tls', mediaEncryption: 'srtp-mand', certificate: identity.both, registers: false } as const;
  const speaker = await softphone(line, { ...tls, account, server, address, toneHz: 1150 });
  return { place: { host: address, port: port + 1 }, speaker };
}

type Settings = Parameters<typeof Softphone.start>[0];

async function softphone(line: number, settings: Omit<Settings, 'port' | 'mediaPort' | 'codecs'>): Promise<Softphone> {
  const ports = { port: system.phonePorts + 2 * line, mediaPort: system.phonePorts + 50 + 4 * line };
  const phone = await Softphone.start({ ...ports, codecs: ['PCMA/8000'], ...settings });
  closing.push(() => phone.close());
  return phone;
}

test('a phone with TLS and SRTP calls a plain one and is called by it, and nobody without SRTP calls as it', async () => {
  const account = await create({ number: '4001', mediaEncryption: 'required' });
  const secure = await softphone(0, {
    account,
    server: `127.0.0.1:${system.sipTlsPort}`,
    transport: 'tls',
    trusts: join(system.home, 'tls', 'certificate.pem'),
    mediaEncryption: 'srtp-mand',
    toneHz: 620,
  });
  const plain = { account: await create({ number: '4002' }), server: `127.0.0.1:${system.sipPort}`, toneHz: 440 };
  const other = await softphone(1, plain);
  for (const [caller, number] of [
    [secure, '4002'],
    [other, '4001'],
  ] as const) {
    caller.dial(number);
    await Promise.all([secure.when('CALL_ESTABLISHED'), other.when('CALL_ESTABLISHED')]);
    await Promise.all([secure.hears(440), other.hears(620)]);
    caller.hangUp();
    await Promise.all([secure.when('CALL_CLOSED'), other.when('CALL_CLOSED')]);
  }
  const vain = new Scenario().callInVain(account, '4002', { port: 9 }, 488);
  const port = system.phonePorts + 9;
  expect(await runSipp({ scenario: vain, target: plain.server, port })).toMatchObject({ successful: 1 });
});

test('a phone that can encrypt does so where its extension lets it, and not where it is switched off', async () => {
  const account = await create({ number: '4003' });
  const server = `127.0.0.1:${system.sipTlsPort}`;
  const settings = { account, server, transport: 'tls', mediaEncryption: 'srtp-mand', toneHz: 850 } as const;
  const phone = await softphone(5, settings);
  phone.dial('2222');
  await phone.when('CALL_ESTABLISHED');
  phone.hangUp();
  await phone.when('CALL_CLOSED');
  await system.api('/api/extensions/4003', 'PATCH', { mediaEncryption: 'off' });
  phone.dial('2222');
  expect((await phone.when('CALL_CLOSED')).param).toContain('488');
});

test('calls over a trunk are encrypted, and only to a server that proves by its certificate who it is', async () => {
  const trunk = { transport: 'tls', mediaEncryption: 'required', ownNumbers: ['+553432221000'] };
  const post = (body: object) => system.api('/api/trunks', 'POST', { ...trunk, ...body });
  const [own, foreign] = [
    await carrier('127.0.0.4', 10, known, '34991234567'),
    await carrier('127.0.0.5', 12, await makeIdentity('127.0.0.5'), '34991234567'),
  ];
  const { id } = (await (await post({ name: 'B', ...foreign.place })).json()) as { id: number };
  const server = `127.0.0.1:${system.sipPort}`;
  const phone = await softphone(8, { account: await create({ number: '4005' }), server, toneHz: 440 });
  phone.dial('991234567');
  expect((await phone.when('CALL_CLOSED')).param).toContain('503');
  await post({ name: 'A', ...own.place });
  await system.api(`/api/trunks/${id}`, 'DELETE');
  phone.dial('991234567');
  await phone.when('CALL_ESTABLISHED');
  await Promise.all([phone.hears(1150), own.speaker.hears(440)]);
});

test('a renewed certificate is shown by HTTPS, SIP over TLS and WSS without a restart, and phones stay connected', async () => {
  const web = await WebPhone.open(system.sipPort + 1);
  const account = await create({ number: '4007', kind: 'web' });
  expect(await web.register(account, '127.0.0.1')).toBe(200);
  const server = `127.0.0.1:${system.sipTlsPort}`;
  const desk = {
    account: await create({ number: '4008' }),
    server,
    transport: 'tls',
    mediaEncryption: 'srtp-mand',
  } as const;
  const phone = await softphone(14, { ...desk, toneHz: 440 });
  const renewed = await makeIdentity('127.0.0.1');
  const both = readFileSync(renewed.both, 'utf8');
  // The key first: a look in between finds that they do not belong together.
  writeFileSync(join(system.home, 'tls', 'private-key.pem'), both.slice(both.indexOf('-----BEGIN PRIVATE KEY')));
  writeFileSync(join(system.home, 'tls', 'certificate.pem'), readFileSync(renewed.certificate));
  const { fingerprint256 } = new X509Certificate(readFileSync(renewed.certificate));
  for (const port of [system.httpPort + 1, system.sipTlsPort, system.sipPort + 1]) {
    const tooLate = Date.now() + 15_000;
    while ((await shownCertificate('127.0.0.1', port)).fingerprint256 !== fingerprint256) {
      if (Date.now() > tooLate) throw new Error(`Port ${port} still shows the earlier certificate`);
      await sleep(100);
    }
  }
  phone.dial('4007');
  expect(await web.rings()).toContain('INVITE');
  phone.hangUp();
  expect(await web.register(account, '127.0.0.1')).toBe(200);
  web.close();
});
