import { afterAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/helpers/database.ts';
import { ManualClock } from '../../test/helpers/manual-clock.ts';
import {
  type DayEvent,
  type DayTenant,
  dayQueues,
  dayTenant,
  queueDay,
  writeDay,
} from '../../test/helpers/queue-day.ts';
import { randomFrom } from '../kernel/random.ts';
import { agentReportQuery, queueReportQuery } from './schemas.ts';
import { createReports } from './service.ts';

const database = await testDatabase();
const { db } = database;
const timeZone = 'America/Sao_Paulo';
const date = '2026-03-02';
const startMs = Date.parse('2026-03-02T11:00:00.000Z');
afterAll(() => database.close());

function reportsAt(ms: number) {
  return createReports({ database, clock: new ManualClock(new Date(ms).toISOString()), timeZone });
}

/** Every report of a day, as a whole, by the hour, of one queue and of one agent. */
async function everyReport({ tenantId }: DayTenant, nowMs: number) {
  const reports = reportsAt(nowMs);
  const asked = { from: date, until: date };
  return {
    total: await reports.queues(tenantId, queueReportQuery.parse(asked)),
    hourly: await reports.queues(tenantId, queueReportQuery.parse({ ...asked, by: 'hour' })),
    oneQueue: await reports.queues(tenantId, queueReportQuery.parse({ ...asked, by: 'day', queue: '034' })),
    agents: await reports.agents(tenantId, agentReportQuery.parse(asked)),
    agentHours: await reports.agents(tenantId, agentReportQuery.parse({ ...asked, by: 'hour' })),
    oneAgent: await reports.agents(tenantId, agentReportQuery.parse({ ...asked, agent: '703' })),
  };
}

async function failedChecks(tenant: DayTenant, nowMs: number): Promise<string[]> {
  const all = Object.values(await everyReport(tenant, nowMs));
  return all.flatMap(({ checks }) => checks.filter(({ holds }) => !holds).map(({ name }) => name));
}

test('a talk is missed among an agent’s states also if the queue did not ring that agent for it', async () => {
  const tenant = await dayTenant(db);
  const day = queueDay(5, startMs, 20);
  const unrung = day.events.map((event) =>
    event.kind === 'caller' ? { ...event, caller: { ...event.caller, offers: 0 } } : event,
  );
  const talk = unrung.find((event) => event.kind === 'agent' && event.state.state === 'talking');
  await writeDay(db, tenant, { ...day, events: unrung.filter((event) => event !== talk) });
  expect(await failedChecks(tenant, day.endMs)).toContain('talks_known');
});

test('a report says what callers and agents experienced, to the millisecond', async () => {
  const tenant = await dayTenant(db);
  const day = queueDay(1, startMs);
  await writeDay(db, tenant, day);
  const { total, hourly, oneQueue, agents, agentHours } = await everyReport(tenant, day.endMs);

  // By the events themselves: the last one of each caller tells everything.
  const callers = new Map(
    day.events.flatMap((event) => (event.kind === 'caller' ? [[event.caller.id, event.caller]] : [])),
  );
  for (const [n, queue] of dayQueues.entries()) {
    const own = [...callers.values()].filter((caller) => caller.queue === queue);
    const answered = own.filter(({ outcome }) => outcome === 'answered');
    const waits = (rows: typeof own) => rows.map((row) => Number(row.left_at) - Number(row.entered_at));
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(total.rows[n]).toMatchObject({
      queue,
      name: `Fila ${queue}`,
      offered: own.length,
      answered: answered.length,
      abandoned: own.length - answered.length,
      overflowed: 0,
      waiting: 0,
      inTime: waits(answered).filter((ms) => ms <= 20_000).length,
      serviceLevel: waits(answered).filter((ms) => ms <= 20_000).length / own.length,
      abandonment: (own.length - answered.length) / own.length,
      averageWaitMs: mean(waits(answered)),
      longestWaitMs: Math.max(...waits(own)),
      averageTalkMs: mean(answered.map((row) => Number(row.talked_until) - Number(row.left_at))),
    });
  }
  expect(hourly.rows.length).toBeGreaterThan(8);
  expect(hourly.rows[0]).toMatchObject({ period: `${date} 08:00`, queue: '033' });
  expect(hourly.rows.reduce((sum, { offered }) => sum + offered, 0)).toBe(600);
  expect(oneQueue.rows).toEqual([{ ...total.rows[1], period: date }]);

  const talkMs = agents.rows.reduce((sum, row) => sum + row.talkingMs, 0);
  const talks = [...callers.values()].filter((row) => row.talked_until !== null);
  const talked = talks.reduce((sum, row) => sum + Number(row.talked_until) - Number(row.left_at), 0);
  expect(talkMs).toBe(talked);
  for (const row of agents.rows) {
    expect(row.loggedInMs).toBe(day.endMs - startMs + 60_000);
    const work = row.ringingMs + row.talkingMs + row.wrapUpMs;
    expect(row.loggedInMs).toBe(work + row.availableMs + row.pausedMs + 60_000);
    expect(row.pauses).toEqual({ almoço: row.pausedMs });
    expect(row.occupancy).toBeCloseTo(work / (work + row.availableMs), 12);
  }
  expect(agentHours.rows.filter(({ agent }) => agent === '701').reduce((sum, row) => sum + row.loggedInMs, 0)).toBe(
    day.endMs - startMs + 60_000,
  );
  expect(await failedChecks(tenant, day.endMs)).toEqual([]);
});

test('what hours came to is the same from roll-ups as from the rows, also after rows have changed', async () => {
  const tenant = await dayTenant(db);
  const { tenantId } = tenant;
  const day = queueDay(2, startMs);
  await writeDay(db, tenant, day);
  const reports = reportsAt(day.endMs);
  const byRows = await everyReport(tenant, day.endMs);
  while ((await reports.rollUp()) > 0);
  expect(await everyReport(tenant, day.endMs)).toEqual(byRows);

  const changed = (await db.selectFrom('queue_call').select('id').where('tenant_id', '=', tenantId).execute()).slice(
    0,
    5,
  );
  const ids = changed.map(({ id }) => id);
  await db.updateTable('queue_call').set({ outcome: 'overflowed', agent_id: null }).where('id', 'in', ids).execute();
  await db.updateTable('queue').set({ service_level_seconds: 5 }).where('tenant_id', '=', tenantId).execute();
  await db
    .deleteFrom('agent')
    .where('id', '=', tenant.agentIds[5] ?? 0)
    .execute();
  const mixed = await everyReport(tenant, day.endMs);
  expect(mixed).not.toEqual(byRows);
  await db.deleteFrom('queue_hour').where('tenant_id', '=', tenantId).execute();
  for (const table of ['agent_hour', 'agent_queue_hour', 'agent_pause_hour'] as const) {
    await db.deleteFrom(table).where('tenant_id', '=', tenantId).execute();
  }
  const hours = Array.from({ length: 24 }, (_, n) => ({
    tenant_id: tenantId,
    hour: new Date(startMs + n * 3_600_000),
  }));
  await db.insertInto('report_stale').values(hours).execute();
  expect(await everyReport(tenant, day.endMs)).toEqual(mixed);
  while ((await reports.rollUp()) > 0);
  expect(await everyReport(tenant, day.endMs)).toEqual(mixed);
});

describe('losing one event of a hundred does not go unnoticed', () => {
  async function checksFailed(kind: DayEvent['kind']): Promise<number> {
    let failed = 0;
    for (const seed of [1, 2, 3]) {
      const random = randomFrom(seed);
      const tenant = await dayTenant(db);
      const day = queueDay(seed, startMs);
      const events = day.events.filter((event) => event.kind !== kind || random() >= 0.01);
      await writeDay(db, tenant, { ...day, events });
      if ((await failedChecks(tenant, day.endMs + 120_000)).length > 0) failed++;
    }
    return failed;
  }

  test('of callers', async () => expect(await checksFailed('caller')).toBe(3));
  test('of agents', async () => expect(await checksFailed('agent')).toBe(3));
});

test('who waits over midnight waits on both days', async () => {
  const tenant = await dayTenant(db);
  const { tenantId: tenant_id } = tenant;
  const firstMs = Date.parse(`${date}T03:00:00.000Z`);
  const waits = [firstMs, firstMs + 86_400_000].map((midnightMs) => {
    const [entered_at, left_at] = [new Date(midnightMs - 60_000), new Date(midnightMs + 30_000)];
    const [id, call_id] = [crypto.randomUUID(), crypto.randomUUID()];
    return { tenant_id, id, call_id, queue: '033', entered_at, left_at, outcome: 'abandoned' };
  });
  await db.insertInto('queue_call').values(waits).execute();
  for (const again of [1, 2]) {
    const { total } = await everyReport(tenant, firstMs + 2 * 86_400_000);
    expect({ again, rows: total.rows }).toMatchObject({ again, rows: [{ offered: 1, longestWaitMs: 90_000 }] });
    expect(total.checks).toContainEqual({ name: 'littles_law', holds: true, expected: 90_000, found: 90_000 });
    while ((await reportsAt(firstMs).rollUp()) > 0);
  }
});

test('who still waits is counted as waiting, and counts in no share', async () => {
  const tenant = await dayTenant(db);
  const { tenantId } = tenant;
  const nowMs = startMs + 600_000;
  const base = { tenant_id: tenantId, queue: '033', entered_at: new Date(startMs) };
  const waiting = { ...base, id: crypto.randomUUID(), call_id: crypto.randomUUID() };
  const gone = { ...waiting, id: crypto.randomUUID(), left_at: new Date(startMs + 30_000), outcome: 'abandoned' };
  await db.insertInto('queue_call').values([waiting]).execute();
  await db.insertInto('queue_call').values([gone]).execute();
  const { total } = await everyReport(tenant, nowMs);
  expect(total.rows).toMatchObject([{ offered: 2, waiting: 1, abandoned: 1, abandonment: 1, serviceLevel: 0 }]);
  expect(total.checks.every(({ holds }) => holds)).toBe(true);
});
