import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LiveClient } from '../helpers/live-client.ts';
import { type Mailbox, openMailbox } from '../helpers/mailbox.ts';
import { TestSystem } from '../helpers/system.ts';
import { Carrier } from './carrier.ts';
import { Ear, type HeardSound, isPrompt } from './ear.ts';
import { RtpPhone } from './rtp-phone.ts';
import { Scenario } from './scenario.ts';
import { runSipp, type SippResult, startSipp } from './sipp.ts';
import { Stranger, silentSdp, statusOf } from './stranger.ts';

const own = '+553432221000';
let system: TestSystem;
let carrier: Carrier;
let mailbox: Mailbox;
let phone: { target: string; port: number };
const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
const closing: (() => void)[] = [];

beforeAll(async () => {
  mailbox = await openMailbox();
  system = await TestSystem.start({
    SMTP_URL: mailbox.url,
    UIRAPURU_ALARM_EMAIL: 'plantao@provedor.example',
    // Who tries so much is heard in full.
    UIRAPURU_NEVER_BLOCKED: '127.0.0.77',
  });
  phone = { target: `127.0.0.1:${system.sipPort}`, port: system.phonePorts };
  carrier = await Carrier.open('127.0.0.4', system.phonePorts + 32);
  const trunk = { name: 'Operadora', host: carrier.host, port: carrier.port, numberFormat: 'plus', ownNumbers: [own] };
  await ask('POST', 'trunks', trunk);
  await ask('PUT', `inbound-numbers/${encodeURIComponent(own)}`, { target: '1001' });
});
afterAll(async () => {
  for (const close of closing) close();
  carrier.close();
  await dispatcher.close();
  await system.stop();
  await mailbox.close();
});

async function ask(method: string, path: string, body?: object): Promise<void> {
  const answer = await system.api(`/api/${path}`, method, body);
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
}

const limit = (callsPerHour: number | null, minutesPerDay: number | null) =>
  ask('PUT', 'spending/limits/extension/2001', { callsPerHour, minutesPerDay });

async function audio(line: number): Promise<RtpPhone> {
  const ear = await RtpPhone.open(system.phonePorts + 50 + 2 * line);
  closing.push(() => ear.close());
  return ear;
}

const rejected = (number: string, status: number, port = 9): Promise<SippResult> =>
  runSipp({ ...phone, scenario: new Scenario().callInVain(system.account('2001'), number, { port }, status) });

const isLimit = (sound: HeardSound): boolean => isPrompt(sound, 'spending_limit');

function program(acao: string, fields: object): Promise<unknown> {
  const body = JSON.stringify({ acao, ...system.demo.intelbras, ...fields });
  return fetch(`https://127.0.0.1:${system.httpPort + 1}/api.php`, { method: 'POST', body, dispatcher }).then(
    (answer) => answer.json(),
  );
}

test('a limit trips, the next caller hears why, people are told, 190 is called all the same, and a reset lets calls pass', async () => {
  const live = await LiveClient.open(`ws://127.0.0.1:${system.httpPort}/api/live?extension=1001`, {
    token: system.demo.api.token,
  });
  closing.push(() => live.socket.terminate());
  carrier.way = { refuse: 486 };
  await limit(2, null);
  for (const number of ['991234567', '32225555']) expect(await rejected(number, 486)).toMatchObject({ successful: 1 });
  const carried = carrier.calls.length;
  const heard = await audio(0);
  const ear = new Ear(heard.heard);
  expect(await rejected('991234567', 403, heard.port)).toMatchObject({ successful: 1 });
  expect(ear.sounds.some(isLimit)).toBe(true);
  expect(carrier.calls).toHaveLength(carried);
  expect(await system.endedCall(5_000, '2001')).toMatchObject({ endReason: 'spending_limit' });
  const trips = () => live.heard.filter(({ type }) => type === 'spending.tripped');
  await live.until(() => trips().length > 0);
  throw new Error('stop here');
  expect(trips()[0]?.data).toMatchObject({ scope: 'extension', subject: '2001', measure: 'calls' });
  await expect
    .poll(() => mailbox.received.map(String).join('\n'), { timeout: 10_000 })
    .toContain('plantao@provedor.example');
  expect(await rejected('190', 486)).toMatchObject({ successful: 1 });
  expect(carrier.calls.at(-1)).toMatchObject({ dialled: '190' });
  await ask('POST', 'spending/resets', { scope: 'extension', subject: '2001' });
  expect(await rejected('991234567', 486)).toMatchObject({ successful: 1 });
});

test('a talk whose minutes are used up is ended, and the caller hears why', async () => {
  await limit(null, 600);
  const [caller, called] = [await audio(1), await audio(2)];
  const ear = new Ear(caller.heard);
  carrier.way = { answer: called.port };
  const scenario = new Scenario().call(system.account('2001'), '991234567', { port: caller.port }).untilHungUp(30_000);
  const run = await startSipp({ ...phone, scenario });
  caller.sendTo(await run.when('answered'));
  called.speak(true);
  called.sendTo(`answered ${carrier.calls.at(-1)?.mediaPort}`);
  await caller.hears('sound');
  await limit(null, 0);
  await expect.poll(() => carrier.requests.at(-1), { timeout: 5_000 }).toBe('BYE');
  await expect.poll(() => ear.sounds.some(isLimit), { timeout: 5_000 }).toBe(true);
  await run.hangUp();
  await limit(null, null);
  await ask('POST', 'spending/resets', { scope: 'extension', subject: '2001' });
});

test('a call that a program asked for counts, too', async () => {
  await limit(1, null);
  carrier.way = { refuse: 486 };
  await runSipp({ ...phone, scenario: new Scenario().register(system.account('2001')) });
  const click = async () => {
    const heard = await audio(3 + closing.length);
    const scenario = new Scenario().ring().answerAfter(100, { port: heard.port }).untilHungUp(30_000);
    const run = await startSipp({ ...phone, scenario });
    expect(await program('clicktocall', { origem: '2001', destino: '991234567' })).toContain('CHAMADA OK');
    await run.when('answered');
    return { run, ear: new Ear(heard.heard) };
  };
  const before = carrier.calls.length;
  const { run } = await click();
  await run.when('other side hung up');
  expect(carrier.calls).toHaveLength(before + 1);
  const second = await click();
  await expect.poll(() => second.ear.sounds.some(isLimit), { timeout: 5_000 }).toBe(true);
  await second.run.vanish();
  expect(carrier.calls).toHaveLength(before + 1);
  await limit(null, null);
  await ask('POST', 'spending/resets', { scope: 'extension', subject: '2001' });
});

test('a call without a password reaches no trunk and no phone, whoever it says that it is, over UDP, TCP and WSS', async () => {
  const before = carrier.requests.filter((method) => method === 'INVITE').length;
  const ports = { sipPort: system.sipPort, wssPort: system.sipPort + 1 };
  const names = [
    '"2001" <sip:2001@127.0.0.1>',
    `<sip:${own}@${carrier.host}>`,
    '<sip:conta@127.0.0.4>',
    '<sip:trunk-1@127.0.0.1>',
    '<sip:anonymous@anonymous.invalid>',
    '<sip:1001@web>',
    'sip:2001@127.0.0.1',
  ];
  for (const transport of ['UDP', 'TCP', 'WSS'] as const) {
    const stranger = await Stranger.open(transport, '127.0.0.77', ports);
    closing.push(() => stranger.close());
    for (const from of names) {
      for (const number of ['991234567', '0012125551234', '190', '1001', '2222']) {
        const uri = `sip:${number}@127.0.0.1:${system.sipPort}`;
        const headers = [`P-Asserted-Identity: <sip:2001@127.0.0.1>`, `Remote-Party-ID: <sip:${own}@127.0.0.1>`];
        const answer = await stranger.ask('INVITE', {
          uri,
          to: `<${uri}>`,
          from,
          headers,
          body: silentSdp('127.0.0.77'),
        });
        expect(statusOf(answer), `${transport} ${from} ${number} ${answer} LOG ${system.log.split('\n').slice(-15).join('\n')}`).toBe(401);
      }
    }
  }
  const { calls } = (await (await system.api('/api/calls?limit=500')).json()) as { calls: { startedAt: string }[] };
  await sleep(300);
  const after = (await (await system.api('/api/calls?limit=500')).json()) as { calls: object[] };
  expect(after.calls).toHaveLength(calls.length);
  expect(carrier.requests.filter((method) => method === 'INVITE')).toHaveLength(before);
});

test('a blocked tenant keeps calls for help over its trunk, and no other; its number does not ring', async () => {
  carrier.way = { refuse: 486 };
  const login = 'central1';
  expect(await program('bloqueioclasse5', { logincliente: login, classe5acao: 'BLOQUEAR' })).toEqual(['Status', 'OK']);
  const before = carrier.calls.length;
  expect(await rejected('190', 486)).toMatchObject({ successful: 1 });
  expect(carrier.calls.at(-1)).toMatchObject({ dialled: '190', from: own });
  for (const number of ['991234567', '1001']) {
    expect(await rejected(number, 603)).toMatchObject({ successful: 1 });
  }
  expect(carrier.calls).toHaveLength(before + 1);
  expect((await carrier.call(system.sipPort, own, own, 9)).status).toBeGreaterThanOrEqual(400);
  await program('bloqueioclasse5', { logincliente: login, classe5acao: 'DESBLOQUEAR' });
  expect(await rejected('991234567', 486)).toMatchObject({ successful: 1 });
});
