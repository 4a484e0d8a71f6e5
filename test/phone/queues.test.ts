import { afterAll, beforeAll, expect, test } from 'vitest';
import { agentChanged, type ShownAgent } from '../../src/agents/schemas.ts';
import type { LiveQueue } from '../../src/queues/schemas.ts';
import { windowOpened } from '../../src/screen-pop/schemas.ts';
import type { Database } from '../../src/storage/database.ts';
import { Agent, hearEachOther } from '../faults/agent.ts';
import { LiveClient } from '../helpers/live-client.ts';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from './caller.ts';
import { callAs } from './menu-ways.ts';
import { Scenario } from './scenario.ts';
import { runSipp } from './sipp.ts';

let system: TestSystem;
let db: Database;
beforeAll(async () => {
  system = await TestSystem.start();
  ({ db } = await system.database());
});
afterAll(() => system.stop());

/** What the API answers, which must be no error. */
async function ask<T>(path: string, method = 'GET', body?: object): Promise<T> {
  const response = await system.api(path, method, body);
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** Logs an agent of the demo in at the extension of the same end, with the PIN. */
function logIn(code: string): Promise<ShownAgent> {
  const { pin, extension } = system.demo.agents.find((one) => one.code === code) ?? { pin: '', extension: '' };
  return ask(`/api/agents/${code}/login`, 'POST', { extension, pin });
}

async function untilState(code: string, state: ShownAgent['state']): Promise<ShownAgent> {
  await expect.poll(async () => (await ask<ShownAgent>(`/api/agents/${code}`)).state, { timeout: 10_000 }).toBe(state);
  return ask(`/api/agents/${code}`);
}

async function queueNow(): Promise<LiveQueue> {
  const { queues } = await ask<{ queues: LiveQueue[] }>('/api/queues/live');
  const queue = queues.find(({ number }) => number === '033');
  if (queue === undefined) throw new Error('There is no queue 033');
  return queue;
}

function rowsOf(callId: string) {
  return db.selectFrom('queue_call').selectAll().where('call_id', '=', callId).execute();
}

test('callers wait, are told their places, and are answered one after the other, the last by a call back', async () => {
  await ask('/api/queues/033', 'PATCH', { wrapUpSeconds: 600, announceSeconds: 60 });
  expect((await logIn('101')).state).toBe('available');
  const url = `ws://127.0.0.1:${system.httpPort}/api/live?extension=1001`;
  const screen = await LiveClient.open(url, { token: system.demo.api.token });

  // The first is answered at once, and keeps the agent in wrap-up.
  const phone = await Agent.ready(system, '1001', { line: 1 });
  const first = await Caller.call(system, '033', { line: 4 });
  await phone.answers();
  await untilState('101', 'talking');
  await first.hangUp();
  await phone.hungUp();
  const { callId } = await untilState('101', 'wrap_up');
  const tabs = { tab1: 'Suporte', tab2: 'Sem sinal', tab3: null };
  await ask(`/api/agents/101/calls/${callId}/disposition`, 'PUT', tabs);
  expect(await rowsOf(callId ?? '')).toMatchObject([{ outcome: 'answered', extension: '1001', ...tabs }]);

  // The second waits, with the position and what is expected; the third behind it wants to be called back.
  const second = await callAs(system, 'active', 0, '3');
  await second.hears('queue_next');
  await second.hears('queue_wait-1');
  const third = await Caller.call(system, '033', { line: 6 });
  await third.hears('queue_ahead-1');
  await third.answers('queue_offer_callback', '1');
  await third.answers('callback_number_confirm-1', '1');
  await third.hears('callback_registered');
  await third.hangUp();
  await expect.poll(async () => (await queueNow()).waiting.map(({ isCallback }) => isCallback)).toEqual([false, true]);

  // Free again, the agent is rung for the second, with the window about the subscriber.
  const heardBefore = screen.heard.length;
  const again = await Agent.ready(system, '1001', { line: 1, hangsUpAfterMs: 1_500 });
  await ask('/api/agents/101/ready', 'POST');
  await again.answers();
  await hearEachOther(second.phone, again.phone);
  const told = screen.heard.slice(heardBefore);
  const opened = told.find(({ type }) => type === 'window.opened');
  const { caller } = windowOpened.parse(opened?.data).window;
  const states = told
    .filter(({ type }) => type === 'agent.changed')
    .map(({ data }) => agentChanged.parse(data).agent.state);
  expect(states).toEqual(['available', 'ringing', 'talking']);
  await second.answers('survey_ask', '9#');
  await second.hears('survey_thanks');
  await second.hungUp();
  await again.leave();
  await untilState('101', 'wrap_up');
  const { id, contractId } = await second.record();
  expect(caller).toMatchObject({ contractId, connection: { state: 'online' } });
  expect(contractId).not.toBeNull();
  expect(await db.selectFrom('survey_answer').select(['score', 'queue']).where('call_id', '=', id).execute()).toEqual([
    { score: 9, queue: '033' },
  ]);

  // The third's turn: the agent first, then the caller.
  const last = await Agent.ready(system, '1001', { line: 1 });
  const home = await Agent.ready(system, '2001', { line: 6 });
  await ask('/api/agents/101/ready', 'POST');
  await last.answers();
  await home.answers();
  await hearEachOther(last.phone, home.phone);
  expect((await queueNow()).waiting).toEqual([]);
  await home.leave();
  await last.leave();
  screen.lose();
  await ask('/api/agents/101/logout', 'POST', {});
});

test('an agent whose phone is not there, or who lets it ring, is paused and says why; the caller goes on waiting', async () => {
  await ask('/api/queues/033', 'PATCH', { announceSeconds: 0, ringSeconds: 5, misses: 1, callback: false });
  await logIn('102');
  const caller = await Caller.call(system, '033', { line: 4 });
  expect(await untilState('102', 'paused')).toMatchObject({ reason: 'phone_unreachable', extension: '1002' });
  await expect.poll(async () => (await queueNow()).waiting.length).toBe(1);

  const phone = await Agent.ready(system, '1002', { line: 2, rings: 60_000 });
  await ask('/api/agents/102/ready', 'POST');
  await phone.rings();
  expect(await untilState('102', 'paused')).toMatchObject({ reason: 'no_answer' });
  await phone.leave();
  await caller.hangUp();
  const { id } = await caller.record();
  expect(await rowsOf(id)).toMatchObject([{ outcome: 'abandoned', offers: 2, agent_id: null }]);

  // Free, with a phone that goes away without a word to us.
  await ask('/api/agents/102/ready', 'POST');
  const target = `127.0.0.1:${system.sipPort}`;
  const gone = new Scenario().register(system.account('1002'), 0);
  await runSipp({ scenario: gone, target, port: system.phonePorts + 2 });
  await expect
    .poll(async () => (await ask<ShownAgent>('/api/agents/102')).reason, { timeout: 20_000 })
    .toBe('phone_unreachable');
});

test('an agent logs in, pauses and logs out at a phone, by codes and with the PIN', async () => {
  const pin = system.demo.agents.find(({ code }) => code === '103')?.pin ?? '';
  const atPhone = async (number: string, heard: string): Promise<void> => {
    const phone = await Caller.call(system, number, { line: 4 });
    if (number.startsWith('*55')) await phone.answers('agent_ask_pin', `${pin}#`);
    await phone.hears(heard);
    await phone.hangUp();
  };
  await atPhone('*55103', 'agent_logged_in');
  expect(await ask<ShownAgent>('/api/agents/103')).toMatchObject({ state: 'available', extension: '2001' });
  await atPhone('*571', 'agent_paused');
  expect(await ask<ShownAgent>('/api/agents/103')).toMatchObject({ state: 'paused', reason: 'Almoço' });
  await atPhone('*56', 'agent_logged_out');
  await atPhone('*58', 'agent_refused');
  expect((await ask<ShownAgent>('/api/agents/103')).state).toBe('logged_out');
  const logged = await db.selectFrom('call_step').select('digits').where('kind', '=', 'agent_code').execute();
  expect(JSON.stringify(logged)).not.toContain(pin);
});

test('a supervisor hears a talk, is heard by the agent alone, or by both; the talk goes on without', async () => {
  await ask('/api/queues/033', 'PATCH', { survey: false, wrapUpSeconds: 0 });
  const agent = await Agent.ready(system, '1002', { line: 2 });
  await logIn('102');
  await ask('/api/agents/102/ready', 'POST');
  const caller = await Caller.call(system, '033', { line: 4 });
  await agent.answers();
  const { callId } = await untilState('102', 'talking');
  for (const [mode, extension, heardBy] of [
    ['listen', '4901', []],
    ['whisper', '4902', [agent.phone]],
    ['barge', '4903', [agent.phone, caller.phone]],
  ] as const) {
    const supervisor = await Agent.ready(system, extension, { line: await system.plugIn(extension) });
    await ask('/api/agents/102/watch', 'POST', { extension, mode });
    await supervisor.answers();
    for (const side of [agent.phone, caller.phone]) {
      await supervisor.phone.hears('silence');
      side.speak(true);
      await supervisor.phone.hears('sound');
      side.speak(false);
    }
    for (const side of heardBy) {
      await side.hears('silence');
      supervisor.phone.speak(true);
      await side.hears('sound');
      supervisor.phone.speak(false);
    }
    await supervisor.leave();
  }
  await hearEachOther(caller.phone, agent.phone);
  await caller.hangUp();
  await agent.hungUp();
  expect(await rowsOf(callId ?? '')).toMatchObject([{ outcome: 'answered', extension: '1002' }]);
});
