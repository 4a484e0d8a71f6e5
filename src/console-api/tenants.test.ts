import { Registry } from 'prom-client';
import { afterAll, expect, test } from 'vitest';
import { consoleApi } from '../../test/helpers/console.ts';
import { testDatabase } from '../../test/helpers/database.ts';
import { createHttpApp } from './plugin.ts';

const database = await testDatabase();
const { access, http, gateOf } = consoleApi(database);
const metrics = new Registry();
const app = await createHttpApp({ ...http, gate: gateOf(access, metrics), metrics });
const { id } = await database.db
  .insertInto('tenant')
  .values({ name: 'Meu provedor', time_zone: 'America/Sao_Paulo' })
  .returning('id')
  .executeTakeFirstOrThrow();
const { token: operator } = await access.create(id, { kind: 'api', name: 'noc', role: 'operator' });
afterAll(async () => {
  await app.close();
  await database.close();
});

function ask(token: string, method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object) {
  return app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${token}` },
    ...(payload !== undefined && { payload }),
  });
}

test('an operator makes a tenant, whose administrator’s token is shown once, blocks it and lets it go', async () => {
  const made = await ask(operator, 'POST', '/api/tenants', { login: 'acme', name: 'Acme Ltda' });
  expect(made.statusCode).toBe(201);
  expect(made.headers['cache-control']).toBe('no-store');
  const { token, ...acme } = made.json();
  expect(acme).toMatchObject({ login: 'acme', name: 'Acme Ltda', domain: 'acme', blockedAt: null });
  expect((await ask(operator, 'GET', '/api/tenants')).json().tenants).toMatchObject([
    { id, login: `central${id}`, domain: null },
    acme,
  ]);
  const numbers = (await ask(token, 'GET', '/api/inbound-numbers')).json().numbers;
  expect(numbers).toMatchObject([{ number: '2222', flow: 'atendimento' }]);
  expect((await ask(operator, 'PUT', '/api/tenants/acme/block')).statusCode).toBe(204);
  const blockedAt = async () => (await ask(token, 'GET', '/api/tenants')).json().tenants[0].blockedAt;
  expect(await blockedAt()).toEqual(expect.any(String));
  expect((await ask(operator, 'DELETE', '/api/tenants/acme/block')).statusCode).toBe(204);
  expect(await blockedAt()).toBeNull();
  expect((await ask(operator, 'PUT', '/api/tenants/nobody/block')).statusCode).toBe(404);
});

test('who administers one tenant sees no other, makes none and blocks none, nor gives that right to a token', async () => {
  const { token: chief } = await access.create(id, { kind: 'api', name: 'chief', role: 'administrator' });
  expect((await ask(chief, 'GET', '/api/tenants')).json().tenants).toMatchObject([{ id }]);
  const other = { login: 'other', name: 'Other' };
  for (const answer of [
    await ask(chief, 'POST', '/api/tenants', other),
    await ask(chief, 'PUT', '/api/tenants/acme/block'),
    await ask(chief, 'POST', '/api/credentials', { kind: 'api', name: 'more', role: 'operator' }),
    await ask(operator, 'POST', '/api/credentials', { kind: 'api', name: 'more', role: 'operator' }),
  ]) {
    expect(answer.statusCode).toBe(403);
  }
  expect((await ask(operator, 'GET', '/api/credentials')).statusCode).toBe(200);
});

test('a login that is taken, or would be taken for another domain, makes no tenant', async () => {
  await ask(operator, 'POST', '/api/tenants', { login: 'taken', name: 'One' });
  const before = (await ask(operator, 'GET', '/api/tenants')).json().tenants;
  const attempt = async (login: unknown) => {
    const payload = { login, name: 'Other' };
    return (await ask(operator, 'POST', '/api/tenants', payload)).statusCode;
  };
  expect(await attempt('taken')).toBe(409);
  for (const login of ['web', 'web.acme', '192.0.2.1', '2001', 'Acme', 'a@b', 'a-', '', 'a'.repeat(41), 7, null]) {
    expect(await attempt(login)).toBe(400);
  }
  expect((await ask(operator, 'GET', '/api/tenants')).json().tenants).toEqual(before);
});
