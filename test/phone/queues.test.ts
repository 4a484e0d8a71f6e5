import { afterAll, beforeAll, expect, test } from 'vitest';
import { agentChanged, type ShownAgent } from '../../src/agents/schemas.ts';
import { windowOpened } from '../../src/screen-pop/schemas.ts';
import type { Database } from '../../src/storage/database.ts';
import { Agent } from '../faults/agent.ts';
import { ContactCentre } from '../helpers/contact-centre.ts';
import { LiveClient } from '../helpers/live-client.ts';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from './caller.ts';
import { deskPhonesOf } from './desk-phones.ts';
import { hearEachOther, hears } from './hearing.ts';
import { callAs } from './menu-ways.ts';
import type { RtpPhone } from './rtp-phone.ts';

let system: TestSystem;
let centre: ContactCentre;
let db: Database;
beforeAll(async () => {
  system = await TestSystem.start();
  centre = new ContactCentre(system);
  ({ db } = await system.database());
  // The others of the demo work elsewhere here.
  await centre.ask('/api/queues/033/members', 'PUT', { members: [{ agent: '101' }] });
});
afterAll(async () => {
  centre.close();
  await system.stop();
});

/** An agent of the demo, whose phone is the test's. */
const ana = { code: '101' };

function rowsOf(callId: string) {
  return db.selectFrom('queue_call').selectAll().where('call_id', '=', callId).execute();
}

test.concurrent('callers wait, are told their places, and are answered one after the other, the last by a call back', async () => {
  await centre.ask('/api/queues/033', 'PATCH', { wrapUpSeconds: 600, announceSeconds: 60 });
  const { pin, extension } = system.demo.agents.find(({ code }) => code === ana.code) ?? {};
  const loggedIn = await centre.ask<ShownAgent>('/api/agents/101/login', 'POST', { extension, pin });
  expect(loggedIn.state).toBe('available');
  const url = `ws://127.0.0.1:${system.httpPort}/api/live?extension=1001`;
  const screen = await LiveClient.open(url, { token: system.demo.api.token });

  // The first is answered at once, and keeps the agent in wrap-up.
  const phone = await Agent.ready(system, '1001', { line: 1 });
  const first = await Caller.call(system, '033', { line: 4 });
  await phone.answers();
  await centre.untilState(ana, 'talking');
  await first.hangUp();
  await phone.hungUp();
  const { callId } = await centre.untilState(ana, 'wrap_up');
  const tabs = { tab1: 'Suporte', tab2: 'Sem sinal', tab3: null };
  await centre.ask(`/api/agents/101/calls/${callId}/disposition`, 'PUT', tabs);
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
  await centre.untilWaiting('033', 2);
  expect((await centre.waiting('033')).map(({ isCallback }) => isCallback)).toEqual([false, true]);

  // Free again, the agent is rung for the second, with the window about the subscriber.
  const heardBefore = screen.heard.length;
  const again = await Agent.ready(system, '1001', { line: 1, hangsUpAfterMs: 1_500 });
  await centre.ask('/api/agents/101/ready', 'POST');
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
  await centre.untilState(ana, 'wrap_up');
  const { id, contractId } = await second.record();
  expect(caller).toMatchObject({ contractId, connection: { state: 'online' } });
  expect(contractId).not.toBeNull();
  expect(await db.selectFrom('survey_answer').select(['score', 'queue']).where('call_id', '=', id).execute()).toEqual([
    { score: 9, queue: '033' },
  ]);

  // The third's turn: the agent first, then the caller.
  const last = await Agent.ready(system, '1001', { line: 1 });
  const home = await Agent.ready(system, '2001', { line: 6 });
  await centre.ask('/api/agents/101/ready', 'POST');
  await last.answers();
  await home.answers();
  await hearEachOther(last.phone, home.phone);
  expect(await centre.waiting('033')).toEqual([]);
  await home.leave();
  await last.leave();
  screen.lose();
  await centre.ask('/api/agents/101/logout', 'POST', {});
});

test.concurrent('an agent whose phone is not there, who lets it ring, or whose phone goes away in a talk, is paused and says why', async () => {
  const [agent, caller] = [await centre.agent(), await centre.phone()];
  const queue = await centre.queue([agent], { ringSeconds: 5, misses: 1 });
  await agent.phone.register(0);
  await centre.logIn(agent);
  const call = await caller.dial(queue);
  expect(await centre.untilState(agent, 'paused')).toMatchObject({
    reason: 'phone_unreachable',
    extension: agent.code,
  });
  await centre.untilWaiting(queue, 1);

  await agent.phone.register();
  await centre.ready(agent);
  await agent.phone.rings();
  expect(await centre.untilState(agent, 'paused')).toMatchObject({ reason: 'no_answer' });
  await call.hangUp();
  expect(await centre.rows(queue, 1)).toMatchObject([{ outcome: 'abandoned', offers: 2, agent_id: null }]);

  // Nobody is told of it, and the talk goes on.
  await centre.ready(agent);
  const talking = await caller.dial(queue);
  const answered = await agent.phone.answers();
  await centre.untilState(agent, 'talking');
  await agent.phone.register(0);
  await hearEachOther(talking.ear, answered.ear);
  expect((await centre.stateOf(agent)).state).toBe('talking');
  await talking.hangUp();
  expect(await centre.untilState(agent, 'paused', 40_000)).toMatchObject({ reason: 'phone_unreachable' });
});

test.concurrent('an agent whose phone loses its power in a talk is paused as soon as it is missed, and the talk is over', async () => {
  await system.change('1002', { rtp_timeout: '2' });
  const phone = await deskPhonesOf(system, 90)('1002');
  const agent = { code: '102' };
  const queue = await centre.queue([agent], { wrapUpSeconds: 600, survey: true });
  await centre.ask('/api/agents/102/login', 'POST', { extension: '1002' });
  const caller = await centre.phone();
  const call = await caller.dial(queue);
  const answered = await phone.answers();
  await centre.untilState(agent, 'talking');
  await hearEachOther(call.ear, answered.ear);
  phone.close();
  expect(await centre.untilState(agent, 'paused')).toMatchObject({ reason: 'phone_unreachable', extension: '1002' });
  expect(await centre.rows(queue, 1)).toMatchObject([{ outcome: 'answered', extension: '1002' }]);
  // The caller is still there, and asked for a note.
  await call.ear.hears('sound');
  await call.hangUp();
});

// By itself: keys reach Asterisk one after the other only while nobody else takes the time of their phone.
test('an agent logs in, pauses and logs out at a phone, by codes and with the PIN', async () => {
  const pin = system.demo.agents.find(({ code }) => code === '103')?.pin ?? '';
  const atPhone = async (number: string, heard: string): Promise<void> => {
    const phone = await Caller.call(system, number, { line: 8 });
    if (number.startsWith('*55')) await phone.answers('agent_ask_pin', `${pin}#`);
    await phone.hears(heard);
    await phone.hangUp();
  };
  await atPhone('*55103', 'agent_logged_in');
  expect(await centre.stateOf({ code: '103' })).toMatchObject({ state: 'available', extension: '2001' });
  await atPhone('*571', 'agent_paused');
  expect(await centre.stateOf({ code: '103' })).toMatchObject({ state: 'paused', reason: 'Almoço' });
  await atPhone('*56', 'agent_logged_out');
  await atPhone('*58', 'agent_refused');
  expect((await centre.stateOf({ code: '103' })).state).toBe('logged_out');
  const logged = await db.selectFrom('call_step').select('digits').where('kind', '=', 'agent_code').execute();
  expect(JSON.stringify(logged)).not.toContain(pin);
});

test.concurrent('a supervisor hears a talk, is heard by the agent alone, or by both; the talk goes on without', async () => {
  const [agent, caller] = [await centre.agent(), await centre.phone()];
  const queue = await centre.queue([agent]);
  await centre.logIn(agent);
  const call = await caller.dial(queue);
  const answered = await agent.phone.answers();
  await centre.untilState(agent, 'talking');
  const sides: readonly RtpPhone[] = [answered.ear, call.ear];
  const heardIn: Record<string, readonly RtpPhone[]> = { listen: [], whisper: [answered.ear], barge: sides };
  const supervisor = await centre.phone();
  for (const [mode, heardBy] of Object.entries(heardIn)) {
    const at = supervisor.account.user;
    // As it is done at the terminal, and by programs.
    if (mode === 'listen') await system.run('agents', mode, agent.code, '--extension', at);
    else await centre.ask(`/api/agents/${agent.code}/watch`, 'POST', { extension: at, mode });
    const watching = await supervisor.answers();
    for (const side of sides) {
      await watching.ear.hears('silence');
      side.speak(true);
      await watching.ear.hears('sound');
      side.speak(false);
    }
    watching.ear.speak(true);
    for (const side of heardBy) await hears(side, 'voice');
    for (const side of sides) if (!heardBy.includes(side)) await hears(side, 'nothing');
    watching.ear.speak(false);
    await watching.hangUp();
  }
  await hearEachOther(call.ear, answered.ear);
  await call.hangUp();
  await answered.ended;
  expect(await centre.rows(queue, 1)).toMatchObject([{ outcome: 'answered', extension: agent.code }]);
});
