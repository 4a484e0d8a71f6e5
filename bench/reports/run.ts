/**
 * `npm run bench:reports -- [--calls 1000000] [--rounds 100] [--home folder]`: how long reports of many calls take, beside SQL that was
 * written by hand for each: the same rows from the same roll-ups, without marks, without what is open, without holding
 * anything against anything, without figures. Refused where the sums are not the same, by hand and from the calls themselves.
 * A home that is given is kept, and used again with what it holds.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { createReports, type Reports } from '../../src/reports/service.ts';
import { type Database, type DatabaseConnection, openDatabase } from '../../src/storage/database.ts';
import { startPostgres } from '../../src/storage/embedded-postgres.ts';
import { migrate } from '../../src/storage/migrate.ts';
import { quantile } from '../ivr/figures.ts';
import { describeMachine } from '../ivr/machine.ts';
import { resultsFolder } from '../ivr/places.ts';
import { table } from '../table.ts';
import { assertSame, contests } from './contests.ts';
import { makeManyCalls, manyCallsTenant } from './many-calls.ts';

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '100' },
    home: { type: 'string' },
  },
});
const [calls, rounds] = [Number(values.calls), Number(values.rounds)];
const timeZone = 'America/Sao_Paulo';
/** Of what takes so little time the slowest of a hundred are those in which the machine did something else: it is asked more often. */
const [shortMs, moreOfShort] = [10, 10];
const home = values.home ?? mkdtempSync(join(tmpdir(), 'uira-bench-reports-'));
const server = await startPostgres({ home });
const connection = openDatabase(server.url, silentLogger, 4);
const began = performance.now();
const told = (what: string) => console.log(`${((performance.now() - began) / 1_000).toFixed(0)} s: ${what}`);
try {
  await migrate(server.url);
  const tenantId = (await tenantOf(connection.db)) ?? (await makeManyCalls(connection.db, calls, told));
  const reports = createReports({ database: connection, clock: systemClock, timeZone });
  await rollUpAll(connection.db, reports);
  const figures = await measure(connection, reports, tenantId);
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
  if (values.home === undefined) rmSync(home, { recursive: true, force: true });
}

async function measure({ pool }: DatabaseConnection, reports: Reports, tenantId: number) {
  const figures = [];
  for (const { name, days, ours, sql, fromRows } of contests(reports, tenantId)) {
    const asked = [tenantId, days.from, days.until, timeZone];
    const hand = async (text: string) => (await pool.query<Record<string, unknown>>(text, asked)).rows;
    const rows = await ours();
    assertSame(name, rows, await hand(sql));
    const from = performance.now();
    const raw = fromRows === undefined ? undefined : await hand(fromRows);
    const fromRowsMs = raw === undefined ? undefined : performance.now() - from;
    // Who came in one hour and waits in the next one is known there to the roll-ups, and to nobody who counts who came.
    if (raw !== undefined)
      assertSame(
        `${name}, from the calls`,
        rows.filter(({ offered }) => offered !== 0),
        raw,
      );
    const contestants = [
      { work: ours, ms: [] as number[] },
      { work: () => hand(sql), ms: [] as number[] },
    ] as const;
    const tried = performance.now();
    await hand(sql);
    const often = performance.now() - tried < shortMs ? rounds * moreOfShort : rounds;
    for (let round = 0; round < often; round++) {
      // They take turns, each being first as often.
      for (const { work, ms } of round % 2 === 0 ? contestants : contestants.toReversed()) {
        const start = performance.now();
        await work();
        ms.push(performance.now() - start);
      }
    }
    const of = ({ ms }: { readonly ms: readonly number[] }) => ({ p50: quantile(ms, 0.5), p99: quantile(ms, 0.99) });
    figures.push({ what: name, rows: rows.length, ours: of(contestants[0]), hand: of(contestants[1]), fromRowsMs });
    told(name);
  }
  return figures;
}

/** As the product does each minute, until nothing is left to be worked out. */
async function rollUpAll(db: Database, reports: Reports): Promise<void> {
  let hours = 0;
  for (let worked = await reports.rollUp(); worked > 0; worked = await reports.rollUp()) {
    hours += worked;
    told(`${hours} hours rolled up`);
  }
  if (hours > 0) await sql`vacuum analyze`.execute(db);
}

/** The tenant of an earlier run. */
async function tenantOf(db: Database): Promise<number | undefined> {
  const row = await db.selectFrom('tenant').select('id').where('name', '=', manyCallsTenant).executeTakeFirst();
  return row?.id;
}
