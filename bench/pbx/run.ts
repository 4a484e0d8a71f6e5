/**
 * `npm run bench:pbx -- [--calls 1000000]`: how long the Intelbras PBX's API takes to tell of a thousand extensions and to
 * read reports out of many calls, asked over HTTPS as programs do, one request after the other.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Agent, fetch } from 'undici';
import { silentLogger } from '../../src/kernel/logger.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { startPostgres } from '../../src/storage/embedded-postgres.ts';
import { OurSystem } from '../exchange/ours.ts';
import { describeMachine } from '../ivr/machine.ts';
import { emptyHomes, ports, resultsFolder } from '../ivr/places.ts';
import { table } from '../table.ts';

const { values } = parseArgs({ options: { calls: { type: 'string', default: '1000000' } } });
const calls = Number(values.calls);
const extensions = 1_000;
const asked = 400;

await emptyHomes();
const ours = await OurSystem.start();
const dispatcher = new Agent({ connect: { rejectUnauthorized: false }, connections: 1 });
try {
  await makeExtensions();
  await makeCalls();
  const ask = async (acao: string, fields: object = {}): Promise<unknown[]> => {
    const body = JSON.stringify({ acao, ...ours.demo.intelbras, ...fields });
    const answer = await fetch(`https://127.0.0.1:${ports.ours.https}/api.php`, { method: 'POST', body, dispatcher });
    return (await answer.json()) as unknown[];
  };
  const day = () =>
    `${2021 + Math.floor(Math.random() * 4)}-06-${String(1 + Math.floor(Math.random() * 28)).padStart(2, '0')}`;
  const figures = [
    await measure('statusramais, 1,000 extensions', extensions, () => ask('statusramais')),
    await measure('statusreport, 500 rows from some day on', 500, () => ask('statusreport', { datainicial: day() })),
    await measure('statusreport, one call by its id', 1, () =>
      ask('statusreport', { id: `1600000000.${1 + Math.floor(Math.random() * calls)}` }),
    ),
  ];
  const cells = figures.map(({ what, p50, p99 }) => [what, p50.toFixed(1), p99.toFixed(1)]);
  console.log(table([`${calls.toLocaleString('en')} calls, ms`, 'p50', 'p99'], cells));
  mkdirSync(resultsFolder, { recursive: true });
  const file = join(resultsFolder, `pbx-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify({ machine: describeMachine(), calls, figures }, null, 2)}\n`);
} finally {
  await dispatcher.close();
  await ours.stop();
  // Ten million calls take six gigabytes.
  await emptyHomes();
}

async function makeExtensions(): Promise<void> {
  const waiting = Array.from({ length: extensions - ours.demo.extensions.length }, (_, i) => String(50_000 + i));
  const make = async (): Promise<void> => {
    for (let number = waiting.shift(); number !== undefined; number = waiting.shift()) {
      await ours.ask('POST', 'extensions', { number, callerName: `Ramal ${number}` });
    }
  };
  await Promise.all(Array.from({ length: 8 }, make));
}

/** Five years of calls, evenly spread. */
async function makeCalls(): Promise<void> {
  const server = await startPostgres({ home: ours.home });
  server.release();
  const database = openDatabase(server.url, silentLogger, 1);
  // Rows first, and their indexes at once afterwards: ten million took four times as long with both together. The key stays,
  // and comes in its own order.
  const indexes = await database.pool.query<{ name: string; text: string }>(
    `select indexname as name, indexdef as text from pg_indexes where schemaname = 'public' and tablename = 'call'
       and indexname <> 'call_pkey'`,
  );
  for (const { name } of indexes.rows) await database.pool.query(`drop index ${name}`);
  await database.pool.query("set session_replication_role = replica; set maintenance_work_mem = '512MB'");
  await database.pool.query(
    `insert into call (tenant_id, id, channel_id, uniqueid, direction, started_at, answered_at, ended_at, end_reason,
       caller_number, dialled, answered_by, ring_ms, wait_ms, talk_ms, hold_ms)
     select 1, ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'uirapuru-1600000000.' || n, '1600000000.' || n, 'inbound', ended - interval '3 min',
       ended - interval '2 min', ended, 'caller_hung_up', '34999990000', '2222', '1001', 9000, 60000, 120000, 0
     from generate_series(1, $1::integer) n,
       lateral (select timestamptz '2021-01-01' + n / $1::float8 * interval '1826 days' as ended) as e`,
    [calls],
  );
  for (const { text } of indexes.rows) await database.pool.query(text);
  await database.pool.query('vacuum analyze call');
  await database.close();
}

async function measure(what: string, rows: number, work: () => Promise<unknown[]>) {
  const times: number[] = [];
  for (let i = 0; i < asked; i++) {
    const from = performance.now();
    const answer = await work();
    times.push(performance.now() - from);
    if (answer.length !== rows) throw new Error(`${what}: ${answer.length} rows instead of ${rows}`);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { what, p50: at(0.5), p99: at(0.99) };
}
