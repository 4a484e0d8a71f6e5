import { Registry } from 'prom-client';
import { afterAll, expect, test } from 'vitest';
import { consoleApi } from '../../test/helpers/console.ts';
import { testDatabase } from '../../test/helpers/database.ts';
import { createGate } from '../access/gate.ts';
import { createAccess } from '../access/service.ts';
import { silentLogger } from '../kernel/logger.ts';
import { openDatabase } from '../storage/database.ts';
import { createHttpApp } from './plugin.ts';

const database = await testDatabase();
const { parts, access, callLog, http, gateOf, limits, state, outbox } = consoleApi(database);
const metrics = new Registry();
const app = await createHttpApp({ ...http, gate: gateOf(access, metrics), metrics });
const [ours, theirs] = await database.db
  .insertInto('tenant')
  .values(['Um', 'Outro'].map((name) => ({ name, time_zone: 'America/Sao_Paulo' })))
  .returning('id')
  .execute();
const tenantId = ours?.id ?? 0;
const token = await access.issueToken(tenantId, 'api', 'script');
const authorization = `Bearer ${token}`;
const callId = callLog.open({
  tenantId,
  channelId: 'c1',
  callerNumber: '1001',
  dialled: '2222',
  direction: 'internal',
  startedAt: new Date(),
});
await callLog.flush();
afterAll(async () => {
  await app.close();
  await database.close();
});

test('a program with a token reads the calls and one call with its steps', async () => {
  const list = await app.inject({ url: '/api/calls', headers: { authorization } });
  expect(list.statusCode).toBe(200);
  expect(list.json().calls).toHaveLength(1);
  const one = await app.inject({ url: `/api/calls/${callId}`, headers: { authorization } });
  expect(one.json()).toMatchObject({ id: callId, dialled: '2222', steps: [] });
});

test('without a token, or with a wrong one, nothing is shown', async () => {
  for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: token }]) {
    const answer = await app.inject({ url: '/api/calls', headers });
    expect(answer.statusCode).toBe(401);
    expect(answer.json().error.code).toBe('unauthorized');
  }
});

test("another tenant's call is not found", async () => {
  const foreign = await access.issueToken(theirs?.id ?? 0, 'api', 'script');
  const answer = await app.inject({ url: `/api/calls/${callId}`, headers: { authorization: `Bearer ${foreign}` } });
  expect(answer.statusCode).toBe(404);
});

test('a wrong parameter gets a sentence that names it', async () => {
  const answer = await app.inject({ url: '/api/calls?limit=0', headers: { authorization } });
  expect(answer.statusCode).toBe(400);
  expect(answer.json().error.message).toContain('limit');
});

test('health says which part is not there', async () => {
  expect((await app.inject('/health')).statusCode).toBe(200);
  state.asterisk = { status: 'down', message: 'ARI does not answer.' };
  const answer = await app.inject('/health');
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toMatchObject({ status: 'degraded', asterisk: { status: 'down' }, database: { status: 'ok' } });
});

test('without a database a program is told to come back, and nothing of the inside', async () => {
  const gone = openDatabase('postgresql://uirapuru@/postgres?host=/nowhere', silentLogger);
  const closed = createAccess({ ...parts, db: gone.db, withDemo: true });
  const registry = new Registry();
  const lost = await createHttpApp({ ...http, access: closed, gate: gateOf(closed, registry), metrics: registry });
  const answer = await lost.inject({ url: '/api/calls', headers: { authorization } });
  expect(answer.statusCode).toBe(503);
  expect(answer.json().error).toEqual({
    code: 'database_unavailable',
    message: expect.not.stringContaining('nowhere'),
  });
  await lost.close();
  await gone.close();
});

test('an administrator makes, sees and revokes the credentials of its own provider only', async () => {
  const { token: chief } = await access.create(tenantId, { kind: 'api', name: 'chief', role: 'administrator' });
  await access.create(theirs?.id ?? 0, { kind: 'sgp', name: 'theirs' });
  const headers = { authorization: `Bearer ${chief}` };
  const made = await app.inject({
    method: 'POST',
    url: '/api/credentials',
    headers,
    payload: { kind: 'sgp', name: 'menu 1', tenantId: theirs?.id },
  });
  expect(made.statusCode).toBe(201);
  expect(await access.verifyToken('sgp', made.json().token, 'menu 1')).toMatchObject({ tenantId });
  const list = (await app.inject({ url: '/api/credentials', headers })).json().credentials;
  expect(list.map(({ name }: { name: string }) => name)).toEqual(['chief', 'script', 'menu 1']);
  expect(JSON.stringify(list)).not.toContain(made.json().token);

  const withoutBody = { ...headers, 'content-type': 'application/json' };
  const gone = await app.inject({ method: 'DELETE', url: '/api/credentials/sgp/menu%201', headers: withoutBody });
  expect(gone.statusCode).toBe(204);
  expect(await access.verifyToken('sgp', made.json().token, 'menu 1')).toBeUndefined();
  const foreign = await app.inject({ method: 'DELETE', url: '/api/credentials/sgp/theirs', headers });
  expect(foreign.statusCode).toBe(404);
});

test('credentials are not for every token, and not made twice or with a strange name', async () => {
  const url = '/api/credentials';
  expect((await app.inject({ url })).statusCode).toBe(401);
  expect((await app.inject({ url, headers: { authorization } })).statusCode).toBe(403);
  const { token: chief } = await access.create(tenantId, { kind: 'api', name: 'second', role: 'administrator' });
  const post = (payload: object) =>
    app.inject({ method: 'POST', url, headers: { authorization: `Bearer ${chief}` }, payload });
  expect((await post({ kind: 'api', name: 'second' })).statusCode).toBe(409);
  expect((await post({ kind: 'api', name: '\n' })).statusCode).toBe(400);
  expect((await post({ kind: 'console', name: 'x' })).statusCode).toBe(400);
});

test('the metrics are for this machine, for an administrator, or for all where that is said', async () => {
  const elsewhere = { url: '/metrics', remoteAddress: '203.0.113.7' };
  expect((await app.inject('/metrics')).statusCode).toBe(200);
  expect((await app.inject(elsewhere)).statusCode).toBe(401);
  const behindProxy = await app.inject({ url: '/metrics', headers: { 'x-forwarded-for': '203.0.113.7' } });
  expect(behindProxy.statusCode).toBe(401);
  expect((await app.inject({ ...elsewhere, headers: { authorization } })).statusCode).toBe(403);
  const { token: chief } = await access.create(tenantId, { kind: 'api', name: 'watch', role: 'administrator' });
  const asked = await app.inject({ ...elsewhere, headers: { authorization: `Bearer ${chief}` } });
  expect(asked.statusCode).toBe(200);
  const registry = new Registry();
  const open = await createHttpApp({ ...http, gate: gateOf(access, registry), metrics: registry, metricsOpen: true });
  expect((await open.inject(elsewhere)).statusCode).toBe(200);
  await open.close();
});

test('health is for everybody, and tells strangers nothing of the release', async () => {
  const answer = await app.inject({ url: '/health', remoteAddress: '203.0.113.7' });
  expect(answer.json()).toMatchObject({ database: { status: 'ok' } });
  expect(answer.json()).not.toHaveProperty('version');
});

test('whoever asks too much is told when to come back; only a trusted proxy says who that is', async () => {
  const registry = new Registry();
  const gate = createGate({
    access,
    limits: { ...limits, failuresPerMinute: 1 },
    logger: silentLogger,
    metrics: registry,
  });
  const strict = await createHttpApp({ ...http, gate, metrics: registry });
  const guess = (remoteAddress: string, forwardedFor: string) =>
    strict.inject({
      url: '/api/calls',
      remoteAddress,
      headers: { authorization: 'Bearer wrong', 'x-forwarded-for': forwardedFor },
    });
  expect((await guess('203.0.113.9', '198.51.100.1')).statusCode).toBe(401);
  const again = await guess('203.0.113.9', '198.51.100.2');
  expect(again.statusCode).toBe(429);
  expect(Number(again.headers['retry-after'])).toBeGreaterThan(0);
  expect((await guess('10.0.0.1', '198.51.100.3')).statusCode).toBe(401);
  expect((await guess('10.0.0.1', '198.51.100.4')).statusCode).toBe(401);
  await strict.close();
});

test('the API describes itself', async () => {
  const answer = await app.inject('/api/openapi.json');
  expect(Object.keys(answer.json().paths)).toEqual(
    expect.arrayContaining(['/health', '/api/calls', '/api/calls/{id}']),
  );
});

test.each(['/boleto/right', '/pdf/fatura/right'])(
  'who was given %s opens the bill, and nothing keeps or finds it',
  async (address) => {
    const page = await app.inject(address);
    expect(page.statusCode).toBe(200);
    expect(page.headers).toMatchObject({
      'content-type': 'application/pdf',
      'cache-control': 'private, no-store',
      'x-robots-tag': expect.stringContaining('noindex') as string,
      'referrer-policy': 'no-referrer',
    });
    expect(page.rawPayload.toString()).toBe('%PDF-1.3');
  },
);

test('every wrong address of a bill gets the same page, in Portuguese', async () => {
  const wrong = ['wrong', '', 'right/x', 'x'.repeat(4_000), '%27%20or%201'];
  const pages = await Promise.all(wrong.map((one) => app.inject(`/boleto/${one}`)));
  for (const page of pages) {
    expect(page.statusCode).toBe(404);
    expect(page.body).toBe(pages[0]?.body);
    expect(page.body).toContain('Este endereço não existe ou não vale mais.');
    expect(page.headers['cache-control']).toBe('private, no-store');
  }
});

test('who opens a bill that cannot be shown now is told so in Portuguese, and nothing of the inside', async () => {
  const page = await app.inject('/boleto/undrawn');
  expect(page.statusCode).toBe(503);
  expect(page.headers['cache-control']).toBe('private, no-store');
  expect(page.body).toContain('Tente de novo em alguns minutos.');
  expect(page.body).not.toContain('secret');
});

test('what could not be delivered is shown without its recipient, tried again or given up, each only once', async () => {
  const at = new Date();
  const message = {
    channel: 'sms',
    recipient: '+5534999990000',
    paceKey: 'sms',
    content: { text: 'Pix' },
    at,
  } as const;
  for (const dedupeKey of ['a', 'b']) await outbox.enqueue({ ...message, tenantId, dedupeKey });
  const taken = await outbox.claim(at, new Date(at.getTime() + 60_000), { limit: 9, perLane: 9, exceptLanes: [] });
  for (const one of taken) await outbox.bury(one, 'unknown subscriber');
  const dead = async () => (await app.inject({ url: '/api/outbox/dead', headers: { authorization } })).json();
  const { messages } = await dead();
  expect(messages).toMatchObject([
    { channel: 'sms', to: '**********0000', reason: 'unknown subscriber', attempts: 1 },
    { channel: 'sms' },
  ]);
  const decide = async (url: string, bearer = authorization) =>
    (await app.inject({ method: 'POST', url: `/api/outbox/dead/${url}`, headers: { authorization: bearer } }))
      .statusCode;
  const foreign = `Bearer ${await access.issueToken(theirs?.id ?? 0, 'api', 'outbox')}`;
  const [one, other] = messages;
  expect(await decide(`${one.id}/retry`, 'Bearer wrong')).toBe(401);
  expect(await decide(`${one.id}/retry`, foreign)).toBe(404);
  expect(await decide(`${one.id}/retry`)).toBe(204);
  expect(await decide(`${other.id}/discard`)).toBe(204);
  expect(await decide(`${one.id}/retry`)).toBe(404);
  expect(await decide(`${other.id}/retry`)).toBe(404);
  expect(await dead()).toEqual({ messages: [] });
});

test('an address that cannot be read is not repeated, with the secrets that may stand in it', async () => {
  for (const url of ['/api/%zz?token=segredo', `/api/calls/${'9'.repeat(200)}?token=segredo`]) {
    const answer = await app.inject({ url });
    expect([400, 404, 414]).toContain(answer.statusCode);
    expect(answer.json()).toEqual({ error: { code: expect.any(String), message: expect.any(String) } });
    expect(answer.body).not.toContain('segredo');
  }
});

test('an API instance is made by an administrator of its tenant, not one that rules over others, and revoked', async () => {
  const { token: chief } = await access.create(tenantId, { kind: 'api', name: 'of instances', role: 'administrator' });
  const headers = { authorization: `Bearer ${chief}` };
  const url = '/api/instances';
  const wanted = { login: 'crm', origin: '203.0.113.7' };
  const made = await app.inject({ method: 'POST', url, headers, payload: wanted });
  expect(made.statusCode).toBe(201);
  expect(made.headers['cache-control']).toBe('no-store');
  const { id, token: secret, password } = made.json();
  expect(secret.length).toBeGreaterThan(30);
  const listed = await app.inject({ url, headers });
  expect(listed.json().instances).toMatchObject([{ id, ...wanted, passwordRequired: true, administers: false }]);
  for (const one of [secret, password]) expect(listed.body).not.toContain(one);
  for (const bad of [{ ...wanted, origin: '10.0.0.0/8' }, { origin: '10.0.0.1' }, { ...wanted, password: 'short' }]) {
    expect((await app.inject({ method: 'POST', url, headers, payload: bad })).statusCode).toBe(400);
  }
  const ruling = { ...wanted, administers: true };
  expect((await app.inject({ method: 'POST', url, headers, payload: ruling })).statusCode).toBe(403);
  expect((await app.inject({ url, headers: { authorization } })).statusCode).toBe(403);
  const foreign = await access.create(theirs?.id ?? 0, { kind: 'api', name: 'of instances', role: 'administrator' });
  const remove = (bearer: string) =>
    app.inject({ method: 'DELETE', url: `${url}/${id}`, headers: { authorization: `Bearer ${bearer}` } });
  expect((await remove(foreign.token)).statusCode).toBe(404);
  expect((await remove(chief)).statusCode).toBe(204);
});
