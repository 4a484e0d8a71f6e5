import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from './caller.ts';
import { packetsASecond, RtpBank } from './rtp-bank.ts';
import { Stranger, sdp, statusOf } from './stranger.ts';
import { release } from './timing.ts';

/** More and longer for docs/benchmarks.md, on a machine that does nothing else. */
const calls = Number(process.env['UIRAPURU_SCAN_CALLS'] ?? 8);
const seconds = Number(process.env['UIRAPURU_SCAN_SECONDS'] ?? 4);
const isLong = calls > 8;
/** Scans as fast as SIPVicious does, and is never blocked: the exchange answers each message in full. */
const scanner = '127.0.0.90';
const messagesASecond = 200;

let system: TestSystem;
let caller: Stranger;
let called: Stranger;
let bank: RtpBank;
const closing: (() => void)[] = [];
const talks: { readonly callId: string; readonly answer: string }[] = [];

beforeAll(async () => {
  system = await TestSystem.start({
    UIRAPURU_NEVER_BLOCKED: scanner,
    // Fifty calls need more ports than a test has: these are no other test's.
    ...(isLong && { UIRAPURU_RTP_PORTS: '20000-20999' }),
  });
  const ports = { sipPort: system.sipPort, wssPort: system.sipPort + 1 };
  caller = await Stranger.open('UDP', '127.0.0.1', ports);
  called = await Stranger.open('UDP', '127.0.0.1', ports);
  closing.push(
    () => caller.close(),
    () => called.close(),
  );
  const account = '<sip:1001@127.0.0.1>';
  await called.askWith(system.account('1001'), 'REGISTER', { from: account, to: account, headers: ['Expires: 600'] });
  bank = await RtpBank.open(2 * calls);
  closing.push(() => bank.close());
  for (let n = 0; n < calls; n++) await connect(n);
});
afterAll(async () => {
  for (const close of closing) close();
  await system.stop();
});

/** Calls 1001 from 2001, and lets both hear each other. */
async function connect(n: number): Promise<void> {
  const [near = 0, far = 0] = bank.ports.slice(2 * n);
  called.hearsAt = () => far;
  const uri = `sip:1001@127.0.0.1:${system.sipPort}`;
  const details = { uri, to: `<${uri}>`, from: '<sip:2001@127.0.0.1>', body: sdp('127.0.0.1', near) };
  const answer = await caller.askWith(system.account('2001'), 'INVITE', details);
  if (statusOf(answer) !== 200) throw new Error(`Call ${n} was not answered: ${answer}`);
  const callId = header(answer, 'Call-ID');
  caller.send('ACK', {
    uri,
    callId,
    from: header(answer, 'From'),
    to: header(answer, 'To'),
    sequence: 2,
    isAnswered: true,
  });
  // Who was called speaks as soon as it hears somebody.
  bank.speak(near, Number(/^m=audio (\d+)/m.exec(answer)?.[1]));
  talks.push({ callId, answer });
}

const header = (message: string, name: string): string =>
  new RegExp(`^${name}: *(.*?)\r?$`, 'im').exec(message)?.[1] ?? '';

/** What SIPVicious sends: OPTIONS to see who is there, REGISTER and INVITE by common names and numbers. */
async function scan(forMs: number): Promise<number> {
  const ports = { sipPort: system.sipPort, wssPort: system.sipPort + 1 };
  const by = await Stranger.open('UDP', scanner, ports);
  closing.push(() => by.close());
  const users = ['100', '1001', '2001', 'admin', 'test', 'sip', 'asterisk', '1000', '9999', 'user'];
  const headers = ['User-Agent: friendly-scanner', 'Accept: application/sdp'];
  const from = performance.now();
  let sent = 0;
  while (performance.now() < from + forMs) {
    const user = users[sent % users.length] ?? '';
    const method = ['OPTIONS', 'REGISTER', 'INVITE'][sent % 3] ?? '';
    const uri =
      method === 'INVITE' ? `sip:90044${sent}@127.0.0.1:${system.sipPort}` : `sip:127.0.0.1:${system.sipPort}`;
    const body = method === 'INVITE' ? sdp(scanner, 9) : '';
    by.send(method, {
      uri,
      from: `"sipvicious" <sip:${user}@127.0.0.1>`,
      to: `<sip:${user}@127.0.0.1>`,
      headers,
      body,
    });
    sent += 1;
    await sleep(Math.max(0, from + (sent * 1_000) / messagesASecond - performance.now()));
  }
  await expect.poll(() => by.received.filter((answer) => statusOf(answer) > 0).length).toBeGreaterThan(sent * 0.9);
  return sent;
}

test('calls in progress lose nothing while somebody scans the exchange, and a menu answers keys as soon as before', {
  timeout: 120_000 + 3_000 * seconds,
}, async () => {
  const stretchMs = seconds * 1_000;
  await bank.heard();
  await sleep(stretchMs / 2);
  const quiet = await bank.heard();

  const scanning = scan(stretchMs);
  const menu = await Caller.call(system, '2222', { extension: '2001', line: 3 });
  const greeting = await menu.hears('greeting');
  const released = await release(menu, '1');
  await menu.hears('ask_document', 10_000);
  const keyToSilenceMs = Math.round(greeting.untilMs - released);
  await menu.hangUp();
  const sent = await scanning;
  const noisy = await bank.heard();

  if (isLong) console.log(JSON.stringify({ calls, sent, quiet, noisy, keyToSilenceMs }));
  expect(sent).toBeGreaterThan(messagesASecond * seconds * 0.5);
  // What comes late may be this machine's fault, which other tests keep busy; what does not come at all is the exchange's.
  expect(noisy.packets).toBeGreaterThan(talks.length * 2 * packetsASecond * seconds * 0.7);
  expect(noisy.lost / noisy.packets).toBeLessThanOrEqual(quiet.lost / quiet.packets + 0.001);
  expect(noisy.packets / noisy.sent).toBeGreaterThan(isLong ? 0.999 : 0.7);
  expect(noisy.longestGapMs).toBeLessThan(isLong ? Math.max(100, 3 * quiet.longestGapMs) : 1_000);
  expect(keyToSilenceMs).toBeLessThan(1_000);
  for (const { callId, answer } of talks) {
    const details = { uri: `sip:1001@127.0.0.1:${system.sipPort}`, callId, isAnswered: true, sequence: 3 };
    const bye = await caller.ask('BYE', { ...details, from: header(answer, 'From'), to: header(answer, 'To') });
    expect(statusOf(bye)).toBe(200);
  }
});
