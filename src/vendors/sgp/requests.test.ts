import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServedSgp, servedSgp } from '../../../test/helpers/sgp.ts';
import { uraMethods } from './methods/all.ts';
import { uraBases } from './server.ts';

let sgp: ServedSgp;
let known: object;
beforeAll(async () => {
  sgp = await servedSgp();
  known = { ...sgp.credentials, contrato: sgp.contractOf('active') };
});
afterAll(() => sgp.close());

const located = 'Contrato(s) Localizado(s)';
const post = (payload: string | Buffer, type?: string, url = '/ws/ura/consultacliente/') =>
  sgp.app.inject({ method: 'POST', url, payload, headers: type === undefined ? {} : { 'content-type': type } });
const form = (fields: object) => new URLSearchParams(fields as Record<string, string>).toString();

function multipart(fields: object): string {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--b1\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return `${parts.join('')}--b1--\r\n`;
}

describe('every encoding callers use', () => {
  test.each([
    ['JSON', () => JSON.stringify(known), 'application/json'],
    ['JSON with a charset', () => JSON.stringify(known), 'application/json; charset=UTF-8'],
    ['JSON labelled as a form', () => JSON.stringify(known), 'application/x-www-form-urlencoded'],
    ['JSON without a content type', () => JSON.stringify(known), undefined],
    ['JSON under a content type that is none', () => JSON.stringify(known), 'json'],
    ['JSON behind a byte order mark', () => `\uFEFF${JSON.stringify(known)}`, 'application/json'],
    ['JSON behind blanks', () => `\n  ${JSON.stringify(known)}`, 'text/plain'],
    ['a form', () => form(known), 'application/x-www-form-urlencoded'],
    ['a form labelled as JSON', () => form(known), 'application/json'],
    ['multipart', () => multipart(known), 'multipart/form-data; boundary=b1'],
    ['multipart without its boundary', () => multipart(known), 'multipart/form-data'],
  ])('%s', async (_, body, type) => {
    const answer = await post(body(), type);
    expect(answer.json()).toMatchObject({ msg: located });
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  test('the query string, on GET and on POST; a body with GET; the body before the query', async () => {
    const url = `/api/ura/consultacliente?${form(known)}`;
    for (const method of ['GET', 'POST'] as const) {
      expect((await sgp.app.inject({ method, url })).json()).toMatchObject({ msg: located });
    }
    const payload = JSON.stringify(known);
    const get = {
      method: 'GET',
      url: '/api/ura/consultacliente',
      headers: { 'content-length': `${payload.length}` },
    } as const;
    expect((await sgp.app.inject({ ...get, payload })).json()).toMatchObject({ msg: located });
    const both = await post(JSON.stringify({ contrato: 999_999 }), 'application/json', url);
    expect(both.json()).toEqual({ msg: 'Nenhum contrato localizado', contratos: [] });
  });
});

test('each method answers at each address, with and without a slash at its end, below a provider or not, never elsewhere', async () => {
  const addresses = uraMethods.flatMap(({ path, alsoAt = [] }) => [
    ...uraBases.map((base) => `${base}/${path.replace(':fatura', '60001')}`),
    ...alsoAt,
  ]);
  expect(addresses.length).toBe(27);
  for (const address of addresses) {
    for (const url of [address, `${address}/`, `/PROVEDORX${address}`, `/PROVEDORX${address}/`]) {
      for (const method of ['GET', 'POST'] as const) {
        const answer = await sgp.app.inject({ method, url });
        expect([url, answer.statusCode, answer.json()]).toEqual([url, 403, missing]);
      }
    }
  }
});

const missing = { detail: 'As credenciais de autenticação não foram fornecidas.' };
const wrong = { detail: 'Credenciais de autenticação incorretas.' };

test('credentials are taken from fields and headers; wrong and missing ones are told apart, case counts', async () => {
  const { token, app } = sgp.credentials;
  const contrato = { contrato: sgp.contractOf('active') };
  const ask = (fields: object, headers: Record<string, string> = {}) =>
    sgp.app.inject({ method: 'POST', url: '/ws/ura/consultacliente/', payload: { ...contrato, ...fields }, headers });
  const basic = `Basic ${Buffer.from(`${app}:${token}`).toString('base64')}`;
  for (const headers of [{ authorization: basic }, { authorization: `Token ${token}`, app }]) {
    expect((await ask({}, headers)).json()).toMatchObject({ msg: located });
  }
  for (const fields of [
    { token: 'x', app },
    { token, app: 'URA' },
    { token, app: 'x' },
    { token: "' or 1=1 --", app },
  ]) {
    const answer = await ask(fields);
    expect([answer.statusCode, answer.json()]).toEqual([403, wrong]);
  }
  for (const fields of [{}, { token }, { app }, { token: '', app }, { token: null, app }]) {
    const answer = await ask(fields);
    expect([answer.statusCode, answer.json()]).toEqual([403, missing]);
  }
});

test("another provider's application sees nothing of this one's, whatever it asks", async () => {
  const contrato = sgp.contractOf('suspended');
  const document = sgp.demo.find((one) => one.situation === 'suspended')?.document ?? '';
  for (const { path } of uraMethods) {
    const method = path.replace(':fatura', '60001');
    const fields = method === 'sms/send' ? { phone: '' } : { contrato };
    const { body } = await sgp.ask(method, { ...sgp.foreign, ...fields });
    expect(`${method} ${JSON.stringify(body)}`).not.toContain(document);
    expect(`${method} ${JSON.stringify(body)}`).not.toMatch(/Débora|example\.com/);
    expect([method, body.status ?? 0]).toEqual([method, 0]);
  }
  expect((await sgp.ask('consultacliente', { contrato })).body).toMatchObject({
    contratos: [{ contratoStatus: 4, promessasPagamentoMes: 0 }],
  });
});

describe('what is wrong with a request is said in the API’s own style, and nothing of the inside', () => {
  const state = async () => {
    const { db } = sgp.provider;
    const count = (table: 'ticket' | 'promise' | 'screen_window' | 'service_order') =>
      db
        .selectFrom(table)
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow();
    return Promise.all((['ticket', 'promise', 'screen_window', 'service_order'] as const).map(count));
  };
  const acts = ['liberacaopromessa', 'enviafatura', 'verificaacesso', 'notificacaosistema', 'chamado', 'fatura2via'];

  test.each([
    ['an unknown contract', { contrato: 999_999 }, 200, { status: 0, msg: 'Contrato não localizado' }],
    [
      'a number too large for any contract',
      { contrato: '99999999999' },
      200,
      { status: 0, msg: 'Contrato não localizado' },
    ],
    ['a negative number', { contrato: -1 }, 200, { status: 0, msg: 'Contrato não localizado' }],
    [
      'a letter where a number belongs',
      { contrato: 'abc' },
      400,
      { detail: 'O campo contrato deve ser um número inteiro.' },
    ],
    [
      'a list where a number belongs',
      { contrato: [1] },
      400,
      { detail: 'O campo contrato deve ser um número inteiro.' },
    ],
    [
      'a NUL in a text',
      { contrato: 1, uracontato: 'a\0' },
      400,
      { detail: 'O campo uracontato contém um caractere inválido.' },
    ],
    ['nobody named', {}, 400, { detail: 'CPF/CNPJ ou Contrato ID não informados.' }],
    ['a document there is not', { cpfcnpj: '52998224725' }, 200, { status: 0, msg: 'Contrato não localizado' }],
    ['a document with a NUL', { cpfcnpj: '\0' }, 400, { detail: 'O campo cpfcnpj contém um caractere inválido.' }],
  ])('%s', async (_, fields, status, expected) => {
    const before = await state();
    for (const method of acts) {
      const answer = await sgp.ask(method, fields);
      expect([method, answer]).toMatchObject([method, { status, body: expected }]);
    }
    expect(await state()).toEqual(before);
  });

  test('a subscriber with several contracts is asked which one', async () => {
    const cpfcnpj = sgp.demo.find((one) => one.situation === 'two-contracts')?.document;
    for (const method of acts) {
      expect((await sgp.ask(method, { cpfcnpj })).body).toEqual({
        status: 0,
        msg: 'Há mais de um contrato para o CPF/CNPJ informado. Favor informar o id do contrato',
      });
    }
    expect((await sgp.ask('consultacliente', { cpfcnpj })).body.contratos).toHaveLength(2);
  });

  test('broken JSON, JSON that is no object, a broken multipart form', async () => {
    for (const body of ['{"token":', '{"a":1}x', '[1,2]', "{'token': 'x'}", '--b1\r\nnonsense']) {
      const answer = await post(body, 'application/json');
      expect([body, answer.statusCode, Object.keys(answer.json())]).toEqual([body, 400, ['detail']]);
    }
  });

  test('an empty body has no credentials', async () => {
    for (const body of ['', '   ', '{}']) expect((await post(body, 'application/json')).json()).toEqual(missing);
  });

  test('5 MB are too much, also with GET', async () => {
    const body = JSON.stringify({ ...known, conteudo: 'x'.repeat(5_000_000) });
    for (const method of ['POST', 'GET'] as const) {
      const headers = { 'content-type': 'application/json', 'content-length': `${body.length}` };
      const answer = await sgp.app.inject({ method, url: '/ws/ura/chamado/', payload: body, headers });
      expect([answer.statusCode, answer.json()]).toEqual([413, { detail: 'Requisição muito grande: no máximo 1 MB.' }]);
    }
  });

  test('another verb is not allowed, and does nothing', async () => {
    const contrato = sgp.contractOf('suspended');
    for (const method of ['PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'] as const) {
      const url = `/ws/ura/liberacaopromessa/?${form({ ...sgp.credentials, contrato })}`;
      const answer = await sgp.app.inject({ method, url });
      expect([method, answer.statusCode, answer.headers.allow]).toEqual([method, 405, 'GET, POST']);
      expect(answer.body).toBe(method === 'HEAD' ? '' : `{"detail":"Método \\"${method}\\" não é permitido."}`);
    }
    expect((await sgp.ask('consultacliente', { contrato })).body).toMatchObject({ contratos: [{ contratoStatus: 4 }] });
  });

  test('an address that is none has a page, as in the original', async () => {
    for (const url of ['/ws/ura/nada/', '/api/ura/nada', '/PROVEDORX/ws/ura/consultacliente/mais', '/ws/ura/']) {
      const answer = await sgp.app.inject({ method: 'POST', url, payload: { ...sgp.credentials } });
      expect([url, answer.statusCode, answer.headers['content-type']]).toEqual([url, 404, 'text/html; charset=utf-8']);
      expect(answer.body).toContain('<h1>Not Found</h1>');
    }
  });
});

test('over a real connection as well: chunked bodies, and a client that hangs up in the middle', async () => {
  await sgp.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = sgp.app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/PROVEDORX/ws/ura/consultacliente`;
  const halves = new ReadableStream<Uint8Array>({
    start(controller) {
      const body = Buffer.from(JSON.stringify(known));
      controller.enqueue(body.subarray(0, 20));
      controller.enqueue(body.subarray(20));
      controller.close();
    },
  });
  const answer = await fetch(url, { method: 'POST', body: halves, duplex: 'half', redirect: 'error' });
  expect(await answer.json()).toMatchObject({ msg: located });
  await new Promise<void>((resolve) => {
    const cut = httpRequest(url, { method: 'POST', headers: { 'content-length': '1000' } });
    cut.on('error', () => resolve());
    cut.write('{"token":', () => cut.destroy(new Error('gone')));
  });
  expect((await fetch(url, { method: 'POST', body: JSON.stringify(known) })).status).toBe(200);
});

test('an application that asks too often is told when to come back', async () => {
  const limited = await servedSgp({ limits: { appPerSecond: 3, originPerSecond: 1e6, failuresPerMinute: 5 } });
  const answers = await Promise.all(Array.from({ length: 10 }, () => limited.ask('manutencao/list')));
  const refused = answers.filter((answer) => answer.status === 429);
  expect(refused).toHaveLength(7);
  expect(refused[0]?.body).toEqual({ detail: 'Pedido foi limitado. Tente novamente em 1 segundo(s).' });
  await limited.close();
});
