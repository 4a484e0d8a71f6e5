import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ContactCentre, type SeatedAgent } from '../helpers/contact-centre.ts';
import { TestSystem } from '../helpers/system.ts';
import { Caller, pathOf } from './caller.ts';
import type { DeskPhone, PhoneCall } from './desk-phone.ts';
import { hearEachOther, hears } from './hearing.ts';

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

/** A paused agent, so that callers of a queue wait in vain. */
async function paused(): Promise<SeatedAgent> {
  const agent = await centre.agent();
  await centre.pause(agent);
  return agent;
}

/** Calls a queue and waits there. */
async function waitsIn(queue: string): Promise<{ readonly phone: DeskPhone; readonly call: PhoneCall }> {
  const phone = await centre.phone();
  const before = (await centre.waiting(queue)).length;
  const call = await phone.call(queue);
  await centre.untilWaiting(queue, before + 1);
  return { phone, call };
}

/** Of a caller's only call, once it has ended: nodes of flows other than the menu as `flow/node`. */
async function wayOf({ account }: DeskPhone): Promise<string[]> {
  return pathOf(await system.endedCall(15_000, account.user));
}

/** 20 seconds of 425 Hz, as no other music is: a WAV file of 8 kHz and 16 bits. */
function toneAsWav(): Buffer {
  const samples = Buffer.alloc(20 * 16_000);
  for (let i = 0; i < samples.length / 2; i++) {
    samples.writeInt16LE(Math.round(20_000 * Math.sin((2 * Math.PI * 425 * i) / 8_000)), i * 2);
  }
  const head = Buffer.alloc(44);
  head.write('RIFF');
  head.writeUInt32LE(36 + samples.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    head.writeUInt16LE(value, at);
  head.writeUInt32LE(8_000, 24);
  head.writeUInt32LE(16_000, 28);
  head.write('data', 36);
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}

/** A caller is answered by an agent, and hangs up. @returns the agent's code */
async function served(queue: string, agents: readonly SeatedAgent[]): Promise<string> {
  const caller = await centre.phone();
  const call = await caller.dial(queue);
  const rung = await centre.rung(agents);
  rung.call.answer();
  await centre.untilState(rung.agent, 'talking');
  await call.hangUp();
  await rung.call.ended;
  return rung.agent.code;
}

describe.concurrent('a caller whom a queue does not serve goes where the queue says', { timeout: 60_000 }, () => {
  test('after the longest wait into another queue, where an agent answers', async () => {
    const agent = await centre.agent();
    await centre.logIn(agent);
    const second = await centre.queue([agent], { autoAnswer: true });
    const overflow = { overflow: 'queue', overflowQueue: second, maxWaitSeconds: 1 } as const;
    const first = await centre.queue([await paused()], overflow);
    const caller = await centre.phone();
    const call = await caller.dial(first);
    const rung = await agent.phone.answers();
    // RFC 3261 section 20.9, and what phones make of it.
    expect(rung.headerOf('Call-Info')).toContain('answer-after=0');
    await call.answered;
    await hearEachOther(call.ear, rung.ear);
    await call.hangUp();
    await rung.ended;
    await centre.untilState(agent, 'available');
    expect(await centre.rows(first, 1)).toMatchObject([{ outcome: 'overflowed', reason: 'max_wait', offers: 0 }]);
    expect(await centre.rows(second, 1)).toMatchObject([{ outcome: 'answered', extension: agent.code, offers: 1 }]);
  });

  test('from a full one through another flow', async () => {
    const overflow = { overflow: 'flow', overflowFlow: 'numero-inexistente', maxLength: 1 } as const;
    const queue = await centre.queue([await paused()], overflow);
    const first = await waitsIn(queue);
    const second = await centre.phone();
    const call = await second.call(queue);
    expect(await call.ended).toBe(0);
    expect(await wayOf(second)).toEqual(['pessoa/ring', 'numero-inexistente/unknown']);
    await first.call.hangUp();
    expect(await centre.rows(queue, 2)).toMatchObject([
      { outcome: 'abandoned' },
      { outcome: 'overflowed', reason: 'max_length' },
    ]);
  });

  test('from a closed one into a mailbox', async () => {
    const { account } = await centre.phone();
    const overflow = { overflow: 'voicemail', overflowExtension: account.user, hours: 'nunca' } as const;
    await centre.ask('/api/opening-hours/nunca', 'PUT', { weekly: {} });
    await expect(centre.queue([], overflow)).rejects.toThrow('takes no messages');
    await centre.ask(`/api/extensions/${account.user}/voicemail`, 'PATCH', { enabled: true });
    const queue = await centre.queue([await paused()], overflow);
    const caller = await centre.phone();
    const call = await caller.call(queue);
    await call.ear.hears('sound');
    await call.hangUp();
    expect(await wayOf(caller)).toEqual(['pessoa/ring', 'recado/message']);
    expect(await centre.rows(queue, 1)).toMatchObject([{ outcome: 'overflowed', reason: 'closed' }]);
  });

  test('after the longest wait to be called back in turn', async () => {
    const overflow = { overflow: 'callback', maxWaitSeconds: 1 } as const;
    const queue = await centre.queue([await paused()], overflow);
    const caller = await Caller.call(system, queue, { line: 4 });
    await caller.answers('callback_number_confirm-1', '1');
    await caller.hears('callback_registered');
    await caller.hangUp();
    expect(await centre.untilWaiting(queue, 1)).toMatchObject([{ isCallback: true, position: 1 }]);
    expect(await centre.rows(queue, 1)).toMatchObject([{ outcome: 'callback', offers: 0 }]);
  });
});

test.concurrent('who waits hears the music of the queue, if it has its own', { timeout: 60_000 }, async () => {
  const agent = await paused();
  const [own, usual] = [await centre.queue([agent]), await centre.queue([agent])];
  const put = (wav: Buffer) =>
    fetch(`http://127.0.0.1:${system.httpPort}/api/queues/${own}/music`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${system.demo.api.token}`, 'content-type': 'audio/wav' },
      body: new Uint8Array(wav),
    });
  expect((await put(Buffer.from('RIFF, but not music'))).status).toBe(400);
  expect((await put(toneAsWav())).status).toBe(200);
  const [hearsOwn, hearsUsual] = [await waitsIn(own), await waitsIn(usual)];
  await hears(hearsOwn.call.ear, 'ringing');
  await hears(hearsUsual.call.ear, 'music');
  await centre.ask(`/api/queues/${own}/music`, 'DELETE');
  for (const { call } of [hearsOwn, hearsUsual]) await call.hangUp();
  const again = await waitsIn(own);
  await hears(again.call.ear, 'music');
  await again.call.hangUp();
});

describe.concurrent('who is rung', { timeout: 60_000 }, () => {
  test('all together, until one answers; the others have missed nothing', async () => {
    const agents = [await centre.agent(), await centre.agent()];
    for (const agent of agents) await centre.logIn(agent);
    const queue = await centre.queue(agents, { strategy: 'ring_all', misses: 1 });
    const caller = await centre.phone();
    const call = await caller.dial(queue);
    const [first, second] = await Promise.all(agents.map(({ phone }) => phone.rings()));
    second?.answer();
    expect(await first?.ended).toBe(487);
    await call.answered;
    await centre.untilState(agents[0] as SeatedAgent, 'available');
    await centre.untilState(agents[1] as SeatedAgent, 'talking');
    await call.hangUp();
    await second?.ended;
    await centre.untilState(agents[1] as SeatedAgent, 'available');
    expect(await centre.rows(queue, 1)).toMatchObject([{ outcome: 'answered', extension: agents[1]?.code, offers: 1 }]);
  });

  test('who has the skill at once, and who has less of it after a while', async () => {
    const [able, other] = [await centre.agent({ fibra: 7 }), await centre.agent({ fibra: 2 })];
    const levels = [
      { afterSeconds: 0, level: 5 },
      { afterSeconds: 2, level: 1 },
    ];
    const queue = await centre.queue([other, able], { strategy: 'skills', skills: [{ skill: 'fibra', levels }] });
    for (const agent of [other, able]) await centre.logIn(agent);
    expect(await served(queue, [other, able])).toBe(able.code);
    await centre.untilState(able, 'available');
    await centre.pause(able);
    expect(await served(queue, [other])).toBe(other.code);
    const [first, second] = await centre.rows(queue, 2);
    const waitOf = (row: typeof first) => (row?.left_at?.getTime() ?? 0) - (row?.entered_at.getTime() ?? 0);
    expect(waitOf(first)).toBeLessThan(waitOf(second));
    expect(waitOf(second)).toBeGreaterThanOrEqual(2_000);
  });

  test('for the queue with more weight before those who came earlier to another', async () => {
    const agent = await paused();
    const light = await centre.queue([agent]);
    const heavy = await centre.queue([agent], { weight: 5 });
    const [early, late] = [await waitsIn(light), await waitsIn(heavy)];
    await centre.ready(agent);
    for (const { phone, call } of [late, early]) {
      const rung = await agent.phone.answers();
      expect(rung.shown).toBe(phone.account.user);
      await centre.untilState(agent, 'talking');
      await call.hangUp();
      await rung.ended;
    }
  });

  for (const strategy of ['round_robin', 'fewest_calls'] as const) {
    test(`${strategy}: who has just come before who has waited longer but had a call`, async () => {
      const [first, second] = [await centre.agent(), await centre.agent()];
      const queue = await centre.queue([first, second], { strategy });
      await centre.logIn(first);
      expect(await served(queue, [first, second])).toBe(first.code);
      await centre.untilState(first, 'available');
      await centre.logIn(second);
      expect(await served(queue, [first, second])).toBe(second.code);
    });
  }
});
