import { type AddressInfo, connect } from 'node:net';
import fc from 'fast-check';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encoding, formOf, hostileValue, junk } from '../../../test/helpers/hostile-input.ts';
import { type ServedHubsoft, servedHubsoft } from '../../../test/helpers/hubsoft.ts';
import { apiBase } from './server.ts';

let hubsoft: ServedHubsoft;
let fields: Record<'grant_type' | 'client_id' | 'client_secret' | 'username' | 'password', string>;
beforeAll(async () => {
  hubsoft = await servedHubsoft();
  const { clientId, clientSecret = '', name, password } = hubsoft.user;
  fields = {
    grant_type: 'password',
    client_id: String(clientId),
    client_secret: clientSecret,
    username: name,
    password,
  };
});
afterAll(() => hubsoft.close());

type Headers = Record<string, string>;

async function post(path: string, payload: string | Buffer, headers: Headers = {}) {
  const answer = await hubsoft.app.inject({ method: 'POST', url: `/oauth/${path}`, payload, headers });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json<Record<string, unknown>>() };
}

const json = (said: object) => JSON.stringify(said);
const form = (said: object) => new URLSearchParams(Object.entries(said)).toString();
const login = async () => (await post('token', json(fields))).body as Record<'access_token' | 'refresh_token', string>;
const refresh = (token: string) =>
  post('token', form({ ...fields, grant_type: 'refresh_token', refresh_token: token }));
/** Whether an access token opens the API. */
const opens = async (token: unknown) =>
  (await hubsoft.access.oauth.verify('hubsoft', String(token)))?.identity !== undefined;

/** What a search for a subscriber is answered. */
const askAs = async (token: string, document: string) => {
  const url = `${apiBase}/cliente?busca=cpf_cnpj&termo_busca=${document}`;
  return (await hubsoft.app.inject({ url, headers: { authorization: `Bearer ${token}` } })).json<unknown>();
};

const wrong = {
  error: 'invalid_credentials',
  error_description: 'The user credentials were incorrect.',
  message: 'The user credentials were incorrect.',
};

test('a login is answered as documented, whatever way it is sent, and the token opens the API', async () => {
  const multipart = Object.entries(fields)
    .map(([name, value]) => `--b1\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join('');
  const { client_id, client_secret, ...user } = fields;
  const basic = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`;
  const ways: [string, string, Headers][] = [
    ['token', json(fields), { 'content-type': 'application/json' }],
    [
      'token/',
      json({ ...fields, client_id: Number(client_id) }),
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
    ['token', json(fields), {}],
    ['token/', form(fields), { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' }],
    ['token', form({ ...fields, scope: '*', client_secret: ` ${client_secret}\n` }), {}],
    ['token', `${multipart}--b1--\r\n`, { 'content-type': 'multipart/form-data; boundary=b1' }],
    ['token', form(user), { authorization: basic }],
    [`token?${form({ grant_type: 'password' })}`, json({ ...fields, grant_type: undefined }), {}],
  ];
  for (const [path, payload, headers] of ways) {
    const { status: code, body, headers: answered } = await post(path, payload, headers);
    expect([path, payload, code]).toEqual([path, payload, 200]);
    expect(Object.keys(body)).toEqual(['access_token', 'expires_in', 'refresh_token', 'token_type']);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 2_592_000 });
    expect(body['access_token']).toMatch(/^eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIs/);
    expect(body['refresh_token']).toMatch(/^def50200[0-9a-f]+$/);
    expect(answered).toMatchObject({ 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' });
    expect(await opens(body['access_token'])).toBe(true);
  }
});

test('a wrong client, user or password is one and the same answer', async () => {
  const other = { client_secret: 'x', client_id: '99', username: 'x@y.example', password: 'x' };
  for (const [name, value] of Object.entries(other)) {
    const { status: code, body, headers } = await post('token', json({ ...fields, [name]: value }));
    expect([name, code, JSON.stringify(body)]).toEqual([name, 401, JSON.stringify(wrong)]);
    expect(headers).not.toHaveProperty('www-authenticate');
  }
  const basic = `Basic ${Buffer.from('3:x').toString('base64')}`;
  const { headers } = await post('token', json({ ...fields, client_secret: undefined }), { authorization: basic });
  expect(headers['www-authenticate']).toBe('Basic realm="OAuth"');
});

const allRequired = 'Check that all required parameters have been provided';

test.each([
  [{}, 400, 'unsupported_grant_type', allRequired],
  [{ grant_type: 'client_credentials' }, 400, 'unsupported_grant_type', allRequired],
  [{ grant_type: 'authorization_code' }, 400, 'unsupported_grant_type', allRequired],
  [{ grant_type: ['password'] }, 400, 'unsupported_grant_type', allRequired],
  [{ grant_type: 'password' }, 400, 'invalid_request', 'Check the `client_id` parameter'],
  [{ grant_type: 'password', client_id: 3 }, 401, 'invalid_client', undefined],
  [
    { grant_type: 'password', client_id: 3, client_secret: 's' },
    400,
    'invalid_request',
    'Check the `username` parameter',
  ],
  [
    { grant_type: 'password', client_id: 3, client_secret: 's', username: 'u', password: '' },
    400,
    'invalid_request',
    'Check the `password` parameter',
  ],
  [
    { grant_type: 'refresh_token', client_id: 3, client_secret: 's' },
    400,
    'invalid_request',
    'Check the `refresh_token` parameter',
  ],
  [
    { grant_type: 'refresh_token', client_id: 3, client_secret: 's', refresh_token: 'def50200' },
    401,
    'invalid_request',
    'Token has been revoked',
  ],
])('%j is answered as the documentation’s server does', async (said, code, error, hint) => {
  const answer = await post('token', json(said));
  expect([answer.status, answer.body['error']]).toEqual([code, error]);
  const { error_description, message } = answer.body;
  expect([message, typeof message]).toEqual([error_description, 'string']);
  expect(answer.body['hint']).toEqual(hint);
  const keys = ['error', 'error_description', ...(hint === undefined ? [] : ['hint']), 'message'];
  expect(Object.keys(answer.body)).toEqual(keys);
});

test('the API is closed to no bearer, a wrong one, one that is over, and another provider’s sees its own', async () => {
  const { access_token: token } = await login();
  const unauthenticated = { message: 'Unauthenticated.' };
  for (const authorization of ['', 'Bearer', 'Bearer x', `Token ${token}`, `Bearer ${token}x`]) {
    const answer = await hubsoft.app.inject({ url: `${apiBase}/cliente`, headers: { authorization } });
    expect([authorization, answer.statusCode, answer.json()]).toEqual([authorization, 401, unauthenticated]);
  }
  expect(decodeJwt(token)).toMatchObject({ tenant: hubsoft.provider.tenantId });
  expect(decodeJwt(hubsoft.tokens.foreign)['tenant']).not.toBe(hubsoft.provider.tenantId);
  const document = hubsoft.demo[0]?.document ?? '';
  expect(await askAs(token, document)).toMatchObject({ clientes: [{ cpf_cnpj: document }] });
  expect(await askAs(hubsoft.tokens.foreign, document)).not.toHaveProperty('clientes.0');
  hubsoft.clock.advance(2_592_000_000);
  expect(await askAs(token, document)).toEqual(unauthenticated);
});

test('a refresh token is exchanged for the next, fifty times at once for the same one, and late for none', async () => {
  const first = await login();
  const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(first.refresh_token)));
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
  const successors = new Set(answers.map(({ body }) => body['refresh_token'] as string));
  expect(successors.size).toBe(1);
  const [second = ''] = successors;
  hubsoft.clock.advance(31_000);
  const late = await refresh(first.refresh_token);
  expect([late.status, late.body['hint']]).toEqual([401, 'Token has been revoked']);
  expect((await refresh(second)).status).toBe(401);
  for (const { body } of answers.slice(0, 2)) expect(await opens(body['access_token'])).toBe(false);
});

test('a login is revoked by either of its tokens, and only by its client', async () => {
  const { access_token, refresh_token } = await login();
  const { client_id, client_secret } = fields;
  const client = { client_id, client_secret };
  expect(await post('revoke', form({ ...client, client_secret: 'x', token: access_token }))).toMatchObject({
    status: 401,
    body: { error: 'invalid_client' },
  });
  expect(await post('revoke', form(client))).toMatchObject({
    status: 400,
    body: { hint: 'Check the `token` parameter' },
  });
  const foreign = await post('revoke/', form({ ...client, token: hubsoft.tokens.foreign }));
  expect([foreign.status, foreign.body]).toEqual([400, expect.objectContaining({ error: 'invalid_grant' })]);
  expect(await post('revoke', json({ ...client, token: 'x' }))).toMatchObject({ status: 200, body: {} });
  const revoked = await post('revoke/', form({ ...client, token: refresh_token, token_type_hint: 'access_token' }));
  expect([revoked.status, revoked.body]).toEqual([200, {}]);
  expect(await opens(access_token)).toBe(false);
  expect((await refresh(refresh_token)).status).toBe(401);
});

test('other methods are not allowed, and every answer may be read by a page of another origin', async () => {
  for (const method of ['GET', 'PUT', 'DELETE'] as const) {
    const answer = await hubsoft.app.inject({ method, url: '/oauth/token' });
    expect([answer.statusCode, answer.headers['allow']]).toEqual([405, 'POST']);
  }
  const origin = 'https://crm.example';
  const preflight = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization',
  };
  for (const url of ['/oauth/token', '/oauth/token/', `${apiBase}/cliente`, `${apiBase}/none`]) {
    const asked = await hubsoft.app.inject({ method: 'OPTIONS', url, headers: preflight });
    expect([url, asked.statusCode, asked.headers]).toEqual([
      url,
      204,
      expect.objectContaining({
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'GET, POST, PUT',
        'access-control-allow-headers': 'authorization',
      }),
    ]);
    const answer = await hubsoft.app.inject({ method: 'POST', url, headers: { origin } });
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
  }
  const elsewhere = await hubsoft.app.inject({ method: 'OPTIONS', url: '/api/calls', headers: preflight });
  expect([elsewhere.statusCode, elsewhere.headers['access-control-allow-origin']]).toEqual([404, undefined]);
});

test('a route that there is not is told in the API’s own form', async () => {
  for (const url of ['/api/v1/teste', apiBase, `${apiBase}/none`, '/oauth/authorize']) {
    const answer = await hubsoft.app.inject({ url });
    expect([url, answer.statusCode, answer.json()]).toEqual([url, 404, { message: 'Rota não encontrada.' }]);
  }
});

test('who guesses too often waits, and hears for how long', async () => {
  const limits = { appPerSecond: 100, originPerSecond: 1_000, failuresPerMinute: 2 };
  const guarded = await servedHubsoft({ limits });
  try {
    const ask = (password: string) =>
      guarded.app.inject({ method: 'POST', url: '/oauth/token', payload: { ...fields, password } });
    expect([(await ask('a')).statusCode, (await ask('b')).statusCode]).toEqual([401, 401]);
    const answer = await ask('c');
    expect([answer.statusCode, answer.json()]).toEqual([429, { message: 'Too Many Attempts.' }]);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  } finally {
    await guarded.close();
  }
});

test('a client that hangs up in the middle of its request leaves the next one alone', async () => {
  await hubsoft.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = hubsoft.app.server.address() as AddressInfo;
  await new Promise<void>((resolve) => {
    const cut = connect(port, '127.0.0.1', () => {
      cut.write('POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"grant', () => cut.destroy());
    });
    cut.on('close', () => resolve());
  });
  const answer = await fetch(`http://127.0.0.1:${port}/oauth/token`, { method: 'POST', body: json(fields) });
  expect(answer.status).toBe(200);
});

test('ten thousand bodies of anything at all: never a 500, and never a token', async () => {
  const names = ['grant_type', 'client_id', 'client_secret', 'username', 'password', 'refresh_token', 'scope', 'token'];
  const grant = fc.constantFrom('password', 'refresh_token', 'refresh_token');
  const values = names.map((name) => [name, name === 'grant_type' ? fc.oneof(grant, hostileValue) : hostileValue]);
  const shape = Object.fromEntries(values) as Record<string, fc.Arbitrary<unknown>>;
  const asked = fc.record({
    fields: fc.record(shape, { requiredKeys: [] }),
    as: encoding,
    junk,
    path: fc.constantFrom('token', 'token', 'token/', 'revoke'),
    authorization: fc.option(
      fc.oneof(
        fc.constant('Basic OjM6'),
        fc.base64String().map((each) => `Basic ${each}`),
      ),
      {
        nil: undefined,
      },
    ),
  });
  const statuses = new Set([400, 401, 413]);
  await fc.assert(
    fc.asyncProperty(asked, async ({ fields: said, as, junk: bytes, path, authorization }) => {
      const payload = { json: json(said), form: formOf(said), query: '', junk: bytes }[as];
      const answer = await hubsoft.app.inject({
        method: 'POST',
        url: `/oauth/${path}${as === 'query' ? `?${formOf(said)}` : ''}`,
        headers: authorization === undefined ? {} : { authorization },
        payload,
      });
      expect(statuses).toContain(answer.statusCode);
      expect(typeof answer.json<{ message: unknown }>().message).toBe('string');
    }),
    { numRuns: 10_000 },
  );
}, 60_000);
