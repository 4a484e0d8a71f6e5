import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/helpers/database.ts';
import { ManualClock } from '../../test/helpers/manual-clock.ts';
import { dayTenant, queueDay, writeDay } from '../../test/helpers/queue-day.ts';
import { createReports } from '../reports/service.ts';
import { readReportCommand, runReportCommand } from './report-commands.ts';

const database = await testDatabase();
const { db } = database;
const folder = mkdtempSync(join(tmpdir(), 'uira-reports-'));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database.close();
});
const [clock, timeZone] = [new ManualClock('2026-03-02T23:00:00.000Z'), 'America/Sao_Paulo'];
const reports = createReports({ database, clock, timeZone });
const tenant = await dayTenant(db);
await writeDay(db, tenant, queueDay(1, Date.parse('2026-03-02T11:00:00.000Z'), 100));
const run = (...args: string[]) =>
  runReportCommand({ reports, clock, timeZone }, tenant.tenantId, readReportCommand(args));

test("today's report is told as a table, and any as what another program reads", async () => {
  const [head, ...rows] = await run('queues');
  expect(head).toMatch(/^Período\s+Fila\s+Nome\s+Recebidas/);
  expect(rows.map((row) => row.trim().split(/\s+/)[0])).toEqual(['033', '034']);
  const [csv] = await run('agent-queues', '--from', '2026-03-02', '--by', 'day', '--format', 'csv', '--queue', '034');
  expect(csv?.split('\r\n')).toHaveLength(1 + 8);
  for (const report of ['agents', 'pauses', 'surveys', 'dispositions']) {
    expect((await run(report, '--until', '2026-03-02')).length).toBeGreaterThan(0);
  }
});

test('it is written to a file of the kind that its name says', async () => {
  for (const ending of ['csv', 'xlsx']) {
    const file = join(folder, `filas.${ending}`);
    expect(await run('queues', '--file', file)).toEqual([`${file} has 2 rows.`]);
    expect(readFileSync(file).subarray(0, 2).toString('hex')).toBe(ending === 'csv' ? 'efbb' : '504b');
  }
});

test('what was not written is said beside the figures', async () => {
  await db.deleteFrom('agent_state').where('tenant_id', '=', tenant.tenantId).where('state', '=', 'talking').execute();
  expect((await run('queues')).at(-1)).toMatch(/^Not everything was written: talks_known should be 0 and is \d+\.$/);
});

test('a wrong command says how it is used', () => {
  for (const args of [
    [],
    ['calls'],
    ['queues', '--by', 'week'],
    ['queues', '--from', 'yesterday'],
    ['queues', '--sort', 'pin_hash'],
    ['queues', '--per', 'agent'],
    ['queues', '--format', 'xlsx'],
    ['queues', '--file', 'report.pdf'],
  ]) {
    expect(() => readReportCommand(args)).toThrow(/Use: npm run reports/);
  }
});
