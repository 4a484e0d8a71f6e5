import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { Carrier } from './carrier.ts';
import { RtpPhone } from './rtp-phone.ts';
import { Scenario } from './scenario.ts';
import { type PhoneRun, runSipp, startSipp } from './sipp.ts';
import { level } from './sound-file.ts';

const own = '+553432221000';
const subscriberNumber = '34988887777';
let system: TestSystem;
let carrier: Carrier;
const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
const closing: (() => void)[] = [];

beforeAll(async () => {
  system = await TestSystem.start();
  carrier = await Carrier.open('127.0.0.2', system.phonePorts + 30);
  const { host, port } = carrier;
  const trunk = await system.api('/api/trunks', 'POST', { name: 'Operadora', host, port, ownNumbers: [own] });
  const { id } = (await trunk.json()) as { id: number };
  await system.api(`/api/inbound-numbers/${encodeURIComponent(own)}`, 'PUT', { flow: 'atendimento' });
  await system.api(`/api/recording-rules/trunk/${id}`, 'PUT');
  const scenario = new Scenario().register(system.account('1001'));
  await runSipp({ scenario, target: target(), port: system.phonePorts + 1 });
});
afterAll(async () => {
  for (const close of closing) close();
  carrier.close();
  await dispatcher.close();
  await system.stop();
});

const target = () => `127.0.0.1:${system.sipPort}`;

async function mouthAndEar(line: number): Promise<RtpPhone> {
  const phone = await RtpPhone.open(system.phonePorts + 50 + 2 * line);
  closing.push(() => phone.close());
  return phone;
}

/** The phone of 1001 answers its next call, and waits for its end. */
function answering(port: number): Promise<PhoneRun> {
  const scenario = new Scenario().ring().answerAfter(300, { port }).untilHungUp(30_000);
  return startSipp({ scenario, target: target(), port: system.phonePorts + 1 });
}

async function pbx(acao: string, fields: object = {}): Promise<unknown> {
  const body = JSON.stringify({ acao, ...system.demo.intelbras, ...fields });
  const answer = await fetch(`https://127.0.0.1:${system.httpPort + 1}/api.php`, { method: 'POST', body, dispatcher });
  return answer.json();
}

async function rowOf1001(): Promise<Record<string, string>> {
  const rows = (await pbx('statusramais')) as Record<string, string>[];
  return rows.find((row) => row['Ramal'] === '1001') ?? {};
}

async function untilAt(node: string): Promise<void> {
  const { db } = await system.database();
  const open = db.selectFrom('call_step').select('node').where('left_at', 'is', null).where('node', '=', node);
  await expect.poll(() => open.executeTakeFirst(), { timeout: 30_000 }).toBeDefined();
}

/** Each hears when the other speaks, for a second. */
async function talk(one: RtpPhone, other: RtpPhone): Promise<void> {
  for (const [speaker, listener] of [
    [one, other],
    [other, one],
  ] as const) {
    speaker.speak(true);
    const { atMs } = await listener.hears('sound');
    await listener.hears('sound', atMs + 1_000);
    speaker.speak(false);
    await listener.hears('silence');
  }
}

test('a subscriber calls over a trunk, is known by the CPF and gets a person: on the screen, in the report, and on record', async () => {
  const [subscriber, person] = [await mouthAndEar(0), await mouthAndEar(1)];
  const { document } = system.subscriber('active');
  const run = await answering(person.port);
  const call = await carrier.call(system.sipPort, '3432221000', subscriberNumber, subscriber.port);
  expect(call.status).toBe(200);
  subscriber.sendTo(`answered ${call.mediaPort}`);
  await untilAt('document');
  // This carrier offers no telephone events: keys are tones.
  await subscriber.pressTones(`${document}#`);
  await untilAt('main_menu');
  await subscriber.pressTones('0');
  person.sendTo(await run.when('answered', 30_000));

  await expect.poll(async () => (await rowOf1001())['GRAVACAO']).toMatch(/^\d{4}\/\d{2}\/\d{2}\/34988887777-E-1001-/);
  const during = await rowOf1001();
  expect(during).toMatchObject({ Status: 'In use', Direcao: 'ENTRADA', Callerid: subscriberNumber, JSON1: document });
  await talk(subscriber, person);
  call.hangUp();
  await run.when('other side hung up');

  const reported = async () =>
    ((await pbx('statusreport', { id: during['IDCHAMADA'] })) as Record<string, string>[])[0];
  await expect.poll(async () => (await reported())?.['tamanho_gravacao'], { timeout: 10_000 }).toMatch(/^\d+$/);
  const row = await reported();
  expect(row).toMatchObject({
    chamada: 'E',
    numero: subscriberNumber,
    ramal: '1001',
    statuschamada: 'ANSWER',
    sidehangup: 'CLIENTE',
    tronco: 'Operadora',
    ura: 'atendimento',
    gravacao: during['GRAVACAO'],
  });
  const file = await fetch(`https://127.0.0.1:${system.httpPort + 1}/gravador28/${row?.['gravacao']}.gsm`, {
    dispatcher,
  });
  const gsm = Buffer.from(await file.arrayBuffer());
  expect(gsm.length).toBe(Number(row?.['tamanho_gravacao']));
  const path = join(system.home, 'talk.gsm');
  writeFileSync(path, gsm);
  expect(await level(path, 1, 0, 10)).toBeGreaterThan(0.05);
});

test('a click rings the extension and connects a number outside, and both hear each other', async () => {
  const [person, called] = [await mouthAndEar(2), await mouthAndEar(3)];
  const run = await answering(person.port);
  carrier.way = { answer: called.port };
  const carried = carrier.carries();
  expect(await pbx('clicktocall', { origem: '1001', destino: '34991234567' })).toMatchObject([
    'Status',
    'CHAMADA OK',
    'ID',
    {},
  ]);
  expect(await carried).toMatchObject({ dialled: '34991234567' });
  person.sendTo(await run.when('answered'));
  called.sendTo(`answered ${carrier.calls.at(-1)?.mediaPort}`);
  await talk(person, called);
  expect(await pbx('desligar', { uniqueid: (await rowOf1001())['IDCHAMADA'] })).toEqual(['Status', 'OK']);
  await run.when('other side hung up');
  await expect.poll(() => carrier.requests.at(-1)).toBe('BYE');
});
