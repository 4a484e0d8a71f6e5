import { Registry } from 'prom-client';
import { afterAll, expect, test } from 'vitest';
import { consoleApi } from '../../test/helpers/console.ts';
import { testDatabase } from '../../test/helpers/database.ts';
import { dayTenant, queueDay, writeDay } from '../../test/helpers/queue-day.ts';
import { createReports } from '../reports/service.ts';
import { createHttpApp } from './plugin.ts';
import { reportRoutes } from './reports.ts';

const database = await testDatabase();
const { parts, access, http, gateOf } = consoleApi(database);
const metrics = new Registry();
const gate = gateOf(access, metrics);
const app = await createHttpApp({ ...http, gate, metrics });
const reports = createReports({ database, clock: parts.clock, timeZone: 'America/Sao_Paulo' });
await app.register(async (api) => reportRoutes(api.withTypeProvider(), gate, reports), { prefix: '/api' });
const [ours, theirs] = [await dayTenant(database.db), await dayTenant(database.db)];
await writeDay(database.db, ours, queueDay(1, Date.parse('2026-03-02T11:00:00.000Z'), 100));
const tokenOf = async (tenantId: number) => `Bearer ${await access.issueToken(tenantId, 'api', `script ${tenantId}`)}`;
const [authorization, foreign] = [await tokenOf(ours.tenantId), await tokenOf(theirs.tenantId)];
afterAll(async () => {
  await app.close();
  await database.close();
});

const days = 'from=2026-03-02&until=2026-03-02';
type Row = Readonly<Record<string, unknown>>;
const noOne = { period: '', queue: '', queueName: '', agent: '', name: '' };
const sumOf = (rows: readonly Row[], figure: string) => rows.reduce((sum, row) => sum + Number(row[figure]), 0);
const get = (path: string, headers = { authorization }) => app.inject({ url: `/api/reports/${path}`, headers });

test('a program reads what queues and agents came to, sorted as it asks', async () => {
  const queues = (await get(`queues?${days}&by=hour&sort=offered&order=desc`)).json();
  const offered = queues.rows.map((row: { offered: number }) => row.offered);
  expect(offered.length).toBeGreaterThan(1);
  expect(offered).toEqual(offered.toSorted((a: number, b: number) => b - a));
  expect(queues.checks.map(({ name }: { name: string }) => name)).toEqual(['outcomes', 'littles_law', 'talks_known']);
  const agents = (await get(`agents?${days}&agent=703`)).json();
  expect(agents.rows).toMatchObject([{ agent: '703', name: 'Agente 3', period: '' }]);
});

test('the same as files, with a name of their own', async () => {
  const csv = await get(`agents.csv?${days}`);
  expect(csv.headers).toMatchObject({
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="agentes.csv"',
  });
  expect(csv.body.split('\r\n')).toHaveLength(1 + 8 + 1);
  const workbook = await get(`queues.xlsx?${days}`);
  expect(workbook.headers['content-disposition']).toBe('attachment; filename="filas.xlsx"');
  expect(workbook.rawPayload.subarray(0, 2).toString()).toBe('PK');
});

test('what each agent did for each queue adds up to what agents did', async () => {
  const rows = (await get(`agent-queues?${days}&sort=answered&order=desc`)).json().rows as Row[];
  expect(rows.length).toBe(2 * 8);
  const agents = (await get(`agents?${days}`)).json().rows as Row[];
  for (const figure of ['offers', 'answered', 'talkingMs', 'wrapUpMs']) {
    expect(sumOf(rows, figure)).toBe(sumOf(agents, figure));
  }
  const [most] = rows;
  expect(most).toMatchObject({ queueName: expect.stringMatching(/^Fila/), name: expect.stringMatching(/^Agente/) });
  expect(most?.['averageTalkMs']).toBe(Number(most?.['talkingMs']) / Number(most?.['answered']));
  const one = (await get(`agent-queues?${days}&queue=034&agent=703`)).json().rows as Row[];
  expect(one).toEqual(rows.filter(({ queue, agent }) => queue === '034' && agent === '703'));
});

test('pauses by their reasons are those of the agents', async () => {
  const rows = (await get(`pauses?${days}&by=hour`)).json().rows as Row[];
  const agents = (await get(`agents?${days}`)).json().rows as Row[];
  expect(sumOf(rows, 'pausedMs')).toBe(sumOf(agents, 'pausedMs'));
  expect(sumOf(rows, 'pauses')).toBeGreaterThan(0);
  expect(new Set(rows.map(({ reason }) => reason))).toEqual(new Set(['almoço']));
});

test('callers notes are told by queue and by agent, and what calls were about', async () => {
  const talks = await database.db
    .selectFrom('queue_call')
    .select(['id', 'call_id', 'queue', 'agent_id', 'left_at'])
    .where('tenant_id', '=', ours.tenantId)
    .where('outcome', '=', 'answered')
    .orderBy('entered_at')
    .execute();
  const scores = [10, 9, 8, 3];
  const answers = talks.slice(0, 40).map(({ call_id, queue, agent_id, left_at }, n) => {
    const score = scores[n % 4] ?? 0;
    return { tenant_id: ours.tenantId, call_id, queue, agent_id, score, answered_at: left_at ?? '' };
  });
  await database.db.insertInto('survey_answer').values(answers).execute();
  const all = (await get(`surveys?${days}&per=all`)).json().rows;
  const averageScore = 7.5;
  expect(all).toEqual([{ ...noOne, answers: 40, averageScore, promoters: 20, detractors: 10, netPromoterScore: 0.25 }]);
  for (const per of ['queue', 'agent', 'queue_and_agent']) {
    const rows = (await get(`surveys?${days}&per=${per}`)).json().rows as Row[];
    expect(sumOf(rows, 'answers')).toBe(40);
    expect(
      rows.every(
        ({ queue, agent }) => (queue !== '') === per.includes('queue') && (agent !== '') === per.includes('agent'),
      ),
    ).toBe(true);
  }
  const { id } = talks[0] ?? {};
  await database.db
    .updateTable('queue_call')
    .set({ tab1: '=Financeiro', tab2: 'Boleto' })
    .where('id', '=', id ?? '')
    .execute();
  const about = (await get(`dispositions?${days}&per=all&sort=calls`)).json().rows as Row[];
  expect(about).toMatchObject([
    { ...noOne, tab1: '=Financeiro', tab2: 'Boleto', tab3: '', calls: 1 },
    { ...noOne, tab1: '', tab2: '', tab3: '', calls: talks.length - 1 },
  ]);
  expect((await get(`dispositions.csv?${days}`)).body).toContain(`;'=Financeiro;Boleto;;1;`);
  expect((await get(`surveys.csv?${days}&per=all`)).body).toContain(';40;7,50;20;10;25,0%');
});

test('the OpenAPI document says what is answered in which form', async () => {
  const { paths } = (await app.inject({ url: '/api/openapi.json' })).json();
  const answerOf = (path: string) => paths[`/api/reports/${path}`].get.responses['200'].content;
  for (const report of ['queues', 'agents', 'agent-queues', 'pauses', 'surveys', 'dispositions']) {
    expect(answerOf(report)['application/json'].schema.properties.rows.type).toBe('array');
    expect(answerOf(`${report}.csv`)).toEqual({ 'text/csv': { schema: { type: 'string', format: 'binary' } } });
    expect(Object.keys(answerOf(`${report}.xlsx`))).toEqual([expect.stringContaining('spreadsheetml.sheet')]);
  }
});

test('another tenant sees nothing of it, and nobody without a token anything', async () => {
  expect((await get(`queues?${days}`, { authorization: foreign })).json().rows).toEqual([]);
  const agents = (await get(`agents?${days}`, { authorization: foreign })).json();
  expect(agents).toMatchObject({ rows: [], checks: [{ holds: true }, { holds: true }] });
  for (const path of ['agent-queues', 'pauses', 'surveys', 'dispositions']) {
    expect((await get(`${path}?${days}`, { authorization: foreign })).json()).toEqual({ rows: [] });
  }
  for (const path of ['queues', 'agents.csv', 'surveys', 'dispositions.xlsx']) {
    expect((await app.inject({ url: `/api/reports/${path}?${days}` })).statusCode).toBe(401);
  }
});

test('what cannot be asked is refused with what is wrong', async () => {
  for (const [query, word] of [
    ['from=2026-03-02&until=2026-03-01', 'before its first'],
    ['from=2026-02-30&until=2026-03-01', 'from'],
    ['from=2026-01-01&until=2026-03-01&by=hour', 'at most 31 days'],
    [`${days}&sort=offered;drop table queue`, 'sort'],
    [`${days}&sort=pin_hash`, 'sort'],
    [`${days}&by=week`, 'by'],
    [`${days}&queue='or 1=1`, 'queue'],
    ['', 'from'],
  ] as const) {
    const answer = await get(`queues?${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error.message).toContain(word);
  }
});
