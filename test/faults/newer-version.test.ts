import { cp, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LiveQueue } from '../../src/queues/schemas.ts';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from '../phone/caller.ts';
import { Agent, hearEachOther } from './agent.ts';
import { flawsOf, leftovers, newestCalls, nothing } from './inside.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** What needs the tables that calls are written to, for itself alone. */
const migration = `
alter table call add column newer text not null default 'yes';
alter table call_step add column newer integer;
alter table queue_call alter column priority type bigint;
create index call_newer on call (newer);
`;

let system: TestSystem;
/** A copy of this version, which becomes a newer one by a change of the database more. */
let checkout: string;
beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'uira-newer-'));
  for (const name of await readdir(root)) {
    if (name === 'src') await cp(join(root, name), join(checkout, name), { recursive: true });
    else if (name !== '.git') await symlink(join(root, name), join(checkout, name));
  }
  system = await TestSystem.start({}, checkout);
});
afterAll(async () => {
  await system.stop();
  await rm(checkout, { recursive: true });
});

test('a newer version that changes the database takes the place of the older one while calls go on, and none of them is lost', async () => {
  await system.api('/api/agents/101/login', 'POST', { extension: '1001' });
  await system.api('/api/agents/101/pause', 'POST', { reason: 'Café' });
  const waiting = await Caller.call(system, '033', { line: 0 });
  const agent = await Agent.ready(system, '1002', { line: 1 });
  const talking = await Caller.call(system, '1002', { line: 2 });
  await agent.answers();
  const choosing = await Caller.call(system, '2222', { line: 3 });
  await choosing.press(`${system.subscriber('active').document}#`);
  await choosing.hears('main_menu');

  await system.killControlPlane();
  await writeFile(join(checkout, 'src', 'storage', 'migrations', '9999_newer.sql'), migration);
  await system.startControlPlane();
  await hearEachOther(talking.phone, agent.phone);
  await choosing.press('2');
  await choosing.hears('support_online');
  const answering = await Agent.ready(system, '1001', { line: 4 });
  await system.api('/api/agents/101/ready', 'POST');
  await answering.answers();
  await hearEachOther(waiting.phone, answering.phone);
  const { queues } = (await (await system.api('/api/queues/live')).json()) as { queues: LiveQueue[] };
  expect(queues.flatMap((queue) => queue.waiting)).toEqual([]);

  await Promise.all([talking, choosing, waiting].map((caller) => caller.hangUp()));
  await Promise.all([agent.hungUp(), answering.hungUp()]);
  await expect.poll(() => leftovers(system)).toEqual(nothing);
  const { db } = await system.database();
  const { rows } = await sql`select newer from call`.execute(db);
  expect(rows).toEqual(Array.from({ length: 3 }, () => ({ newer: 'yes' })));
  const calls = await newestCalls(system, 3);
  expect(calls.map(({ endReason }) => endReason)).toEqual(Array.from({ length: 3 }, () => 'caller_hung_up'));
  expect(calls.flatMap(flawsOf)).toEqual([]);
});
