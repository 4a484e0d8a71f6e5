import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, fetch } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { LiveClient } from '../helpers/live-client.ts';
import { type Mailbox, openMailbox } from '../helpers/mailbox.ts';
import { TestSystem } from '../helpers/system.ts';
import { Carrier } from './carrier.ts';
import { Ear, type HeardSound, isPrompt } from './ear.ts';
import { RtpPhone } from './rtp-phone.ts';
import { Scenario } from './scenario.ts';
import { type PhoneRun, runSipp, startSipp } from './sipp.ts';
import { Stranger, silentSdp, statusOf } from './stranger.ts';

const own = '+553432221000';
let system: TestSystem;
let carrier: Carrier;
let mailbox: Mailbox;
let phone: { target: string; port: number };
const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
const closing: (() => unknown)[] = [];
let lastLine = 0;

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
beforeEach(async () => {
  carrier.way = { refuse: 486 };
  await limit(null, null);
  const reset = await system.api('/api/spending/resets', 'POST', resetting);
  // Not found: no limit was reached.
  if (!reset.ok && reset.status !== 404) throw new Error(`The limits were not reset: ${await reset.text()}`);
  await blockTenant('DESBLOQUEAR');
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(async () => {
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

const resetting = { scope: 'extension', subject: '2001' };

const blockTenant = (classe5acao: 'BLOQUEAR' | 'DESBLOQUEAR') =>
  program('bloqueioclasse5', { logincliente: 'central1', classe5acao });

async function audio(): Promise<RtpPhone> {
  const ear = await RtpPhone.open(system.phonePorts + 50 + 2 * lastLine++);
  closing.push(() => ear.close());
  return ear;
}

/** Extension 2001 calls a number in vain. */
async function rejected(number: string, status: number, port = 9): Promise<void> {
  const scenario = new Scenario().callInVain(system.account('2001'), number, { port }, status);
  const { successful, errors } = await runSipp({ ...phone, scenario, timeoutMs: 20_000 });
  expect(successful, `${number} is refused with ${status}: ${errors}`).toBe(1);
}

async function started(scenario: Scenario): Promise<PhoneRun> {
  const run = await startSipp({ ...phone, scenario });
  closing.push(() => run.vanish());
  return run;
}

const isLimit = (sound: HeardSound): boolean => isPrompt(sound, 'spending_limit');

const hearsOfLimit = (ear: Ear) =>
  expect.poll(() => ear.sounds.some(isLimit), { timeout: 10_000, message: 'hears that a limit is reached' }).toBe(true);

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
  await limit(2, null);
  for (const number of ['991234567', '32225555']) await rejected(number, 486);
  const carried = carrier.calls.length;
  const heard = await audio();
  const ear = new Ear(heard.heard);
  await rejected('991234567', 403, heard.port);
  expect(ear.sounds.some(isLimit)).toBe(true);
  expect(carrier.calls).toHaveLength(carried);
  expect(await system.endedCall(5_000, '2001')).toMatchObject({ endReason: 'spending_limit' });
  const trips = () => live.heard.filter(({ type }) => type === 'spending.tripped');
  await expect.poll(() => live.types, { timeout: 10_000 }).toContain('spending.tripped');
  expect(trips()[0]?.data).toMatchObject({ scope: 'extension', subject: '2001', measure: 'calls' });
  await expect
    .poll(() => mailbox.received.map(String).join('\n'), { timeout: 10_000 })
    .toContain('plantao@provedor.example');
  await rejected('190', 486);
  expect(carrier.calls.at(-1)).toMatchObject({ dialled: '190' });
  await ask('POST', 'spending/resets', resetting);
  await rejected('991234567', 486);
});

test('a talk whose minutes are used up is ended, and the caller hears why', async () => {
  await limit(null, 600);
  const [caller, called] = [await audio(), await audio()];
  const ear = new Ear(caller.heard);
  carrier.way = { answer: called.port };
  const scenario = new Scenario().call(system.account('2001'), '991234567', { port: caller.port }).untilHungUp(30_000);
  const run = await started(scenario);
  caller.sendTo(await run.when('answered'));
  called.speak(true);
  called.sendTo(`answered ${carrier.calls.at(-1)?.mediaPort}`);
  await caller.hears('sound');
  expect(carrier.requests).not.toContain('BYE');
  await limit(null, 0);
  await expect.poll(() => carrier.requests, { timeout: 10_000 }).toContain('BYE');
  await hearsOfLimit(ear);
  await run.hangUp();
});

test('a call that a program asked for counts, too', async () => {
  await limit(1, null);
  await runSipp({ ...phone, scenario: new Scenario().register(system.account('2001')) });
  const click = async () => {
    const heard = await audio();
    const scenario = new Scenario().ring().answerAfter(100, { port: heard.port }).untilHungUp(30_000);
    const run = await started(scenario);
    expect(await program('clicktocall', { origem: '2001', destino: '991234567' })).toContain('CHAMADA OK');
    await run.when('answered');
    return { run, ear: new Ear(heard.heard) };
  };
  const before = carrier.calls.length;
  const { run } = await click();
  await run.when('other side hung up');
  expect(carrier.calls).toHaveLength(before + 1);
  const second = await click();
  await hearsOfLimit(second.ear);
  await second.run.vanish();
  expect(carrier.calls).toHaveLength(before + 1);
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
        expect(statusOf(answer), `${transport}, ${from} to ${number}`).toBe(401);
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
  expect(await blockTenant('BLOQUEAR')).toEqual(['Status', 'OK']);
  const before = carrier.calls.length;
  await rejected('190', 486);
  expect(carrier.calls.at(-1)).toMatchObject({ dialled: '190', from: own });
  for (const number of ['991234567', '1001']) {
    await rejected(number, 603);
  }
  expect(carrier.calls).toHaveLength(before + 1);
  expect((await carrier.call(system.sipPort, own, own, 9)).status).toBeGreaterThanOrEqual(400);
  await blockTenant('DESBLOQUEAR');
  await rejected('991234567', 486);
});
