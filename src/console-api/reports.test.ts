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
const reports = createReports({ db: database.db, clock: parts.clock, timeZone: 'America/Sao_Paulo' });
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

test('another tenant sees nothing of it, and nobody without a token anything', async () => {
  expect((await get(`queues?${days}`, { authorization: foreign })).json().rows).toEqual([]);
  const agents = (await get(`agents?${days}`, { authorization: foreign })).json();
  expect(agents).toMatchObject({ rows: [], checks: [{ holds: true }, { holds: true }] });
  for (const path of ['queues', 'agents.csv']) {
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
