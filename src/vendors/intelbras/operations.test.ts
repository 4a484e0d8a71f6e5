import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedIntelbras, servedIntelbras } from '../../../test/helpers/intelbras.ts';
import type { OperationReport } from './wire.ts';

let pbx: ServedIntelbras;
beforeAll(async () => {
  pbx = await servedIntelbras();
  await pbx.agents.create({ code: '201', name: 'Ana', pin: '482913', skills: {} });
});
afterAll(() => pbx.close());

/** The second that goes on is not told of yet. */
function operations(count: number): Promise<OperationReport[]> {
  return expect
    .poll(() => pbx.ask('statusoperacoes'), { timeout: 5_000 })
    .toHaveLength(count)
    .then(async () => (await pbx.ask('statusoperacoes')) as OperationReport[]);
}

test('agents’ logins, pauses and logouts are told in their order, with what they were for', async () => {
  await pbx.agents.logIn('201', { extension: '2001', pin: '482913' });
  await pbx.agents.pause('201', 'Almoço');
  await pbx.agents.makeReady('201');
  await pbx.agents.logIn('201', { extension: '2002', pin: '482913' });
  await pbx.agents.logOut('201');

  const told = await operations(5);
  expect(Object.keys(told[0] ?? {})).toEqual('ramal operador evento motivo inicio fim duracao fila'.split(' '));
  expect(told.map(({ ramal, operador, evento, motivo }) => [ramal, operador, evento, motivo])).toEqual([
    ['2001', 'Ana', 'LOGIN', ''],
    ['2001', 'Ana', 'PAUSA', 'Almoço'],
    ['2001', 'Ana', 'LOGOUT', 'TROCA DE RAMAL'],
    ['2002', 'Ana', 'LOGIN', ''],
    ['2002', 'Ana', 'LOGOUT', ''],
  ]);
  const [login, pause, moved, again, last] = told;
  expect(login?.fim).toBe(moved?.inicio);
  expect(moved?.fim).toBe(again?.inicio);
  expect(last?.fim).toBe('');
  expect(pause?.fim).not.toBe('');
  expect(told.every(({ duracao }) => /^\d+$/.test(duracao))).toBe(true);
});

test('dates are read as in statusreport, and another tenant’s agents are nobody’s business', async () => {
  expect(await pbx.ask('statusoperacoes', { datainicial: '2020-01-02 00:00:00', datafim: '2020-01-03' })).toEqual([]);
  expect(await pbx.ask('statusoperacoes', { datainicial: 'ontem' })).toEqual(['Status', 'CAMPO INVALIDO: datainicial']);
  const { db } = pbx.database;
  const tenant_id = pbx.otherTenantId;
  const { id } = await db
    .insertInto('agent')
    .values({ tenant_id, code: '201', name: 'Outra', pin_hash: '' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const started_at = new Date('2020-01-02T12:00:00-03:00');
  await db
    .insertInto('agent_state')
    .values({ tenant_id, agent_id: id, id: crypto.randomUUID(), state: 'logged_in', started_at })
    .execute();
  expect(await pbx.ask('statusoperacoes', { datainicial: '2020-01-02 00:00:00', datafim: '2020-01-03' })).toEqual([]);
});
