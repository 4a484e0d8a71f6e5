import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { describeMachine } from '../../ivr/machine.ts';
import { resultsFolder } from '../../ivr/places.ts';
import { type Contestant, startContestant } from '../contestants.ts';
import { startDatabase } from '../database.ts';
import { multiplySubscribers } from './many-subscribers.ts';
import { type Reading, readList } from './reading.ts';

const subscribers = 200_000;
const mostGrownMb = 64;
const pauseMs = 20_000;

/**
 * Measures `cliente/all` with 200,000 subscribers: made anew, asked again within the minute, a part of it, and a part that is
 * read slowly. `docs/benchmarks.md` says what was found.
 */
export async function measureWholeList(port: number, progress: (what: string) => void): Promise<void> {
  const machine = describeMachine();
  const stops: (() => Promise<void>)[] = [];
  const readings: Record<string, Reading> = {};
  let longestTransactionS = 0;
  try {
    progress('filling the database');
    const database = await startDatabase();
    stops.push(() => database.stop());
    const count = await multiplySubscribers(database.url, subscribers);
    progress(`${count} subscribers`);
    const file = join(import.meta.dirname, '../our-server.ts');
    const ours = await startContestant('ours', file, port, [database.url, database.timeZone]);
    stops.push(() => ours.stop());
    const token = await logIn(ours, database.credentials.hubsoft);
    const read = async (name: string, query: string, wait = 0): Promise<void> => {
      progress(name);
      readings[name] = await readList(ours, database.pid, { query, token, pauseMs: wait });
    };
    // What is compiled, planned and allocated with the first requests is not counted as growth.
    for (let i = 0; i < 10; i++) await readList(ours, database.pid, { query: '?limit=5000', token });
    await read('made', '');
    await read('again', '');
    await read('part', '?data_inicio=2000-01-01');
    const watch = watchTransactions(database.url);
    await read('part, read slowly', '?data_inicio=2000-01-01', pauseMs);
    longestTransactionS = await watch.stop();
  } finally {
    for (const stop of stops.toReversed()) await stop();
  }
  const report = { machine, api: 'hubsoft-all', subscribers, mostGrownMb, longestTransactionS, readings };
  mkdirSync(resultsFolder, { recursive: true });
  const file = join(resultsFolder, `api-hubsoft-all-${String(machine['date']).replaceAll(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  console.log(table(readings));
  console.log(`Longest transaction while it is read slowly: ${longestTransactionS.toFixed(2)} s`);
  console.log(`The same bytes again: ${readings['made']?.sha256 === readings['again']?.sha256 ? 'yes' : 'NO'}`);
  console.log(`Most growth: ${mostGrowth(readings).toFixed(0)} MB (goal: under ${mostGrownMb})\n\nWritten to ${file}`);
}

function mostGrowth(readings: Readonly<Record<string, Reading>>): number {
  return Math.max(...Object.values(readings).map(({ grownMb }) => grownMb));
}

function table(readings: Readonly<Record<string, Reading>>): string {
  const lines = Object.entries(readings).map(([name, each]) => {
    const { megabytes, firstByteS, totalS, oursCpuMs, postgresCpuMs, othersLoad, grownMb } = each;
    const cells = [megabytes.toFixed(0), firstByteS.toFixed(2), totalS.toFixed(1), oursCpuMs, postgresCpuMs];
    return `| ${name} | ${cells.join(' | ')} | ${othersLoad.toFixed(1)} | ${grownMb.toFixed(0)} |`;
  });
  const head =
    '| list | MB | first byte, s | whole, s | our CPU, ms | PostgreSQL’s, ms | others, processors | memory grown, MB |';
  return [head, '| --- | --- | --- | --- | --- | --- | --- | --- |', ...lines].join('\n');
}

/** As a program does. */
async function logIn(ours: Contestant, credentials: object): Promise<string> {
  const answer = await fetch(`${ours.url}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'password', ...credentials }),
  });
  const { access_token: token } = (await answer.json()) as { access_token?: string };
  if (token === undefined) throw new Error(`Ours gave no token: ${answer.status}`);
  return token;
}

const oldestTransaction = `
  select coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0)::float8 as open from pg_stat_activity
   where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`;

/** How long a transaction of anyone's stays open at the most. */
function watchTransactions(url: string): { stop(): Promise<number> } {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  let longestS = 0;
  const look = async (): Promise<void> => {
    const { rows } = await pool.query<{ open: number }>(oldestTransaction);
    longestS = Math.max(longestS, rows[0]?.open ?? 0);
  };
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, 250);
  return {
    stop: async () => {
      clearInterval(timer);
      await looking;
      await pool.end();
      return longestS;
    },
  };
}
