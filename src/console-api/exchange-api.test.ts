import { Registry } from 'prom-client';
import { afterAll, expect, test } from 'vitest';
import { consoleApi } from '../../test/helpers/console.ts';
import { testDatabase } from '../../test/helpers/database.ts';
import { openingSchedule } from '../exchange/schemas.ts';
import { createOpeningHours } from '../exchange/service.ts';
import { openingHoursRoutes } from './opening-hours.ts';
import { createHttpApp } from './plugin.ts';

const database = await testDatabase();
const { parts, access, http, gateOf, changed } = consoleApi(database);
const metrics = new Registry();
const gate = gateOf(access, metrics);
const app = await createHttpApp({ ...http, gate, metrics });
const openingHours = createOpeningHours({ ...parts, changed: async (id) => void changed.push(id) });
await app.register(async (api) => openingHoursRoutes(api.withTypeProvider(), gate, openingHours), { prefix: '/api' });
const [ours, theirs] = await database.db
  .insertInto('tenant')
  .values(['Um', 'Outro'].map((name) => ({ name, time_zone: 'America/Sao_Paulo' })))
  .returning('id')
  .execute();
const tenantId = ours?.id ?? 0;
const token = await access.issueToken(tenantId, 'api', 'script');
const authorization = `Bearer ${token}`;
afterAll(async () => {
  await app.close();
  await database.close();
});

test('an extension is made, shown without its password, changed and removed, in effect each time', async () => {
  const { token: chief } = await access.create(tenantId, { kind: 'api', name: 'operator', role: 'administrator' });
  const headers = { authorization: `Bearer ${chief}` };
  const url = '/api/extensions';
  changed.length = 0;
  const made = await app.inject({
    method: 'POST',
    url,
    headers,
    payload: { number: '4001', callerName: 'Ana', kind: 'both', internalId: 'ana.1', password: 'chosen by the caller' },
  });
  expect(made.statusCode).toBe(201);
  expect(made.headers['cache-control']).toBe('no-store');
  const { password, ...shown } = made.json();
  expect(password).toMatch(/^[\w-]{22}$/);
  expect(shown).toEqual({
    number: '4001',
    callerName: 'Ana',
    kind: 'both',
    enabled: true,
    mediaEncryption: 'optional',
    devices: 5,
    internalId: 'ana.1',
    classes: ['internal', 'local', 'national', 'mobile'],
    fallback: false,
    shownNumber: null,
    doNotDisturb: false,
    ringSeconds: 30,
    forwardAlways: null,
    forwardBusy: null,
    forwardNoAnswer: null,
    forwardUnreachable: null,
    hours: null,
    forwardClosed: null,
    pickupGroup: null,
    demo: false,
  });
  expect((await app.inject({ url, headers: { authorization } })).json()).toEqual({ extensions: [shown] });
  const changing = await app.inject({
    method: 'PATCH',
    url: `${url}/4001`,
    headers,
    payload: { enabled: false, internalId: null, classes: ['mobile', 'local', 'mobile'] },
  });
  expect(changing.json()).toEqual({ ...shown, enabled: false, internalId: null, classes: ['local', 'mobile'] });
  expect((await app.inject({ url: `${url}/4001/phones`, headers })).json()).toEqual({ phones: [] });
  await app.inject({ method: 'PATCH', url: `${url}/4001`, headers, payload: { enabled: true } });
  expect((await app.inject({ url: `${url}/4001/phones`, headers })).json().phones).toHaveLength(1);
  const renewed = await app.inject({ method: 'POST', url: `${url}/4001/password`, headers });
  expect(renewed.json().password).not.toBe(password);
  expect((await app.inject({ method: 'DELETE', url: `${url}/4001`, headers })).statusCode).toBe(204);
  expect((await app.inject({ url: `${url}/4001`, headers })).statusCode).toBe(404);
  expect(changed).toEqual(Array.from({ length: 5 }, () => tenantId));
});

test('an extension is not made twice, not of a number that leads elsewhere, and not by everybody', async () => {
  const { token: chief } = await access.create(tenantId, { kind: 'api', name: 'operator 2', role: 'administrator' });
  const send = async (payload: object, bearer = `Bearer ${chief}`, method: 'POST' | 'PATCH' = 'POST', path = '') => {
    const url = `/api/extensions${path}`;
    const answer = await app.inject({ method, url, headers: { authorization: bearer }, payload });
    return answer.statusCode;
  };
  await database.db.insertInto('ring_group').values({ tenant_id: tenantId, number: '033', name: 'Todos' }).execute();
  await database.db.insertInto('queue').values({ tenant_id: tenantId, number: '034', name: 'Suporte' }).execute();
  expect(await send({ number: '4002', internalId: 'bia' })).toBe(201);
  expect(await send({ number: '4003' })).toBe(201);
  for (const number of ['4002', '033', '034', '190']) expect(await send({ number })).toBe(409);
  expect(await send({ number: '4004', internalId: 'bia' })).toBe(409);
  expect(await send({ internalId: 'bia' }, undefined, 'PATCH', '/4003')).toBe(409);
  for (const number of ['1', '123456789', "1' or '1", '']) expect(await send({ number })).toBe(400);
  const bad = [{ kind: 'fax' }, { callerName: 'a\r\nb' }, { devices: 0 }, { devices: 1e12 }, { classes: ['all'] }];
  for (const one of bad) expect(await send({ number: '4005', ...one })).toBe(400);
  expect(await send({ number: '4005' }, authorization)).toBe(403);
  expect(await send({ number: '4005' }, 'Bearer wrong')).toBe(401);
  const foreign = await access.create(theirs?.id ?? 0, { kind: 'api', name: 'operator', role: 'administrator' });
  expect(await send({ callerName: 'x' }, `Bearer ${foreign.token}`, 'PATCH', '/4002')).toBe(404);
});

test('trunks, inbound numbers and outbound rules are kept, and no password is shown', async () => {
  const { token: chief } = await access.create(tenantId, { kind: 'api', name: 'operator 3', role: 'administrator' });
  const ask = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    payload?: object,
    bearer = chief,
  ) => {
    const headers = { authorization: `Bearer ${bearer}` };
    const answer = await app.inject({ method, url: `/api/${path}`, headers, ...(payload && { payload }) });
    expect(answer.body).not.toContain('the secret');
    return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
  };
  const carrier = { name: 'Operadora', host: 'sip.operadora.example', registers: true, username: '3432221000' };
  expect(await ask('POST', 'trunks', carrier)).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
  const made = await ask('POST', 'trunks', { ...carrier, password: 'the secret', ownNumbers: ['+553432221000'] });
  expect(made).toMatchObject({
    status: 201,
    body: { name: 'Operadora', port: 5060, numberFormat: 'area', enabled: true },
  });
  expect((await ask('POST', 'trunks', { name: 'Operadora', host: 'x.example' })).status).toBe(409);
  for (const bad of [
    { host: 'x;y' },
    { host: 'a b' },
    { username: 'a@b' },
    { ownNumbers: ['34'] },
    { addresses: ['x'] },
  ]) {
    expect((await ask('POST', 'trunks', { name: 'Outra', host: 'x.example', ...bad })).status).toBe(400);
  }
  const { id } = made.body;
  expect((await ask('PATCH', `trunks/${id}`, { position: 2 })).body).toEqual({ ...made.body, position: 2 });
  expect((await ask('PATCH', `trunks/${id}`, { password: null })).status).toBe(400);

  const number = '%2B553432221000';
  expect((await ask('PUT', `inbound-numbers/${number}`, { flow: 'atendimento' })).status).toBe(200);
  expect((await ask('PUT', `inbound-numbers/${number}`, { target: '034' })).body).toMatchObject({ target: '034' });
  expect((await ask('PUT', `inbound-numbers/${number}`, { target: '033' })).body).toMatchObject({
    flow: null,
    target: '033',
  });
  for (const bad of [{}, { flow: 'none' }, { target: '9999' }, { flow: 'atendimento', target: '033' }]) {
    expect((await ask('PUT', `inbound-numbers/${number}`, bad)).status).toBe(400);
  }
  expect((await ask('PUT', 'inbound-numbers/190', { flow: 'atendimento' })).status).toBe(400);
  expect((await ask('GET', 'inbound-numbers')).body.numbers).toMatchObject([{ number: '+553432221000' }]);

  await openingHours.put(tenantId, 'plantão', openingSchedule.parse({ weekly: {} }));
  const closed = { target: '033', hours: 'plantão', closedFlow: 'atendimento' };
  expect((await ask('PUT', `inbound-numbers/${number}`, closed)).body).toEqual({
    ...closed,
    number: '+553432221000',
    flow: null,
    closedTarget: null,
  });
  for (const bad of [
    { hours: null },
    { hours: 'none' },
    { closedFlow: null },
    { closedFlow: 'none' },
    { closedTarget: '033' },
    { closedFlow: null, closedTarget: '9999' },
  ]) {
    expect((await ask('PUT', `inbound-numbers/${number}`, { ...closed, ...bad })).status).toBe(400);
  }
  await expect(openingHours.remove(tenantId, 'plantão')).rejects.toMatchObject({ code: 'conflict' });
  expect((await ask('PATCH', 'extensions/4002', { hours: 'none' })).status).toBe(400);
  expect((await ask('PATCH', 'extensions/4002', { hours: 'plantão', forwardClosed: '*98' })).status).toBe(200);
  const other = { target: '033', hours: 'plantão', closedTarget: '033' };
  expect((await ask('PUT', 'inbound-numbers/5000', other)).status).toBe(200);
  expect((await ask('DELETE', 'inbound-numbers/5000')).status).toBe(204);

  const rules = [{ prefix: '+55', classes: ['mobile'], trunks: ['Operadora'] }];
  expect((await ask('PUT', 'outbound-rules', { rules })).body).toEqual({ rules });
  expect((await ask('PUT', 'outbound-rules', { rules: [{ trunks: ['Nenhuma'] }] })).status).toBe(400);

  const foreign = await access.create(theirs?.id ?? 0, { kind: 'api', name: 'operator 3', role: 'administrator' });
  expect((await ask('GET', 'trunks', undefined, foreign.token)).body).toEqual({ trunks: [] });
  expect((await ask('DELETE', `trunks/${id}`, undefined, foreign.token)).status).toBe(404);
  expect((await ask('DELETE', `trunks/${id}`, undefined, token)).status).toBe(403);
  expect((await ask('DELETE', `trunks/${id}`)).status).toBe(204);
  expect((await ask('GET', 'outbound-rules')).body.rules).toMatchObject([{ trunks: [] }]);
  expect((await ask('DELETE', `inbound-numbers/${number}`)).status).toBe(204);
  await expect(openingHours.remove(tenantId, 'plantão')).rejects.toMatchObject({ code: 'conflict' });
  await ask('PATCH', 'extensions/4002', { hours: null });
  await openingHours.remove(tenantId, 'plantão');
});

test('opening hours are kept by name, in effect each time, and say whether it is open now', async () => {
  const { token: chief } = await access.create(tenantId, { kind: 'api', name: 'operator 4', role: 'administrator' });
  const ask = async (method: 'GET' | 'PUT' | 'DELETE', path: string, payload?: object, bearer = chief) => {
    const headers = { authorization: `Bearer ${bearer}` };
    const answer = await app.inject({ method, url: `/api/${path}`, headers, ...(payload && { payload }) });
    return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
  };
  changed.length = 0;
  const always = [{ from: '00:00', to: '24:00' }];
  const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
  const weekly = Object.fromEntries(days.map((day) => [day, always]));
  const put = await ask('PUT', 'opening-hours/atendimento', { weekly });
  const schedule = { name: 'atendimento', weekly, nationalHolidays: 'off', holidays: [], specialDays: {}, open: true };
  expect(put).toEqual({ status: 200, body: schedule });
  const closed = { weekly: {}, nationalHolidays: 'with_optional', holidays: ['12-24'], specialDays: { '12-24': [] } };
  expect((await ask('PUT', 'opening-hours/Plant%C3%A3o%20N2', closed)).body).toMatchObject({ ...closed, open: false });
  const { schedules } = (await ask('GET', 'opening-hours', undefined, token)).body;
  expect(schedules).toEqual([{ ...closed, name: 'Plantão N2', open: false }, schedule]);

  const wrong = { from: '18:00', to: '08:00' };
  const bad = [
    {},
    { weekly: { monday: [wrong] } },
    { weekly: { monday: [{ from: '8:00', to: '25:00' }] } },
    { weekly: { someday: [] } },
    { weekly: {}, holidays: ['13-01'] },
    { weekly: {}, specialDays: { '2026-02-30': [] } },
    { weekly: {}, nationalHolidays: true },
  ];
  for (const one of bad) expect((await ask('PUT', 'opening-hours/atendimento', one)).status).toBe(400);
  expect((await ask('PUT', 'opening-hours/%20', { weekly })).status).toBe(400);
  expect((await ask('PUT', 'opening-hours/x', { weekly }, token)).status).toBe(403);
  const foreign = await access.create(theirs?.id ?? 0, { kind: 'api', name: 'operator 4', role: 'administrator' });
  expect((await ask('GET', 'opening-hours', undefined, foreign.token)).body).toEqual({ schedules: [] });
  expect((await ask('DELETE', 'opening-hours/atendimento', undefined, foreign.token)).status).toBe(404);
  expect((await ask('DELETE', 'opening-hours/atendimento')).status).toBe(204);
  expect(changed).toEqual([tenantId, tenantId, tenantId]);

  const { holidays } = (await ask('GET', 'national-holidays/2027', undefined, token)).body;
  expect(holidays[1]).toEqual({ date: '2027-02-08', name: 'Carnaval (segunda-feira)', optional: true });
  expect((await ask('GET', 'national-holidays/soon')).status).toBe(400);
});
