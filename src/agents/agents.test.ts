import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedIntelbras, servedIntelbras } from '../../test/helpers/intelbras.ts';
import { newAgent } from './schemas.ts';

let served: ServedIntelbras;
beforeAll(async () => {
  served = await servedIntelbras();
  for (const [code, name] of [
    ['201', 'Ana'],
    ['202', 'Bia'],
    ['203', 'Caio'],
  ]) {
    await served.agents.create(newAgent.parse({ code, name, pin: '482913' }));
  }
});
afterAll(() => served.close());

test('two agents are not logged in at one extension, nor one at two', async () => {
  const { agents } = served;
  await agents.logIn('201', { extension: '2001', pin: '482913' });
  await expect(agents.logIn('202', { extension: '2001', pin: '482913' })).rejects.toMatchObject({ code: 'conflict' });
  const both = await Promise.allSettled(['202', '203'].map((code) => agents.logIn(code, { extension: '2002' })));
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  await agents.logIn('201', { extension: '2003', pin: '482913' });
  expect(agents.at('2001')).toBeUndefined();
  expect(agents.at('2003')?.code).toBe('201');
});

test('a wrong PIN lets nobody in, and after five even the right one has to wait', async () => {
  const { agents } = served;
  for (let n = 0; n < 5; n++) {
    const wrong = agents.logIn('203', { extension: '2001', pin: '000000' });
    await expect(wrong).rejects.toMatchObject({ code: 'forbidden' });
  }
  const late = agents.logIn('203', { extension: '2001', pin: '482913' });
  await expect(late).rejects.toMatchObject({ code: 'too_many_requests' });
  await expect(agents.logIn('999', { extension: '2001', pin: '482913' })).rejects.toMatchObject({ code: 'forbidden' });
});

test('what an agent did is stored when the act is answered, each state from where the one before ended', async () => {
  const { agents, database, tenantId } = served;
  await agents.pause('201', 'Café');
  await agents.makeReady('201');
  await agents.change('201', { enabled: false });
  expect(agents.find('201')).toMatchObject({ state: 'logged_out', reason: 'disabled', extension: null });
  const rows = await database.db
    .selectFrom('agent_state')
    .innerJoin('agent', 'agent.id', 'agent_state.agent_id')
    .select(['state', 'started_at', 'ended_at'])
    .where('agent_state.tenant_id', '=', tenantId)
    .where('agent.code', '=', '201')
    .orderBy('started_at')
    .orderBy('ended_at')
    .execute();
  expect(rows.slice(-4).map(({ state }) => state)).toEqual(['available', 'paused', 'available', 'logged_out']);
  const gaps = rows.filter((row, n) => n > 0 && rows[n - 1]?.ended_at?.getTime() !== row.started_at.getTime());
  expect(gaps).toEqual([]);
});

test('agents and their acts are refused where there is nobody', async () => {
  const { agents } = served;
  await expect(agents.pause('999', 'Café')).rejects.toMatchObject({ code: 'not_found' });
  await expect(agents.pause('201', 'Café')).rejects.toMatchObject({ code: 'conflict' });
  await expect(agents.logIn('201', { extension: '2001' })).rejects.toMatchObject({ code: 'conflict' });
  await expect(agents.logIn('202', { extension: '7777' })).rejects.toMatchObject({ code: 'not_found' });
  await expect(agents.create(newAgent.parse({ code: '201', name: 'X', pin: '1234' }))).rejects.toMatchObject({
    code: 'conflict',
  });
});

test('agents pause for the reasons of the house, by words and by keys, and say of calls what it lets them', async () => {
  const { agents } = served;
  await agents.logIn('202', { extension: '2002' });
  expect(await agents.pauseByKey('202', '')).toMatchObject({ state: 'paused', reason: 'Pausa' });
  expect(await agents.pauseByKey('202', '2')).toMatchObject({ reason: 'Café' });
  const tabs = { tab1: 'Suporte', tab2: 'Sem sinal', tab3: null };
  await agents.setWords({ pauses: ['Refeição', 'Café'], dispositions: [tabs] });
  expect(await agents.pauseByKey('202', '1')).toMatchObject({ reason: 'Refeição' });
  expect(await agents.pause('202', 'Café')).toMatchObject({ reason: 'Café' });
  const pauses = [
    () => agents.pauseByKey('202', ''),
    () => agents.pauseByKey('202', '3'),
    () => agents.pause('202', 'Almoço'),
  ];
  for (const pause of pauses) {
    await expect(pause()).rejects.toMatchObject({ code: 'bad_request', details: { pauses: ['Refeição', 'Café'] } });
  }
  expect(agents.find('202').reason).toBe('Café');
  const call = '00000000-0000-4000-8000-000000000000';
  await expect(agents.setDisposition('202', call, tabs)).rejects.toMatchObject({ code: 'not_found' });
  const other = agents.setDisposition('202', call, { ...tabs, tab2: null });
  await expect(other).rejects.toThrow('"Suporte" is no disposition here');
});
