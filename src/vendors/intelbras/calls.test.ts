import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedIntelbras, servedIntelbras } from '../../../test/helpers/intelbras.ts';
import { localDateTime, systemClock } from '../../kernel/clock.ts';
import { FakeChannel } from '../../telephony/fake-telephony.ts';
import type { CallReport, ExtensionStatus } from './wire.ts';

let pbx: ServedIntelbras;
beforeAll(async () => {
  pbx = await servedIntelbras();
});
afterAll(() => pbx.close());

function golden(name: string): Record<string, unknown>[] {
  const text = readFileSync(new URL(`golden/${name}.json`, import.meta.url), 'utf8');
  return JSON.parse(text) as Record<string, unknown>[];
}

/** Keys in order, each with the type of its value. */
function shapeOf(row: object | undefined): string[] {
  return Object.entries(row ?? {}).map(([key, value]) => `${key} ${value === null ? 'null' : typeof value}`);
}

const statuses = async () => (await pbx.ask('statusramais')) as ExtensionStatus[];
const report = async (fields: object) => (await pbx.ask('statusreport', fields)) as CallReport[];
const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1_000);

let calls = 0;

/** 2002 calls 2001, who answers at once. */
function talk(startedAt: Date, uniqueid = `1764000000.${++calls}`) {
  const callerId = `uirapuru-${uniqueid}`;
  const callId = pbx.callLog.open({
    tenantId: pbx.tenantId,
    channelId: callerId,
    callerNumber: '2002',
    dialled: '2001',
    direction: 'internal',
    startedAt,
  });
  const legId = `leg-${callerId}-12345678`;
  pbx.callLog.leg({ kind: 'placed', callerId, legId, number: '2001', at: startedAt });
  pbx.callLog.leg({ kind: 'ringing', callerId, legId, at: startedAt });
  return {
    callId,
    callerId,
    legId,
    answer: (at: Date) => {
      for (const leg of [callerId, legId]) pbx.callLog.leg({ kind: 'answered', callerId, legId: leg, at });
      pbx.callLog.note(callId, { answeredBy: '2001' });
    },
    end: (at: Date) => pbx.callLog.close(callId, { reason: 'caller_hung_up', cause: 16, at }),
  };
}

test('2001 talks with 2002 as in the manual, key by key; who is in no call has empty fields', async () => {
  const call = talk(secondsAgo(109), '1610289043.371');
  call.answer(secondsAgo(100));
  pbx.callLog.note(call.callId, { json1: '12345678' });
  const name = '2021/01/10/972064460-S-2001-1610289043.371';
  pbx.recorded.set(call.callId, { name, bytes: null, path: '' });
  pbx.registered.delete('2003');
  const [one, two, three] = await statuses();
  const samples = golden('statusramais');
  for (const [at, row] of [one, two].entries()) {
    expect(shapeOf(row)).toEqual(shapeOf(samples[at]));
    expect(row).toEqual({ ...samples[at], Duracao: expect.stringMatching(/^(?:109|110)$/) as string });
  }
  expect(Object.keys(three ?? {})).toEqual(Object.keys(samples[0] ?? {}));
  expect(three).toMatchObject({ Ramal: '2003', Status: 'Unavailable', StatusCanal: '', IDCHAMADA: '' });
  call.end(new Date());
  expect((await statuses())[0]).toMatchObject({ Status: 'Not in use', Callerid: '' });
});

test('a phone that rings, and one that is on hold, are told apart', async () => {
  const call = talk(new Date());
  expect((await statuses()).slice(0, 2)).toMatchObject([
    { Status: 'Ringing', Direcao: 'ENTRADA', StatusCanal: 'Ringing' },
    { Status: 'In use', Direcao: 'SAIDA', StatusCanal: 'Ring', Callerid: '2001' },
  ]);
  call.answer(new Date());
  pbx.callLog.leg({ kind: 'held', callerId: call.callerId, legId: call.legId, at: new Date() });
  expect((await statuses())[0]).toMatchObject({ Status: 'On Hold', StatusCanal: 'Up' });
  call.end(new Date());
});

test('a call that is over is told of as in the manual, key by key, and found by its id', async () => {
  const call = talk(secondsAgo(60));
  call.answer(secondsAgo(50));
  call.end(secondsAgo(10));
  pbx.recorded.set(call.callId, { name: '2026/11/21/2001-S-2002-1764000000.1', bytes: 553_278, path: '' });
  const [row] = await report({ id: `1764000000.${calls}` });
  const [sample] = golden('statusreport');
  expect(shapeOf(row)).toEqual(shapeOf(sample));
  expect(row).toMatchObject({
    ramal: '2002',
    nomeoperador: 'Ramal 2002',
    tipo: 'INTERNA',
    chamada: 'S',
    duracao: '40',
    dialed_time: '10',
    aguardouatendimento: '10',
    numero: '2001',
    statuschamada: 'ANSWER',
    gravacao: '2026/11/21/2001-S-2002-1764000000.1',
    tamanho_gravacao: '553278',
    sidehangup: 'CLIENTE',
    enlace: 'INTERNA',
  });
  expect(await report({ id: row?.id })).toEqual([row]);
  expect(await report({ id: '999999999999999999999' })).toEqual([]);
});

test('a report says by which trunk a call came, in which menu it was, and how long it waited in queues', async () => {
  const { db } = pbx.database;
  const { id: trunkId } = await db
    .insertInto('trunk')
    .values({ tenant_id: pbx.tenantId, name: 'Operadora', host: 'sip.example' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const [channelId, startedAt] = ['uirapuru-1764000000.9001', secondsAgo(60)];
  const came = { tenantId: pbx.tenantId, channelId, callerNumber: '34999990000', dialled: '553432221000' };
  const callId = pbx.callLog.open({ ...came, direction: 'inbound', startedAt, trunkId });
  const entered = { node: 'menu', kind: 'menu', at: startedAt, state: {} };
  pbx.callLog.step(callId, { entered: { ...entered, flow: 'atendimento' } });
  pbx.callLog.step(callId, { entered: { ...entered, flow: 'fila' } });
  pbx.callLog.note(callId, { queue: '033' });
  pbx.callLog.close(callId, { reason: 'caller_hung_up', at: secondsAgo(5) });
  await db
    .insertInto('queue_call')
    .values(
      [20, 15].map((waited, i) => ({
        tenant_id: pbx.tenantId,
        id: `00000000-0000-4000-9000-${String(i).padStart(12, '0')}`,
        call_id: callId,
        queue: '033',
        entered_at: secondsAgo(50),
        left_at: secondsAgo(50 - waited),
        outcome: 'overflowed',
      })),
    )
    .execute();
  expect(await report({ id: '1764000000.9001' })).toMatchObject([
    { tronco: 'Operadora', ura: 'atendimento', tempofila: '35', cliente: 'Provedor' },
  ]);
});

test('a program that goes on one second after the last row gets every call once, whatever falls into one second', async () => {
  const { database, tenantId } = pbx;
  const from = Date.parse('2020-02-01T03:00:00Z');
  /** One call each 10 ms for eleven seconds, and 700 in the twelfth. */
  const ends = [
    ...Array.from({ length: 1_100 }, (_, i) => new Date(from + i * 10)),
    ...Array.from({ length: 700 }, (_, i) => new Date(from + 11_000 + (i % 1_000))),
  ];
  await database.db
    .insertInto('call')
    .values(
      ends.map((endedAt, i) => ({
        tenant_id: tenantId,
        id: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
        channel_id: `seed-${i}`,
        uniqueid: `1580526000.${i}`,
        direction: 'inbound',
        started_at: endedAt,
        ended_at: endedAt,
        caller_number: '34999990000',
        dialled: '2222',
      })),
    )
    .execute();
  const seen: string[] = [];
  let begin = '2020-02-01 00:00:00';
  const sizes: number[] = [];
  for (;;) {
    const rows = await report({ inicio: begin, datafim: '2020-02-01' });
    if (rows.length === 0) break;
    sizes.push(rows.length);
    seen.push(...rows.map((row) => row.uniqueid));
    const last = Math.max(...rows.map((row) => Date.parse(`${row.datahora.replace(' ', 'T')}-03:00`)));
    begin = localDateTime(new Date(last + 1_000), 'America/Sao_Paulo');
  }
  expect(sizes).toEqual([500, 500, 100, 700]);
  expect(new Set(seen).size).toBe(ends.length);
  expect(seen).toHaveLength(ends.length);
});

test('dates may be left out, are accepted by three names, and a wrong one is named', async () => {
  const sized = async (fields: object) => (await report(fields)).length;
  expect(await sized({})).toBeGreaterThan(0);
  expect(await sized({ datainicial: '' })).toBeGreaterThan(0);
  for (const name of ['datainicial', 'inicio', 'datainicio']) expect(await sized({ [name]: '2020-02-01' })).toBe(500);
  expect(await pbx.ask('statusreport', { inicio: 'ontem' })).toEqual(['Status', 'CAMPO INVALIDO: datainicial']);
  expect(await pbx.ask('statusreport', { datafim: '31/02/2020' })).toEqual(['Status', 'CAMPO INVALIDO: datafim']);
});

test('a call is ended by its id, an extension is freed, and what is not there is said', async () => {
  const channel = new FakeChannel(systemClock, { id: 'uirapuru-1764000001.1' });
  await pbx.telephony.call(channel);
  talk(new Date(), '1764000001.1');
  expect(await pbx.ask('desligar', { uniqueid: '1764000001.1' })).toEqual(['Status', 'OK']);
  expect(channel.gone.aborted).toBe(true);
  expect(await pbx.ask('desligar', { uniqueid: '1764000001.1' })).toEqual(['Status', 'CHAMADA NAO ENCONTRADA']);
  const second = new FakeChannel(systemClock, { id: 'uirapuru-1764000001.2' });
  await pbx.telephony.call(second);
  talk(new Date(), '1764000001.2');
  expect(await pbx.ask('liberarramal', { ramal: 2002 })).toEqual(['Status', 'OK']);
  expect(second.gone.aborted).toBe(true);
  expect(await pbx.ask('liberarramal', { ramal: '2999' })).toEqual(['Status', 'RAMAL NAO CADASTRADO']);
  expect(await pbx.ask('liberarramal')).toEqual(['Status', 'CAMPO OBRIGATORIO: ramal']);
});

test("credentials come in the manual's own curl's way: in the header, the token only there", async () => {
  const { login, password, token } = pbx.instance;
  const answer = await pbx.app.inject({
    method: 'POST',
    url: '/discador.php',
    headers: {
      'x-forwarded-proto': 'https',
      'content-type': 'application/json',
      authorization: `Bearer ${JSON.stringify({ acao: 'statusreport', login, senha: password, token })}`,
    },
    payload: JSON.stringify({ ACAO: 'StatusRamais', login, senha: password }),
  });
  expect(answer.json()).toHaveLength(3);
});

test('a click calls from a phone that answers, refuses where there is none, and is found when nobody answered', async () => {
  const unavailable = ['Status', 'ERRO: RAMAL INDISPONIVEL'];
  expect(await pbx.ask('clicktocall', { origem: '2002', destino: '56453377' })).toEqual(unavailable);
  pbx.telephony.phones.set('2002', systemClock);
  pbx.telephony.phonesAnswer = false;
  const answer = (await pbx.ask('clicktocall', { origem: 2002, destino: '(11) 5645-3377' })) as string[];
  expect(answer).toEqual(['Status', 'CHAMADA OK', 'ID', expect.stringMatching(/^2002_\d{14}_\d{6}$/)]);
  const [row] = await report({ id: answer[3] });
  expect(row).toMatchObject({ id: answer[3], numero: '1156453377', tipo: 'CLICKTOCALL', naoatendidas: '1' });
  for (const destino of ['', 'PJSIP/2001', '1&2', '${EXTEN}']) {
    const field = destino === '' ? 'OBRIGATORIO' : 'INVALIDO';
    expect(await pbx.ask('clicktocall', { origem: '2002', destino })).toEqual(['Status', `CAMPO ${field}: destino`]);
  }
});

test('a blocked exchange places no call but one for help, until it is let go; others it knows nothing of', async () => {
  const login = `central${pbx.tenantId}`;
  const block = (classe5acao: string, logincliente = login) =>
    pbx.ask('bloqueioclasse5', { logincliente, classe5acao });
  const click = async (destino: string) => ((await pbx.ask('clicktocall', { origem: '2002', destino })) as string[])[1];
  pbx.telephony.phones.set('2002', systemClock);
  expect(await block('BLOQUEAR')).toEqual(['Status', 'OK']);
  expect(await click('56453377')).toBe('ERRO: RAMAL INDISPONIVEL');
  expect(await click('190')).toBe('CHAMADA OK');
  expect(await block('desbloquear')).toEqual(['Status', 'OK']);
  expect(await click('56453377')).toBe('CHAMADA OK');
  expect(await block('BLOQUEAR', 'teste')).toEqual(['Status', 'CLIENTE NAO CADASTRADO']);
  expect(await block('DERRUBAR')).toEqual(['Status', 'CAMPO INVALIDO: classe5acao']);
  const wanted = { login: 'crm', origin: '127.0.0.1', passwordRequired: true, administers: false };
  const { password: senha, token } = await pbx.instances.create(pbx.tenantId, wanted);
  const plain = { login: 'crm', senha, token, logincliente: login, classe5acao: 'BLOQUEAR' };
  expect(await pbx.ask('bloqueioclasse5', plain)).toEqual(['Status', 'CLIENTE NAO CADASTRADO']);
});

test("a recording is downloaded from the instance's address or with its credentials, over HTTPS, by its name alone", async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'uira-gsm-')), 'talk.gsm');
  writeFileSync(path, 'the talk');
  const name = '2026/11/21/2001-S-2002-1764000000.9';
  pbx.recorded.set('any', { name, bytes: 8, path });
  const { login, password: senha, token } = pbx.instance;
  const get = async (url: string, from = '127.0.0.1', headers: Record<string, string> = {}) => {
    const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-for': from };
    const answer = await pbx.app.inject({ url, headers: { ...proxied, ...headers } });
    return `${answer.statusCode} ${answer.body}`;
  };
  const elsewhere = '198.51.100.4';
  const query = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
  const basic = (user: string) => ({ authorization: `Basic ${Buffer.from(user).toString('base64')}` });
  const url = `/gravador28/${name}.gsm`;
  const refused = '403 ["Status","Login/Senha Invalido"]';
  expect(await get(url)).toBe('200 the talk');
  expect(await get(url, elsewhere)).toBe(refused);
  expect(await get(`${url}?${query({ login, senha, token })}`, elsewhere)).toBe('200 the talk');
  expect(await get(`${url}?token=${token}`, elsewhere, basic(`${login}:${senha}`))).toBe('200 the talk');
  expect(await get(`${url}?${query({ login, senha: 'wrong', token })}`, elsewhere)).toBe(refused);
  expect(await get(`${url}?token=${token}`, elsewhere, basic(`${login}:wrong`))).toBe(refused);
  expect(await get(url, '127.0.0.1', { 'x-forwarded-proto': 'http' })).toBe('200 ["Status","Erro de Protocolo"]');
  const nothing = '404 ["Status","GRAVACAO NAO ENCONTRADA"]';
  for (const wrong of [
    '/gravador28/../../etc/passwd',
    '/gravador28/%2e%2e/%2e%2e/etc/passwd.gsm',
    '/gravador28/..%2f..%2fetc%2fpasswd.gsm',
    '/gravador28/2026/11/21/..gsm',
    `/gravador28/2026/11/21/${'a'.repeat(5_000)}.gsm`,
    `/gravador28/${name}.wav`,
    `/gravador28/${name}%00.gsm`,
    '/gravador28/2026/11/22/2001-S-2002-1764000000.9.gsm',
  ]) {
    expect(await get(wrong)).toMatch(/^(?:400|404|414) /);
  }
  expect(await get('/gravador28/2026/11/22/x.gsm')).toBe(nothing);
});
