import { Registry } from 'prom-client';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/helpers/database.ts';
import { createAccess } from '../access/service.ts';
import { createCallLog } from '../calls/call-log.ts';
import { systemClock } from '../kernel/clock.ts';
import { systemIds } from '../kernel/ids.ts';
import { silentLogger } from '../kernel/logger.ts';
import { openDatabase } from '../storage/database.ts';
import type { PartState } from './health.ts';
import { createHttpApp } from './plugin.ts';

const database = await testDatabase();
const parts = { db: database.db, pool: database.pool, clock: systemClock, ids: systemIds, logger: silentLogger };
const access = createAccess({ ...parts, withDemo: true });
const callLog = createCallLog(parts);
const state: Record<'database' | 'asterisk' | 'erp', PartState> = {
  database: { status: 'ok' },
  asterisk: { status: 'ok' },
  erp: { status: 'ok' },
};
const app = await createHttpApp({
  access,
  callLog,
  version: '0.1.0',
  health: async () => state,
  metrics: new Registry(),
  logger: silentLogger,
});
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
  const lost = await createHttpApp({
    access: createAccess({ ...parts, db: gone.db, withDemo: true }),
    callLog,
    version: '0.1.0',
    health: async () => state,
    metrics: new Registry(),
    logger: silentLogger,
  });
  const answer = await lost.inject({ url: '/api/calls', headers: { authorization } });
  expect(answer.statusCode).toBe(503);
  expect(answer.json().error).toEqual({
    code: 'database_unavailable',
    message: expect.not.stringContaining('nowhere'),
  });
  await lost.close();
  await gone.close();
});

test('the API describes itself', async () => {
  const answer = await app.inject('/api/openapi.json');
  expect(Object.keys(answer.json().paths)).toEqual(
    expect.arrayContaining(['/health', '/api/calls', '/api/calls/{id}']),
  );
});
