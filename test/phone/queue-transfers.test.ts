import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ContactCentre, type SeatedAgent } from '../helpers/contact-centre.ts';
import { TestSystem } from '../helpers/system.ts';
import { Carrier } from './carrier.ts';
import type { DeskPhone, PhoneCall } from './desk-phone.ts';
import { hearEachOther } from './hearing.ts';
import { RtpPhone } from './rtp-phone.ts';

let system: TestSystem;
let centre: ContactCentre;
let carrier: Carrier;
let outside: RtpPhone;
beforeAll(async () => {
  system = await TestSystem.start();
  centre = new ContactCentre(system);
  carrier = await Carrier.open('127.0.0.2', system.phonePorts + 30);
  outside = await RtpPhone.open(system.phonePorts + 40);
  const trunk = { name: 'A', host: carrier.host, port: carrier.port, ownNumbers: ['+553432221000'] };
  await centre.ask('/api/trunks', 'POST', trunk);
});
afterAll(async () => {
  for (const one of [centre, carrier, outside]) one.close();
  await system.stop();
});

interface QueueTalk {
  readonly queue: string;
  readonly agent: SeatedAgent;
  readonly call: PhoneCall;
  readonly mine: PhoneCall;
}

/** An agent of a new queue talks to a caller of it. */
async function queueTalk(): Promise<QueueTalk> {
  const [agent, caller] = await Promise.all([centre.agent(), centre.phone()]);
  await centre.logIn(agent);
  const queue = await centre.queue([agent], { wrapUpSeconds: 600 });
  const call = await caller.dial(queue);
  const mine = await agent.phone.answers();
  await centre.untilState(agent, 'talking');
  return { queue, agent, call, mine };
}

/** The caller talks to somebody else now; the agent has nothing to do with it any more. */
async function givenOn({ agent, call, mine }: QueueTalk, target: RtpPhone): Promise<void> {
  await mine.ended;
  await hearEachOther(call.ear, target);
  await centre.untilState(agent, 'wrap_up');
}

/** An agent of another new queue. */
async function otherQueue(): Promise<{ readonly queue: string; readonly agent: SeatedAgent }> {
  const agent = await centre.agent();
  await centre.logIn(agent);
  return { agent, queue: await centre.queue([agent], { wrapUpSeconds: 600 }) };
}

describe.concurrent('an agent gives a caller of a queue on', { timeout: 60_000 }, () => {
  test('to an extension: the caller was answered once, the agent wraps up while they talk', async () => {
    const talk = await queueTalk();
    const colleague: DeskPhone = await centre.phone();
    expect(await talk.mine.refer(colleague.account.user)).toBe(202);
    const target = await colleague.answers();
    await givenOn(talk, target.ear);
    const [row] = await centre.rows(talk.queue, 1);
    expect(row).toMatchObject({ outcome: 'answered', extension: talk.agent.code });
    await talk.call.hangUp();
    await target.ended;
    expect(await centre.rows(talk.queue, 1)).toEqual([row]);
  });

  test('to a number outside', async () => {
    const talk = await queueTalk();
    carrier.way = { answer: outside.port };
    const carried = carrier.carries();
    expect(await talk.mine.refer('991234567')).toBe(202);
    outside.sendTo(`${(await carried).mediaPort}`);
    await givenOn(talk, outside);
    await talk.call.hangUp();
    expect(await centre.rows(talk.queue, 1)).toMatchObject([{ outcome: 'answered', extension: talk.agent.code }]);
  });

  test('into another queue: the caller is answered in both, each agent has one talk', async () => {
    const [talk, other] = [await queueTalk(), await otherQueue()];
    expect(await talk.mine.refer(other.queue)).toBe(202);
    const target = await other.agent.phone.answers();
    await givenOn(talk, target.ear);
    await centre.untilState(other.agent, 'talking');
    await talk.call.hangUp();
    await target.ended;
    await centre.untilState(other.agent, 'wrap_up');
    const rows = [...(await centre.rows(talk.queue, 1)), ...(await centre.rows(other.queue, 1))];
    expect(rows).toMatchObject([
      { outcome: 'answered', extension: talk.agent.code },
      { outcome: 'answered', extension: other.agent.code, call_id: rows[0]?.call_id },
    ]);
  });

  test('to an agent of another queue whom it has asked first: that talk goes on as the caller’s', async () => {
    const [talk, other] = [await queueTalk(), await otherQueue()];
    await talk.mine.hold(true);
    const asking = await talk.agent.phone.dial(other.queue);
    const target = await other.agent.phone.answers();
    await asking.answered;
    await centre.untilState(other.agent, 'talking');
    expect(await talk.mine.refer(asking)).toBe(202);
    await givenOn(talk, target.ear);
    const { state, callId } = await centre.stateOf(other.agent);
    expect(state).toBe('talking');
    await talk.call.hangUp();
    await target.ended;
    await centre.untilState(other.agent, 'wrap_up');
    const [[first], [second]] = [await centre.rows(talk.queue, 1), await centre.rows(other.queue, 1)];
    expect(second).toMatchObject({ call_id: callId, outcome: 'answered', extension: other.agent.code });
    expect(first?.call_id).toBe(callId);
    expect(first?.talked_until?.getTime()).toBeLessThan(second?.talked_until?.getTime() ?? 0);
  });

  test('not, after all: who went back from another queue waits there no more, and no agent is kept for it', async () => {
    const [talk, other] = [await queueTalk(), await otherQueue()];
    await centre.pause(other.agent);
    await talk.mine.ear.press(`*2${other.queue}#`);
    await centre.untilWaiting(other.queue, 1);
    await talk.mine.ear.press('*0');
    await centre.untilWaiting(other.queue, 0);
    await centre.ready(other.agent);
    await hearEachOther(talk.call.ear, talk.mine.ear);
    await talk.call.hangUp();
    await talk.mine.ended;
    expect(await centre.rows(other.queue, 1)).toMatchObject([{ outcome: 'overflowed', reason: 'moved', offers: 0 }]);
    expect(await centre.rows(talk.queue, 1)).toMatchObject([{ outcome: 'answered', extension: talk.agent.code }]);
    expect((await centre.stateOf(other.agent)).state).toBe('available');
  });
});

test('reports of all of that add up', async () => {
  const [from, until] = [-1, 1].map((days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10));
  for (const name of ['queues', 'agents']) {
    const { checks } = await centre.ask<{ checks: { name: string; holds: boolean }[] }>(
      `/api/reports/${name}?from=${from}&until=${until}`,
    );
    expect(checks.filter(({ holds }) => !holds)).toEqual([]);
  }
});
