import { Registry } from 'prom-client';
import { afterAll, expect, test } from 'vitest';
import { consoleApi } from '../../test/helpers/console.ts';
import { testDatabase } from '../../test/helpers/database.ts';
import { createHttpApp } from './plugin.ts';

const database = await testDatabase();
const { access, http, gateOf, changed } = consoleApi(database);
const metrics = new Registry();
const app = await createHttpApp({ ...http, gate: gateOf(access, metrics), metrics });
const [ours = 0, theirs = 0] = (
  await database.db
    .insertInto('tenant')
    .values(['Um', 'Outro'].map((name) => ({ name, time_zone: 'America/Sao_Paulo' })))
    .returning('id')
    .execute()
).map(({ id }) => id);
const tokens = await Promise.all(
  [ours, theirs].map(async (tenantId) => {
    const { token } = await access.create(tenantId, { kind: 'api', name: `chief ${tenantId}`, role: 'administrator' });
    return token;
  }),
);
await database.db
  .insertInto('extension')
  .values(['1001', '1002', '1003'].map((number) => ({ tenant_id: ours, number, password: 'secret' })))
  .execute();
afterAll(async () => {
  await app.close();
  await database.close();
});

function ask(method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, payload?: object, token = tokens[0]) {
  return app.inject({
    method,
    url: `/api/${path}`,
    headers: { authorization: `Bearer ${token}` },
    ...(payload !== undefined && { payload }),
  });
}

test('a group is made, shown with the numbers that lead to it, changed and removed, in effect each time', async () => {
  changed.length = 0;
  const made = await ask('POST', 'groups', { number: '500', name: 'Suporte', members: ['1002', '1001', '1002'] });
  expect(made.statusCode).toBe(201);
  const group = { number: '500', name: 'Suporte', members: ['1001', '1002'], fallback: null, numbers: [] };
  expect(made.json()).toEqual(group);
  await ask('PUT', 'inbound-numbers/%2B553432221000', { target: '500' });
  const led = { ...group, numbers: ['+553432221000'] };
  expect((await ask('GET', 'groups')).json()).toEqual({ groups: [led] });
  expect((await ask('DELETE', 'groups/500')).statusCode).toBe(409);
  expect((await ask('PATCH', 'groups/500', { members: [] })).json()).toEqual({ ...led, members: [] });
  const onward = { fallback: '*981001', members: [] };
  expect((await ask('PATCH', 'groups/500', onward)).json()).toEqual({ ...led, ...onward });
  expect((await ask('PATCH', 'groups/500', { fallback: null })).json()).toEqual({ ...led, members: [] });
  expect((await ask('PATCH', 'groups/500', { name: 'Apoio' })).json()).toEqual({ ...led, name: 'Apoio', members: [] });
  await ask('DELETE', 'inbound-numbers/%2B553432221000');
  expect((await ask('DELETE', 'groups/500')).statusCode).toBe(204);
  expect((await ask('GET', 'groups/500')).statusCode).toBe(404);
  expect(changed).toEqual(Array.from({ length: 6 }, () => ours));
});

test('a group is not made of what is no extension, nor of a number that leads elsewhere, nor by everybody', async () => {
  await ask('POST', 'groups', { number: '501', name: 'Vendas' });
  await ask('PUT', 'inbound-numbers/2222', { flow: 'atendimento' });
  const attempts: [number, object][] = [
    [400, { number: '502', name: 'Vendas', members: ['1001', '4444'] }],
    [409, { number: '501', name: 'Vendas' }],
    [409, { number: '1001', name: 'Vendas' }],
    [409, { number: '2222', name: 'Vendas' }],
    [409, { number: '190', name: 'Vendas' }],
    [400, { number: '5o2', name: 'Vendas' }],
    [400, { number: '502', name: 'a\u0000b' }],
    [400, { number: '502' }],
    [400, { number: '502', name: 'Vendas', fallback: '502' }],
    [400, { number: '502', name: 'Vendas', fallback: '4444' }],
    [400, { number: '502', name: 'Vendas', fallback: '*984444' }],
    [400, { number: '502', name: 'Vendas', fallback: '991234567' }],
  ];
  for (const [status, payload] of attempts) expect((await ask('POST', 'groups', payload)).statusCode).toBe(status);
  expect((await ask('PATCH', 'groups/501', { members: ['4444'], name: 'Other' })).statusCode).toBe(400);
  const reader = await access.issueToken(ours, 'api', 'reader');
  expect((await ask('POST', 'groups', { number: '503', name: 'Vendas' }, reader)).statusCode).toBe(403);
  expect((await ask('GET', 'groups', undefined, reader)).json().groups).toMatchObject([
    { number: '501', name: 'Vendas' },
  ]);
});

test('nobody sees or changes the groups of another tenant, nor has another’s extensions in them', async () => {
  expect((await ask('GET', 'groups', undefined, tokens[1])).json()).toEqual({ groups: [] });
  for (const [method, payload] of [
    ['PATCH', { name: 'Ours' }],
    ['DELETE', undefined],
  ] as const) {
    expect((await ask(method, 'groups/501', payload, tokens[1])).statusCode).toBe(404);
  }
  const borrowed = { number: '501', name: 'Ours', members: ['1001'] };
  expect((await ask('POST', 'groups', borrowed, tokens[1])).statusCode).toBe(400);
});
