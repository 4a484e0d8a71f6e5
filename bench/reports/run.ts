/**
 * `npm run bench:reports -- [--calls 1000000] [--rounds 100]`: how long reports of many calls take, beside SQL that was written by
 * hand for each: the same sums from the same roll-ups, without marks, without what is open, without
 * holding anything against anything, without figures.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { agentReportQuery, queueReportQuery } from '../../src/reports/schemas.ts';
import { createReports, type Reports } from '../../src/reports/service.ts';
import { type DatabaseConnection, openDatabase } from '../../src/storage/database.ts';
import { startPostgres } from '../../src/storage/embedded-postgres.ts';
import { migrate } from '../../src/storage/migrate.ts';
import { quantile } from '../ivr/figures.ts';
import { describeMachine } from '../ivr/machine.ts';
import { resultsFolder } from '../ivr/places.ts';
import { table } from '../table.ts';
import { agentSums, queueSums, queueSumsOfRows } from './by-hand.ts';
import { firstDay, makeManyCalls } from './many-calls.ts';

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '100' } },
});
const [calls, rounds] = [Number(values.calls), Number(values.rounds)];
const timeZone = 'America/Sao_Paulo';
const home = mkdtempSync(join(tmpdir(), 'uira-bench-reports-'));
const server = await startPostgres({ home });
const connection = openDatabase(server.url, silentLogger, 4);
const began = performance.now();
const told = (what: string) => console.log(`${((performance.now() - began) / 1_000).toFixed(0)} s: ${what}`);
try {
  await migrate(server.url);
  const tenantId = await makeManyCalls(connection.db, calls, told);
  const figures = await measure(
    connection,
    createReports({ db: connection.db, clock: systemClock, timeZone }),
    tenantId,
  );
  console.log(JSON.stringify(describeMachine()));
  const shown = (ms: number) => ms.toFixed(1);
  console.log(
    table(
      ['report', 'rows', 'ours p50 ms', 'p99', 'by hand p50', 'p99', 'ours : by hand, p99', 'from the rows, once'],
      figures.map(({ what, rows, ours, hand, fromRowsMs }) => [
        what,
        String(rows),
        shown(ours.p50),
        shown(ours.p99),
        shown(hand.p50),
        shown(hand.p99),
        (ours.p99 / hand.p99).toFixed(2),
        fromRowsMs === undefined ? '' : shown(fromRowsMs),
      ]),
    ),
  );
  mkdirSync(resultsFolder, { recursive: true });
  const file = join(resultsFolder, `reports-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify({ machine: describeMachine(), calls, rounds, figures }, null, 2)}\n`);
} finally {
  await connection.close();
  await server.stop();
  rmSync(home, { recursive: true, force: true });
}

async function measure({ pool }: DatabaseConnection, reports: Reports, tenantId: number) {
  const year = { from: firstDay, until: '2024-12-29' } as const;
  const month = { from: '2024-06-01', until: '2024-06-30' } as const;
  const all = [
    { name: 'queues, a year', days: year, by: 'total' },
    { name: 'queues, a year by the day', days: year, by: 'day' },
    { name: 'queues, a month by the hour', days: month, by: 'hour' },
    { name: 'agents, a year', days: year, by: 'total' },
    { name: 'agents, a month by the day', days: month, by: 'day' },
  ] as const;
  const figures = [];
  for (const { name, days, by } of all) {
    const isOfQueues = name.startsWith('queues');
    const ours = async () => {
      const report = isOfQueues
        ? await reports.queues(tenantId, queueReportQuery.parse({ ...days, by }))
        : await reports.agents(tenantId, agentReportQuery.parse({ ...days, by }));
      if (!report.checks.every(({ holds }) => holds)) throw new Error(`${name}: ${JSON.stringify(report.checks)}`);
      return report.rows.length;
    };
    const sums = isOfQueues ? queueSums : agentSums;
    const hand = async () => (await pool.query(sums(by), [tenantId, days.from, days.until, timeZone])).rows.length;
    const [oursMs, handMs]: number[][] = [[], []];
    const rows = await ours();
    if ((await hand()) !== rows) throw new Error(`${name}: not the same rows by hand`);
    for (let round = 0; round < rounds; round++) {
      // They take turns, each being first as often.
      for (const [work, ms] of round % 2 === 0
        ? ([
            [ours, oursMs],
            [hand, handMs],
          ] as const)
        : ([
            [hand, handMs],
            [ours, oursMs],
          ] as const)) {
        const from = performance.now();
        await work();
        ms?.push(performance.now() - from);
      }
    }
    const of = (ms: readonly number[] = []) => ({ p50: quantile(ms, 0.5), p99: quantile(ms, 0.99) });
    const from = performance.now();
    if (isOfQueues) await pool.query(queueSumsOfRows(by), [tenantId, days.from, days.until, timeZone]);
    const fromRowsMs = isOfQueues ? performance.now() - from : undefined;
    figures.push({ what: name, rows, ours: of(oursMs), hand: of(handMs), fromRowsMs });
    told(name);
  }
  return figures;
}
