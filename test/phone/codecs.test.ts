import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallDetail } from '../../src/calls/schemas.ts';
import type { ExtensionPassword } from '../../src/exchange/schemas.ts';
import { TestSystem } from '../helpers/system.ts';
import { decodeRtp, encodeRtp } from './rtp.ts';
import { RtpPhone } from './rtp-phone.ts';
import { type Account, Scenario } from './scenario.ts';
import { runSipp, type SippResult, startSipp } from './sipp.ts';
import { Softphone } from './softphone.ts';

let system: TestSystem;
const closing: (() => unknown)[] = [];
beforeAll(async () => {
  system = await TestSystem.start();
});
afterAll(async () => {
  for (const close of closing) await close();
  await system.stop();
});

async function create(number: string): Promise<Account> {
  const { password } = (await (await system.api('/api/extensions', 'POST', { number })).json()) as ExtensionPassword;
  return { user: number, password };
}

/** Ports of a phone: its SIP, and its audio. */
const line = (at: number) => ({ port: system.phonePorts + 2 * at, mediaPort: system.phonePorts + 50 + 4 * at });

test('phones of any two codecs call and hear each other', async () => {
  const server = `127.0.0.1:${system.sipPort}`;
  const kinds = [
    { codec: 'PCMA/8000', number: '4001', toneHz: 440 },
    { codec: 'PCMU/8000', number: '4002', toneHz: 620 },
    { codec: 'GSM/8000', number: '4003', toneHz: 850 },
    { codec: 'opus/48000/1', number: '4004', toneHz: 1150 },
  ];
  const phones = await Promise.all(
    kinds.map(async (kind, at) => {
      const settings = { ...line(at), account: await create(kind.number), codecs: [kind.codec], toneHz: kind.toneHz };
      const softphone = await Softphone.start({ ...settings, server });
      closing.push(() => softphone.close());
      return { ...kind, softphone };
    }),
  );
  const talk = async (from: number, to: number): Promise<void> => {
    const [caller, called] = [phones[from], phones[to]];
    if (caller === undefined || called === undefined) throw new Error('There are four phones');
    caller.softphone.dial(called.number);
    await Promise.all([caller.softphone.when('CALL_ESTABLISHED'), called.softphone.when('CALL_ESTABLISHED')]);
    await Promise.all([caller.softphone.hears(called.toneHz), called.softphone.hears(caller.toneHz)]);
    caller.softphone.hangUp();
    await Promise.all([caller.softphone.when('CALL_CLOSED'), called.softphone.when('CALL_CLOSED')]);
  };
  await Promise.all([talk(0, 1), talk(2, 3)]);
  await Promise.all([talk(2, 0), talk(3, 1)]);
  await Promise.all([talk(0, 3), talk(1, 2)]);
  const { calls } = (await (await system.api('/api/calls')).json()) as { calls: CallDetail[] };
  expect(calls.map((call) => call.answeredBy)).toHaveLength(6);
});

const g729 = 18;

/** Speaks what must arrive as it is: ten milliseconds of G.729 are ten bytes. */
class PassedOn {
  readonly port: number;
  readonly heard: Buffer[] = [];
  readonly #socket: Socket;

  private constructor(port: number, socket: Socket) {
    this.port = port;
    this.#socket = socket;
    socket.on('message', (data) => {
      const packet = decodeRtp(data);
      if (packet?.payloadType === g729) this.heard.push(packet.payload);
    });
  }

  static async open(port: number): Promise<PassedOn> {
    const socket = createSocket('udp4').bind(port, '127.0.0.1');
    await once(socket, 'listening');
    closing.push(() => socket.close());
    return new PassedOn(port, socket);
  }

  /** Says the same over and over until the other hears it. */
  async tells(other: PassedOn, answered: string, what: Buffer): Promise<void> {
    const to = Number(answered.replace('answered ', ''));
    for (let sequence = 1; sequence < 250; sequence++) {
      const place = { sequence, timestamp: sequence * 160, ssrc: this.port, marker: false };
      this.#socket.send(encodeRtp({ ...place, payloadType: g729, payload: what }), to, '127.0.0.1');
      await sleep(20);
      if (other.heard.some((payload) => payload.equals(what))) return;
    }
    throw new Error('What was said in G.729 did not arrive as it was');
  }
}

const attempt = (at: number, scenario: Scenario): Promise<SippResult> =>
  runSipp({ scenario, target: `127.0.0.1:${system.sipPort}`, port: line(at).port });

test('G.729 is passed on between phones that speak nothing else', async () => {
  const [account, target] = [await create('4010'), `127.0.0.1:${system.sipPort}`];
  await attempt(5, new Scenario().register(account));
  const [caller, called] = [await PassedOn.open(line(4).mediaPort), await PassedOn.open(line(5).mediaPort)];
  const answering = new Scenario()
    .ring()
    .answerAfter(50, { port: called.port, codecs: [g729] })
    .untilHungUp(20_000);
  const answered = await startSipp({ scenario: answering, target, port: line(5).port });
  const calling = new Scenario().call(system.account('2001'), '4010', { port: caller.port, codecs: [g729] });
  const run = await startSipp({ scenario: calling.untilHungUp(20_000), target, port: line(4).port });
  const [toCaller, toCalled] = [await run.when('answered'), await answered.when('answered')];
  const [fromCaller, fromCalled] = [Buffer.alloc(20, 'who calls'), Buffer.alloc(20, 'who is called')];
  await caller.tells(called, toCaller, fromCaller);
  await called.tells(caller, toCalled, fromCalled);
  expect([called.heard[0], caller.heard[0]]).toEqual([fromCaller, fromCalled]);
  await run.hangUp();
  await answered.when('other side hung up');
});

test('a phone that prefers G.729 hears the menu all the same, and one that speaks nothing else is told that it cannot', async () => {
  const [account, ear] = [system.account('2001'), await RtpPhone.open(line(6).mediaPort)];
  closing.push(() => ear.close());
  // The offer of the Intelbras manual's example.
  const preferring = new Scenario().call(account, '2222', { port: ear.port, codecs: [g729, 0, 8] });
  const target = `127.0.0.1:${system.sipPort}`;
  const run = await startSipp({ scenario: preferring.untilHungUp(20_000), target, port: line(6).port });
  ear.sendTo(await run.when('answered'));
  await ear.hears('sound');
  await run.hangUp();
  const only = new Scenario().callInVain(account, '2222', { port: ear.port, codecs: [g729] }, 488);
  expect(await attempt(6, only)).toMatchObject({ successful: 1 });
});

test('a phone that speaks nothing that its caller does is not joined with it in silence', async () => {
  const account = await create('4011');
  await attempt(7, new Scenario().register(account));
  const refusing = await startSipp({
    scenario: new Scenario().ring().refuse('488 Not Acceptable Here'),
    target: `127.0.0.1:${system.sipPort}`,
    port: line(7).port,
  });
  const vain = new Scenario().callInVain(system.account('2001'), '4011', { port: 9, codecs: [8] }, 480);
  expect(await attempt(8, vain)).toMatchObject({ successful: 1 });
  await refusing.when('refused');
});

test('a phone that speaks G.729 alone is refused at once where others are told why first', async () => {
  const account = await create('4012');
  const most = { callsPerHour: 0, minutesPerDay: null };
  const limited = await system.api('/api/spending/limits/extension/4012', 'PUT', most);
  expect(limited.ok).toBe(true);
  const told = new Scenario().callInVain(account, '034991234567', { port: 9, codecs: [8] }, 403, [100, 183]);
  const refused = new Scenario().callInVain(account, '034991234567', { port: 9, codecs: [g729] }, 403, [100]);
  for (const scenario of [told, refused]) {
    expect(await attempt(9, scenario)).toMatchObject({ successful: 1 });
    expect(await system.endedCall(10_000, '4012')).toMatchObject({ endReason: 'spending_limit' });
  }
});
