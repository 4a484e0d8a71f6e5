import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { type PostgresServer, startPostgres } from './embedded-postgres.ts';

const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
});

async function newHome(below = '/tmp'): Promise<string> {
  const home = await mkdtemp(join(below, 'uirapuru-test-'));
  ending.push(() => rm(home, { recursive: true, force: true }));
  return home;
}

async function started(home: string): Promise<PostgresServer> {
  const server = await startPostgres({ home });
  ending.push(() => server.stop());
  return server;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** A process that starts the home's server and holds on to it, as a control plane does. */
async function otherProcess(home: string): Promise<ChildProcess> {
  const module = new URL('./embedded-postgres.ts', import.meta.url).href;
  const code = `const { startPostgres } = await import(${JSON.stringify(module)});
    await startPostgres({ home: ${JSON.stringify(home)} });
    console.log('ready');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

test('what is written is there after a restart', async () => {
  const home = await newHome();
  const first = await startPostgres({ home });
  await query(first.url, 'create table kept as select 42 as answer');
  await first.stop();
  expect(first.isAlive()).toBe(false);
  const second = await started(home);
  expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('the database works in a folder that only its owner may enter, such as below /root', async () => {
  const closed = await newHome(homedir());
  await chmod(closed, 0o700);
  const server = await started(closed);
  expect(await query(server.url, 'select current_user as me')).toEqual([{ me: 'uirapuru' }]);
});

test('root has a database where containers forbid user namespaces, also on a home made where they do not', async () => {
  const home = await newHome(homedir());
  const usual = await startPostgres({ home });
  await query(usual.url, 'create table kept as select 42 as answer');
  await usual.stop();
  // A machine on which unshare(1) fails.
  const programs = await newHome();
  await writeFile(join(programs, 'unshare'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const path = process.env['PATH'] ?? '';
  process.env['PATH'] = `${programs}:${path}`;
  ending.push(async () => {
    process.env['PATH'] = path;
  });
  const server = await started(home);
  expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('the server survives a killed control plane, and the next one takes it over', async () => {
  const home = await newHome();
  const killed = await otherProcess(home);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  const server = await started(home);
  expect(server.adopted).toBe(true);
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a killed server runs again within seconds', async () => {
  const server = await started(await newHome());
  const before = server.pid;
  process.kill(before, 'SIGKILL');
  await expect.poll(() => server.pid !== before && server.isAlive(), { timeout: 5_000 }).toBe(true);
  await expect
    .poll(() => query(server.url, 'select 1 as one').catch(() => 'not yet'), { timeout: 5_000 })
    .toEqual([{ one: 1 }]);
});

test('a process id left over from before a reboot does not keep the database from starting', async () => {
  const home = await newHome();
  const first = await startPostgres({ home });
  await first.stop();
  // A living process that is not PostgreSQL now has the number in the file.
  await writeFile(join(home, 'postgres', 'postmaster.pid'), `${process.pid}\n${join(home, 'postgres')}\n`, {
    mode: 0o600,
  });
  const server = await started(home);
  expect(server.isAlive()).toBe(true);
});

test('two homes side by side have databases of their own', async () => {
  const [one, two] = await Promise.all([started(await newHome()), started(await newHome())]);
  await query(one.url, 'create table mine as select 1');
  expect(await query(two.url, "select to_regclass('mine') as found")).toEqual([{ found: null }]);
});
