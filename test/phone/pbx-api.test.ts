import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { type MediaDescription, Scenario } from './scenario.ts';
import { type PhoneRun, runSipp, startSipp } from './sipp.ts';

let system: TestSystem;
// The certificate of a new home is its own.
const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
beforeAll(async () => {
  system = await TestSystem.start();
  for (const number of ['1001', '1002']) await register(number);
});
afterAll(async () => {
  await dispatcher.close();
  await system.stop();
});

const target = () => `127.0.0.1:${system.sipPort}`;
const lineOf = (number: string): number => Number(number) - 1000;

async function register(number: string): Promise<void> {
  const scenario = new Scenario().register(system.account(number));
  await runSipp({ scenario, target: target(), port: system.phonePorts + lineOf(number) });
}

/** A phone that rings and does what it is told. */
function phone(number: string, then: (scenario: Scenario, media: MediaDescription) => Scenario): Promise<PhoneRun> {
  const media = { port: system.phonePorts + 50 + 2 * lineOf(number) };
  const scenario = then(new Scenario().ring(), media);
  return startSipp({ scenario, target: target(), port: system.phonePorts + lineOf(number) });
}

async function ask(acao: string, fields: object = {}): Promise<unknown> {
  const body = JSON.stringify({ acao, ...system.demo.intelbras, ...fields });
  const answer = await fetch(`https://127.0.0.1:${system.httpPort + 1}/api.php`, { method: 'POST', body, dispatcher });
  return answer.json();
}

type Row = Record<string, string>;

async function extension(number: string): Promise<Row> {
  const rows = (await ask('statusramais')) as Row[];
  return rows.find((row) => row['Ramal'] === number) ?? {};
}

async function until(look: () => Promise<boolean>): Promise<void> {
  for (const tooLate = Date.now() + 5_000; !(await look()); await sleep(50)) {
    if (Date.now() > tooLate) throw new Error('It did not come about.');
  }
}

test('a click rings the extension, calls the number, shows in every extension, and is found by its id', async () => {
  expect(await extension('1003')).toMatchObject({ Status: 'Unavailable', IDCHAMADA: '' });
  expect(await extension('1001')).toMatchObject({ Status: 'Not in use' });
  const origin = await phone('1001', (ring, media) => ring.answerAfter(500, media).untilHungUp(10_000));
  const other = await phone('1002', (ring, media) => ring.answerAfter(400, media).pause(1_500).hangUpAnswered());
  const answer = (await ask('clicktocall', { origem: '1001', destino: '1002' })) as string[];
  expect(answer.slice(0, 3)).toEqual(['Status', 'CHAMADA OK', 'ID']);
  expect(answer[3]).toMatch(/^1001_\d{14}_\d{6}$/);
  await origin.when('ringing');
  await until(async () => (await extension('1001'))['Status'] === 'Ringing');
  await other.when('answered');
  await until(async () => (await extension('1002'))['StatusCanal'] === 'Up');
  const [one, two] = [await extension('1001'), await extension('1002')];
  expect(one).toMatchObject({ Status: 'In use', Direcao: 'SAIDA', Callerid: '1002', Extension: '1002' });
  expect(two).toMatchObject({ Status: 'In use', Direcao: 'ENTRADA', Callerid: '1001', IDCHAMADA: one['IDCHAMADA'] });
  expect((await other.finished).exitCode).toBe(0);
  expect((await origin.finished).exitCode).toBe(0);
  await until(async () => ((await ask('statusreport', { id: answer[3] })) as Row[]).length === 1);
  const [row] = (await ask('statusreport', { id: answer[3] })) as Row[];
  expect(row).toMatchObject({
    id: answer[3],
    uniqueid: one['IDCHAMADA'],
    ramal: '1001',
    numero: '1002',
    tipo: 'CLICKTOCALL',
    statuschamada: 'ANSWER',
    naoatendidas: '0',
  });
  const call = await system.endedCall();
  expect(call.legs.map((leg) => [leg.role, leg.number, leg.cause])).toEqual([
    ['caller', '1001', 16],
    ['placed', '1002', 16],
  ]);
});

test('a click rings every phone of an extension, and the one that answers calls', async () => {
  const second = { target: target(), port: system.phonePorts + 20 };
  const account = system.account('1001');
  await runSipp({ scenario: new Scenario().register(account), ...second });
  const left = await startSipp({ scenario: new Scenario().ring().untilCancelled(10_000), ...second });
  const origin = await phone('1001', (ring, media) => ring.answerAfter(500, media).untilHungUp(10_000));
  const other = await phone('1002', (ring, media) => ring.answerAfter(100, media).pause(500).hangUpAnswered());
  const answer = (await ask('clicktocall', { origem: '1001', destino: '1002' })) as string[];
  await Promise.all([left.when('ringing'), origin.when('ringing')]);
  await left.when('cancelled');
  for (const run of [left, origin, other]) expect((await run.finished).exitCode).toBe(0);
  await until(async () => ((await ask('statusreport', { id: answer[3] })) as Row[]).length === 1);
  const [row] = (await ask('statusreport', { id: answer[3] })) as Row[];
  expect(row).toMatchObject({ ramal: '1001', numero: '1002', tipo: 'CLICKTOCALL', statuschamada: 'ANSWER' });
  await runSipp({ scenario: new Scenario().register(account, 0), ...second });
});

test('an extension without a phone, and one that nobody answers, are told apart from a call', async () => {
  const unavailable = ['Status', 'ERRO: RAMAL INDISPONIVEL'];
  for (const origem of ['1003', '9999', '1001&PJSIP/1002', '*']) {
    expect(await ask('clicktocall', { origem, destino: '1002' })).toEqual(unavailable);
  }
  const busy = await phone('1001', (ring) => ring.refuse('486 Busy Here'));
  const answer = (await ask('clicktocall', { origem: '1001', destino: '1002' })) as string[];
  await busy.finished;
  await until(async () => ((await ask('statusreport', { id: answer[3] })) as Row[]).length === 1);
  const [row] = (await ask('statusreport', { id: answer[3] })) as Row[];
  expect(row).toMatchObject({ statuschamada: 'NOANSWER', duracao: '0', naoatendidas: '1', sidehangup: 'SISTEMA' });
});

test('a program ends a talk', async () => {
  const origin = await phone('1001', (ring, media) => ring.answerAfter(100, media).untilHungUp(10_000));
  const other = await phone('1002', (ring, media) => ring.answerAfter(100, media).untilHungUp(10_000));
  await ask('clicktocall', { origem: '1001', destino: '1002' });
  await other.when('answered');
  await until(async () => (await extension('1002'))['StatusCanal'] === 'Up');
  const uniqueid = (await extension('1002'))['IDCHAMADA'];
  expect(await ask('desligar', { uniqueid })).toEqual(['Status', 'OK']);
  await Promise.all([origin.finished, other.finished]);
  expect(await system.endedCall()).toMatchObject({ endReason: 'ended_by_program', uniqueid });
});

test('phones of a blocked exchange call nobody, and do again when it is let go', async () => {
  const { db } = await system.database();
  const { login: logincliente } = await db.selectFrom('tenant').select('login').executeTakeFirstOrThrow();
  const account = system.account('2001');
  const media = { port: system.phonePorts + 50 };
  const call = (scenario: Scenario) => runSipp({ scenario, target: target(), port: system.phonePorts });
  expect(await ask('bloqueioclasse5', { logincliente, classe5acao: 'BLOQUEAR' })).toEqual(['Status', 'OK']);
  expect(await call(new Scenario().callInVain(account, '2222', media, 603))).toMatchObject({ successful: 1 });
  await until(async () => (await system.endedCall()).endReason === 'blocked');
  expect(await ask('bloqueioclasse5', { logincliente, classe5acao: 'DESBLOQUEAR' })).toEqual(['Status', 'OK']);
  const answered = new Scenario().call(account, '2222', media).hangUp(account, '2222');
  expect(await call(answered)).toMatchObject({ successful: 1 });
});
