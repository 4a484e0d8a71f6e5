import { afterAll, expect, test } from 'vitest';
import { testDatabase, testTenant } from '../../test/helpers/database.ts';
import { createQueues } from '../queues/service.ts';
import { readAgentCommand, runAgentCommand } from './agent-commands.ts';
import { readQueueCommand, runQueueCommand } from './queue-commands.ts';

const database = await testDatabase();
const { db } = database;
afterAll(() => database.close());
const tenantId = await testTenant(db);
const asked: unknown[] = [];
const ask = async (...what: unknown[]): Promise<unknown> => {
  asked.push(what);
  return { state: 'paused', extension: '1001', ringing: '1009' };
};
const pins = ['4829', '12', '7731'];
const askPin = async () => pins.shift() ?? '';
const exchange = {
  destination: () => ({ kind: 'unknown' }) as const,
  takesMessages: (number: string) => number === '1009',
};
const queues = createQueues({
  db,
  exchangeOf: () => exchange,
  hasFlow: (name) => name === 'desvio',
  music: { put: async () => undefined, remove: async () => undefined },
  changed: async () => undefined,
});

const agents = async (...args: string[]) =>
  (await runAgentCommand({ db, ask, askPin }, tenantId, readAgentCommand(args))).join('\n');
const run = async (...args: string[]) =>
  (await runQueueCommand({ queues, ask }, tenantId, readQueueCommand(args))).join('\n');

test('agents are made, given to a queue, changed and listed', async () => {
  expect(await agents('list')).toBe('There are no agents.');
  await agents('create', '201', '--name', 'Ana', '--skills', 'fibra=7,ingles=3');
  await expect(agents('create', '202', '--name', 'Bia')).rejects.toThrow('must have 4 to 12 digits');
  await agents('create', '202', '--name', 'Bia');
  expect(await run('create', '034', '--name', 'Suporte', '--strategy', 'round_robin')).toMatch(/^Created queue 034/);
  expect(await run('members', '034', '--agents', '202,201')).toBe('Queue 034 is served by 202, 201.');
  expect(await run('members', '034')).toBe('Queue 034 is served by 202, 201.');
  await expect(run('members', '034', '--agents', '209')).rejects.toThrow('There is no agent 209');
  expect(await agents('change', '202', '--enabled', 'no')).toBe('Changed agent 202.');
  expect(await agents('list')).toMatch(/^201 +Ana +logged_out +never +fibra=7,ingles=3 +034$/m);
  expect(await agents('list')).toMatch(/^202 +Bia +switched off +never +034$/m);
});

test('the words that agents choose among are said, each list by itself', async () => {
  expect(await agents('words')).toBe('Agents pause for any reason.\nCalls were about anything.');
  await agents('words', '--pauses', 'Almoço,Café');
  expect(await agents('words', '--dispositions', 'Suporte/Sem sinal', '--dispositions', 'Financeiro')).toBe(
    'Agents pause for Almoço (*571), Café (*572).\nCalls were about Suporte/Sem sinal, Financeiro.',
  );
  expect(await agents('words', '--pauses', '', '--dispositions', '')).toMatch(/any reason[^]*anything/);
});

test('a queue is changed, says where it overflows to, and is removed', async () => {
  const wait = ['--max-wait-seconds', '180', '--overflow', 'voicemail'];
  await expect(run('change', '034', ...wait)).rejects.toThrow('Say by overflowExtension');
  await expect(run('change', '034', ...wait, '--overflow-extension', '1008')).rejects.toThrow('takes no messages');
  expect(await run('change', '034', ...wait, '--overflow-extension', '1009')).toBe('Changed queue 034.');
  expect(await run('list')).toMatch(/^034 +Suporte +round_robin +180 s +voicemail 1009 +202,201$/m);
  await run('change', '034', '--sentences', 'Um.', '--sentences', 'Dois.', '--max-wait-seconds', '');
  expect(await queues.find(tenantId, '034')).toMatchObject({ sentences: ['Um.', 'Dois.'], maxWaitSeconds: null });
  const flow = ['--overflow', 'flow', '--overflow-extension', '', '--overflow-flow'];
  await expect(run('change', '034', ...flow, 'nenhum')).rejects.toThrow('There is no flow "nenhum"');
  await run('change', '034', ...flow, 'desvio');
  expect(await run('list')).toMatch(/ flow desvio /);
  await run('change', '034', '--skills', 'fibra=5,2@60,0@180', '--skills', 'ingles=1');
  expect((await queues.find(tenantId, '034')).skills).toEqual([
    {
      skill: 'fibra',
      levels: [
        { level: 5, afterSeconds: 0 },
        { level: 2, afterSeconds: 60 },
        { level: 0, afterSeconds: 180 },
      ],
    },
    { skill: 'ingles', levels: [{ level: 1, afterSeconds: 0 }] },
  ]);
  await run('change', '034', '--skills', '');
  expect((await queues.find(tenantId, '034')).skills).toEqual([]);
  expect(await run('remove', '034')).toBe('Removed queue 034.');
  expect(await run('list')).toBe('There are no queues.');
});

test('a queue to which calls are led is not removed before they go elsewhere, or to a group of the same number', async () => {
  await run('create', '035', '--name', 'Vendas');
  await run('create', '036', '--name', 'Suporte', '--overflow', 'queue', '--overflow-queue', '035');
  const led = { tenant_id: tenantId, hours: null, flow: null };
  await db
    .insertInto('inbound_number')
    .values({ ...led, number: '+553432221000', target: '035' })
    .execute();
  await db
    .insertInto('ring_group')
    .values({ tenant_id: tenantId, number: '037', name: 'Todos', fallback: '035' })
    .execute();
  const removal = () => run('remove', '035').catch((error: unknown) => error);
  expect(await removal()).toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('from group 037, number +553432221000, queue 036.') as string,
  });
  await db.insertInto('ring_group').values({ tenant_id: tenantId, number: '035', name: 'Vendas' }).execute();
  expect(await removal()).toMatchObject({ code: 'conflict', details: { leads: ['queue 036'] } });
  await run('remove', '036');
  expect(await removal()).toBe('Removed queue 035.');
});

test('what agents do now is asked of the system that runs', async () => {
  expect(await agents('pause', '201', '--reason', 'Almoço')).toBe('Agent 201 is paused at 1001.');
  expect(await agents('whisper', '201', '--extension', '1009')).toBe('Extension 1009 rings.');
  expect(asked).toEqual([
    ['POST', '/api/agents/201/pause', { reason: 'Almoço' }],
    ['POST', '/api/agents/201/watch', { extension: '1009', mode: 'whisper' }],
  ]);
});

test.each([
  [[], /Say what to do.[^]*npm run queues -- list/],
  [['change', '034'], /Say what to change/],
  [['create', '034'], /name/],
  [['change', '034', '--overflow', 'away'], /overflow/],
  [['empty', '034'], /"empty 034" is not known/],
])('what is not understood gets a sentence and the way it is used: %j', (args, sentence) => {
  expect(() => readQueueCommand(args)).toThrow(sentence);
});

test.each([
  [['listen', '201'], /extension/],
  [['create', '2', '--name', 'Ana'], /code: must have 2 to 8 digits/],
  [['change', '201', '--skills', 'Fibra=7'], /skills.Fibra/],
  [['sing', '201'], /"sing 201" is not known[^]*npm run agents/],
])('the same of agents: %j', (args, sentence) => {
  expect(() => readAgentCommand(args)).toThrow(sentence);
});
