import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ShownAgent } from '../../src/agents/schemas.ts';
import type { LiveQueue } from '../../src/queues/schemas.ts';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from '../phone/caller.ts';
import { Agent, hearEachOther, longestSilenceOf } from './agent.ts';
import { leftovers, nothing } from './inside.ts';

/** The music goes on in Asterisk meanwhile, and has pauses of its own. */
const longestSilenceMs = 3_000;

let system: TestSystem;
beforeAll(async () => {
  system = await TestSystem.start();
});
afterAll(() => system.stop());

async function ask<T>(path: string, method = 'GET', body?: object): Promise<T> {
  const response = await system.api(path, method, body);
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

async function waiting(): Promise<string[]> {
  const { queues } = await ask<{ queues: LiveQueue[] }>('/api/queues/live');
  return queues.flatMap((queue) => queue.waiting.map(({ since }) => since));
}

/** Places as they are written, some milliseconds behind what is shown: a process that is killed loses what is not written. */
async function stored(): Promise<string[]> {
  const { db } = await system.database();
  const rows = await db.selectFrom('queue_call').select('entered_at').orderBy('entered_at').execute();
  return rows.map((row) => row.entered_at.toISOString());
}

function untilState(state: ShownAgent['state']): Promise<void> {
  const stateNow = async () => (await ask<ShownAgent>('/api/agents/101')).state;
  return expect.poll(stateNow, { timeout: 15_000 }).toBe(state);
}

/** `kill -9`, and up again. */
async function killAndStart(): Promise<void> {
  await system.killControlPlane();
  await system.startControlPlane();
}

test('whoever waits, rings, talks or wraps up when the control plane is killed goes on where it was', async () => {
  await ask('/api/queues/033', 'PATCH', { wrapUpSeconds: 5, announceSeconds: 0, ringSeconds: 60 });
  await ask('/api/agents/101/login', 'POST', { extension: '1001' });
  await ask('/api/agents/101/pause', 'POST', { reason: 'Café' });

  // Queueing: places and music.
  const first = await Caller.call(system, '033', { line: 4 });
  await expect.poll(waiting).toHaveLength(1);
  const second = await Caller.call(system, '033', { line: 6 });
  await expect.poll(waiting).toHaveLength(2);
  const before = await waiting();
  await expect.poll(stored).toEqual(before);
  const begun = performance.now();
  await killAndStart();
  await expect.poll(waiting).toEqual(before);
  for (const { phone } of [first, second]) await phone.hears('sound');
  for (const caller of [first, second]) expect(longestSilenceOf(caller.phone, begun)).toBeLessThan(longestSilenceMs);
  expect(await ask<ShownAgent>('/api/agents/101')).toMatchObject({
    state: 'paused',
    reason: 'Café',
    extension: '1001',
  });

  // Ringing: the phone rings again, for the same caller.
  const agent = await Agent.ready(system, '1001', { line: 1, rings: 5_000, calls: 2 });
  await ask('/api/agents/101/ready', 'POST');
  await agent.rings();
  await killAndStart();
  await agent.answers(30_000);
  await untilState('talking');
  expect(await waiting()).toEqual(before.slice(1));

  // Talking: nobody hears anything of it.
  await killAndStart();
  await hearEachOther(first.phone, agent.phone);
  await untilState('talking');
  await first.hangUp();
  await untilState('wrap_up');
  await agent.leave();

  // Wrapping up: it ends when it would have, and the next caller's turn comes.
  await killAndStart();
  const next = await Agent.ready(system, '1001', { line: 1 });
  await next.answers(30_000);
  await untilState('talking');
  await second.hangUp();
  await next.hungUp();
  await untilState('available');
  await ask('/api/agents/101/logout', 'POST', {});
  await expect.poll(() => leftovers(system)).toEqual(nothing);

  const { db } = await system.database();
  const states = await db.selectFrom('agent_state').selectAll().orderBy('started_at').execute();
  const gaps = states.filter((row, n) => n > 0 && states[n - 1]?.ended_at?.getTime() !== row.started_at.getTime());
  expect(gaps).toEqual([]);
  expect(states.at(-1)).toMatchObject({ state: 'logged_out', ended_at: null });
  const rows = await db.selectFrom('queue_call').selectAll().orderBy('entered_at').execute();
  expect(rows).toMatchObject([
    { outcome: 'answered', extension: '1001' },
    { outcome: 'answered', extension: '1001' },
  ]);
  expect(rows.filter((row) => row.talked_until === null || row.agent_id === null)).toEqual([]);
});
