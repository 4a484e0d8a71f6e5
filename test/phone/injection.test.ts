import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallDetail } from '../../src/calls/schemas.ts';
import { TestSystem } from '../helpers/system.ts';
import { Carrier } from './carrier.ts';
import { Stranger, silentSdp, statusOf } from './stranger.ts';

const own = '+553432221000';
let system: TestSystem;
/** Hears every call that leaves by the trunk; what comes from its address comes by the trunk. */
let carrier: Carrier;
let network: Stranger;
/** The phone of 1001, which is busy. */
let called: Stranger;
let caller: Stranger;
let asteriskPid: number;

beforeAll(async () => {
  system = await TestSystem.start();
  carrier = await Carrier.open('127.0.0.5', system.phonePorts + 33);
  carrier.way = { refuse: 486 };
  await administer('POST', 'trunks', { name: 'Rede', host: carrier.host, port: carrier.port, ownNumbers: [own] });
  await administer('PUT', `inbound-numbers/${encodeURIComponent(own)}`, { target: '1001' });
  await administer('PATCH', 'extensions/2001', {
    classes: ['internal', 'local', 'mobile', 'national', 'international'],
  });
  const ports = { sipPort: system.sipPort, wssPort: system.sipPort + 1 };
  network = await Stranger.open('UDP', carrier.host, ports);
  called = await Stranger.open('UDP', '127.0.0.1', ports);
  caller = await Stranger.open('UDP', '127.0.0.1', ports);
  called.refuses = 486;
  // A contact may hold what would be another destination in a dial string.
  await register(called, '1001', `sip:x&PJSIP/991234567%40trunk-1@127.0.0.1:${called.port}`);
  asteriskPid = pidOfAsterisk();
});
afterAll(async () => {
  for (const one of [network, called, caller, carrier]) one.close();
  await system.stop();
});

async function administer(method: string, path: string, body: object): Promise<void> {
  const answer = await system.api(`/api/${path}`, method, body);
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
}

async function register(phone: Stranger, number: string, contact: string): Promise<void> {
  const account = `<sip:${number}@127.0.0.1>`;
  const details = { from: account, to: account, contact, headers: ['Expires: 600'] };
  expect(statusOf(await phone.askWith(system.account(number), 'REGISTER', details))).toBe(200);
}

function pidOfAsterisk(): number {
  const file = join(system.home, 'asterisk', 'process.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid;
}

const marker = '/tmp/uirapuru-was-injected';
const pieces: readonly string[] = [
  '&,|;"\\\'<>@%=^~(){}/ *#+'.split(''),
  ['${EPOCH}', '$[40+2]', '${CHANNEL(name)}', '${GLOBAL(x)}', `\${SHELL(touch ${marker})}`, '`id`', '\\${EPOCH}'],
  ['&PJSIP/991234567@trunk-1', '&Local/190@from-extension', ',30,gM(macro)', 'PJSIP/1001', '@from-trunk/n', '190'],
  ['\r\nX-Injected: 1\r\n', '\r\n\r\nINVITE sip:190@127.0.0.1 SIP/2.0\r\n', '\n', '\r', '\0', '\u0001', '\u007f'],
  ['Ação', '漢字', '😀', '\u202e', 'x'.repeat(300)],
].flat();
const hostile = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));

/** The user part of an address: what may not stand there is escaped (RFC 3261 section 25.1). */
function escaped(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[A-Za-z0-9\-_.!~*'()&=+$,?/]/.test(char) ? char : `%${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

/** A quoted string; no way leads to a line end or NUL in it. */
function quoted(text: string): string {
  return `"${text.replaceAll(/[\r\n\0]/g, '').replaceAll(/["\\]/g, (char) => `\\${char}`)}"`;
}

/** A line end in a header's value is one that is folded. */
function folded(text: string): string {
  return text.replaceAll('\0', '').replaceAll(/[\r\n]+/g, '\r\n ');
}

/** Nobody was called by it but who should be, and everything is as alive as before. */
function nothingElseHappened(placed: { readonly phone: number; readonly trunk: number }): void {
  if (called.calls.length !== placed.phone) throw new Error(`The phone was called ${called.calls.length} times`);
  const invites = carrier.requests.filter((method) => method === 'INVITE').length;
  if (invites !== placed.trunk) throw new Error(`${invites} calls left by the trunk`);
  const injected = called.calls.find((invite) => /^X-Injected/im.test(invite));
  if (injected !== undefined) throw new Error(`A header came through: ${injected}`);
  if (existsSync(marker)) throw new Error('A program was run');
  if (pidOfAsterisk() !== asteriskPid) throw new Error('Asterisk died');
}

/** Waits for the newest call in the log to be what it should; it is written behind the call. */
async function logHas(isRight: (call: CallDetail) => boolean): Promise<void> {
  let newest: CallDetail | undefined;
  for (const tooLate = Date.now() + 3_000; Date.now() < tooLate; await sleep(10)) {
    const { calls } = (await (await system.api('/api/calls?limit=1')).json()) as { calls: CallDetail[] };
    newest = calls[0];
    if (newest !== undefined && isRight(newest)) return;
  }
  throw new Error(`The log has ${JSON.stringify(newest)}`);
}

/**
 * Whether the log has a text as it was sent. Asterisk's texts end at a NUL and have room for 79 bytes, and what follows a
 * semicolon in the user of an address is none of it (RFC 3261 section 19.1.6).
 */
function isAsSent(logged: string, sent: string): boolean {
  const [plain = ''] = sent.split('\0');
  if (Buffer.byteLength(plain) > 79) return plain.startsWith(logged.slice(0, 25));
  return plain.includes(';') ? plain.startsWith(logged) : logged === plain;
}

test('whatever a caller from the network is called, one phone rings, the log has the text, and nothing of it is carried out', async () => {
  const check = async (name: string, number: string, header: string) => {
    const before = called.calls.length;
    const from = `${quoted(name)} <sip:${escaped(number)}@${carrier.host}>`;
    const uri = `sip:${own}@127.0.0.1:${system.sipPort}`;
    const headers = ['Subject', 'X-Name', 'User-Agent', 'Organization', 'Reason'].map(
      (name_) => `${name_}: ${folded(header)}`,
    );
    const answer = await network.ask('INVITE', { uri, to: `<${uri}>`, from, headers, body: silentSdp(carrier.host) });
    if (statusOf(answer) !== 486) throw new Error(`Answered ${answer}`);
    nothingElseHappened({ phone: before + 1, trunk: 0 });
    await logHas((row) => row.dialled === own && isAsSent(row.callerNumber, number));
  };
  await fc.assert(fc.asyncProperty(hostile, hostile, hostile, check), { numRuns: 60, endOnFailure: true });
  expect(called.calls.length).toBeGreaterThanOrEqual(60);
});

test('whatever a phone dials that is no number leaves by no trunk and rings nowhere, and the log has the text', async () => {
  const before = called.calls.length;
  const account = system.account('2001');
  /** Calls that were told that there is no such number. */
  let told = 0;
  const check = async (rest: string, name: string) => {
    const dialled = `1${rest}`;
    const uri = `sip:${escaped(dialled)}@127.0.0.1:${system.sipPort}`;
    const from = `${quoted(name)} <sip:2001@127.0.0.1>`;
    const headers = [`P-Asserted-Identity: ${quoted(name)} <sip:${escaped(rest)}@127.0.0.1>`];
    const details = { uri, to: `<${uri}>`, from, headers, body: silentSdp('127.0.0.1') };
    const answer = await caller.askWith(account, 'INVITE', details);
    nothingElseHappened({ phone: before, trunk: 0 });
    if (statusOf(answer) !== 200) return;
    told += 1;
    await hangUp(answer, uri);
    await logHas((row) => row.callerNumber === '2001' && isAsSent(row.dialled, dialled));
  };
  await fc.assert(
    fc.asyncProperty(
      hostile.filter((text) => !/^\d*(?:[\0;]|$)/.test(text)),
      hostile,
      check,
    ),
    { numRuns: 40, endOnFailure: true },
  );
  expect(told).toBeGreaterThan(10);
});

/** Ends a call that was answered. */
async function hangUp(answer: string, uri: string): Promise<void> {
  const line = (name: string): string => new RegExp(`^${name}: *(.*?)\r?$`, 'im').exec(answer)?.[1] ?? '';
  const details = { uri, callId: line('Call-ID'), from: line('From'), to: line('To'), isAnswered: true };
  caller.send('ACK', { ...details, sequence: 2 });
  await caller.ask('BYE', { ...details, sequence: 3 });
}
