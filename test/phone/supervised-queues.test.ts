import { afterAll, beforeAll, test, vi } from 'vitest';
import { ContactCentre, type SeatedAgent } from '../helpers/contact-centre.ts';
import { TestSystem } from '../helpers/system.ts';
import type { PhoneCall } from './desk-phone.ts';
import { Ear, isPrompt } from './ear.ts';
import { hearEachOther } from './hearing.ts';

let system: TestSystem;
let centre: ContactCentre;
beforeAll(async () => {
  system = await TestSystem.start();
  centre = new ContactCentre(system);
});
afterAll(async () => {
  centre.close();
  await system.stop();
});

interface Asked {
  readonly agent: SeatedAgent;
  readonly queue: string;
  readonly call: PhoneCall;
  readonly number: string;
}

/** A caller who has talked to an agent, who has hung up: the question is being asked. */
async function asked(): Promise<Asked> {
  const [agent, caller] = [await centre.agent(), await centre.phone()];
  const queue = await centre.queue([agent], { survey: true });
  await centre.logIn(agent);
  const call = await caller.dial(queue);
  const talk = await agent.phone.answers(20_000);
  await call.answered;
  await centre.untilState(agent, 'talking');
  await talk.hangUp();
  await untilSaid(call, 'survey_ask');
  return { agent, queue, call, number: caller.account.user };
}

async function untilSaid({ ear }: PhoneCall, prompt: string): Promise<void> {
  const heard = new Ear(ear.heard);
  const isSaid = () => heard.sounds.some((sound) => isPrompt(sound, prompt) && sound.packets > 1);
  await vi.waitUntil(isSaid, { timeout: 30_000, interval: 30 });
}

/** What a caller said of whom, when the call is over, and how the question ended. */
async function notes({ agent, queue, number }: Asked) {
  const call = await system.endedCall(20_000, number);
  const { db } = await system.database();
  const rows = await db
    .selectFrom('survey_answer as s')
    .innerJoin('agent as a', 'a.id', 's.agent_id')
    .select(['s.score', 's.queue', 'a.code'])
    .where('s.call_id', '=', call.id)
    .execute();
  const own = rows.filter((row) => row.queue === queue && row.code === agent.code);
  return { scores: own.map(({ score }) => score), ends: call.endReason, others: rows.length - own.length };
}

test.concurrent('a note is the queue’s and the agent’s; one above ten is asked for again', async ({ expect }) => {
  const caller = await asked();
  await caller.call.ear.press('77#');
  await untilSaid(caller.call, 'invalid_entry');
  await caller.call.ear.press('7#');
  await caller.call.ended;
  expect(await notes(caller)).toEqual({ scores: [7], ends: 'agent_hung_up', others: 0 });
});

test.concurrent('who hangs up instead has given no note', async ({ expect }) => {
  const caller = await asked();
  await caller.call.hangUp();
  expect(await notes(caller)).toEqual({ scores: [], ends: 'caller_hung_up', others: 0 });
});

test.concurrent('an agent who is moved is rung at the other phone, and one who is logged out is rung no more', async ({
  expect,
}) => {
  const [agent, other, caller] = [await centre.agent(), await centre.phone(), await centre.phone()];
  const queue = await centre.queue([agent]);
  await centre.logIn(agent);
  const moved = { extension: other.account.user };
  await centre.ask(`/api/agents/${agent.code}/login`, 'POST', moved);
  const call = await caller.dial(queue);
  const talk = await other.answers(20_000);
  expect(await centre.untilState(agent, 'talking')).toMatchObject(moved);
  expect(agent.phone.calls).toEqual([]);

  // In a talk: that is not ended, but no other follows.
  await centre.ask(`/api/agents/${agent.code}/logout`, 'POST', { reason: 'Turno encerrado' });
  expect(await centre.stateOf(agent)).toMatchObject({
    state: 'logged_out',
    reason: 'Turno encerrado',
    extension: null,
  });
  await hearEachOther(call.ear, talk.ear);
  const stillTalking = new Date();
  await call.hangUp();
  await talk.ended;
  const next = await caller.dial(queue);
  await untilSaid(next, 'nobody_free');
  expect([agent.phone.calls.length, other.calls.length]).toEqual([0, 1]);
  await next.hangUp();
  const rows = await centre.rows(queue, 2);
  const answered = { outcome: 'answered', extension: moved.extension };
  expect(rows).toMatchObject([answered, { outcome: 'overflowed', reason: 'no_agents' }]);
  expect(rows[0]?.talked_until?.getTime()).toBeGreaterThanOrEqual(stillTalking.getTime());
});

test.concurrent('a caller who is moved to another queue is answered there before who has waited less', async ({
  expect,
}) => {
  const [agent, other] = [await centre.agent(), await centre.agent()];
  const [from, to] = [await centre.queue([other]), await centre.queue([agent])];
  for (const each of [agent, other]) await centre.pause(each);
  const callers = [await centre.phone(), await centre.phone()] as const;
  const waiting: PhoneCall[] = [];
  for (const [n, queue] of [from, to].entries()) {
    waiting.push(await (callers[n] as (typeof callers)[0]).call(queue));
    await centre.untilWaiting(queue, 1);
  }
  const [first] = await centre.waiting(from);
  const move = `/api/queues/${from}/callers/${first?.callId}/move`;
  expect((await system.api(move, 'POST', { queue: '699' })).status).toBe(404);
  expect((await system.api(move, 'POST', { queue: to })).status).toBe(204);
  expect((await system.api(move, 'POST', { queue: to })).status).toBe(404);
  const line = await centre.untilWaiting(to, 2);
  expect(line.map(({ callerNumber }) => callerNumber)).toEqual(callers.map(({ account }) => account.user));
  expect(line[0]?.since).toBe(first?.since);
  await centre.ready(agent);
  const rung = await agent.phone.answers(20_000);
  expect(rung.shown).toBe(callers[0].account.user);
  await hearEachOther((waiting[0] as PhoneCall).ear, rung.ear);
  await centre.pause(agent);
  for (const call of waiting) await call.hangUp();
  await rung.ended;
  expect(await centre.rows(from, 1)).toMatchObject([{ outcome: 'overflowed', reason: 'moved' }]);
  const [answered] = (await centre.rows(to, 2)).filter(({ outcome }) => outcome === 'answered');
  expect(answered?.waited_since?.toISOString()).toBe(first?.since);
});
