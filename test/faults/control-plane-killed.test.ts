import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from '../phone/caller.ts';
import { Agent, hearEachOther, longestSilenceOf } from './agent.ts';
import { flawsOf, leftovers, newestCalls, nothing, places } from './inside.ts';
import { randomOf, seed } from './seed.ts';

/** From the moment the control plane is started again until a menu speaks. */
const resumedWithinMs = 3_000;
const longestSilenceMs = 3_000;
/** What was playing when the process died must not keep a caller who knows what to press. */
const reactsWithinMs = 1_000;

let system: TestSystem;
beforeAll(async () => {
  system = await TestSystem.start();
});
afterAll(() => system.stop());

test('a caller in a menu hears it again within 3 s of the restart, and goes on as if nothing had been', async () => {
  const caller = await Caller.call(system, '2222', { line: 0 });
  await caller.press(`${system.subscriber('active').document}#`);
  await caller.hears('main_menu');

  await system.killControlPlane();
  const begun = performance.now();
  await system.startControlPlane();
  expect((await caller.hears('main_menu')).fromMs - begun).toBeLessThan(resumedWithinMs);
  const chose = performance.now();
  await caller.press('2');
  expect((await caller.hears('support_checking')).fromMs - chose).toBeLessThan(reactsWithinMs);
  await caller.hears('support_online');
  await caller.hangUp();
  const call = await system.endedCall();
  expect(flawsOf(call)).toEqual([]);
  const nodes = call.steps.map((step) => `${step.node} ${step.exit}`);
  expect(nodes.slice(nodes.indexOf('main_menu resumed'), -1)).toEqual([
    'main_menu resumed',
    'main_menu support',
    'status active',
    'checking next',
    'check online',
    'can_reset yes',
  ]);
  await expect.poll(() => leftovers(system)).toEqual(nothing);
});

test('callers hear music before the program is even loaded, and so while it cannot be served', async () => {
  const caller = await Caller.call(system, '2222', { line: 11 });
  await caller.hears('ask_document');
  await caller.phone.hears('silence');
  await system.killControlPlane();
  const inTheWay = createServer().listen(system.httpPort, '127.0.0.1');
  await once(inTheWay, 'listening');
  const begun = performance.now();
  await expect(system.startControlPlane()).rejects.toThrow('UIRAPURU_HTTP_PORT');
  await caller.phone.hears('sound', begun);
  inTheWay.close();
  await system.startControlPlane();
  await caller.hangUp();
  expect(flawsOf(await system.endedCall())).toEqual([]);
});

test(`wherever callers stand when the control plane dies, nobody hears nothing for longer than 3 s (FAULT_SEED=${seed})`, async () => {
  const random = randomOf(seed);
  const callers: Caller[] = [];
  for (let line = 30; line < 35; line++) {
    const caller = await Caller.call(system, '2222', { line });
    callers.push(caller);
    if (random() < 0.7) await caller.press(`${system.subscriber('active').document}#`);
    await sleep(600 * random());
  }
  await system.killControlPlane();
  const killedAt = performance.now();
  await sleep(500 * random());
  await system.startControlPlane();
  await Promise.all(callers.map(({ phone }) => phone.hears('sound')));
  const silences = callers.map(({ phone }) => Math.round(longestSilenceOf(phone, killedAt)));
  expect(silences.filter((ms) => ms > longestSilenceMs)).toEqual([]);
  await Promise.all(callers.map((caller) => caller.hangUp()));
  await expect.poll(() => leftovers(system), { timeout: 5_000 }).toEqual(nothing);
  const calls = await newestCalls(system, callers.length);
  expect(calls.flatMap(flawsOf)).toEqual([]);
  for (const { steps, endReason } of calls) {
    expect(endReason).toBe('caller_hung_up');
    // Interrupted once, and gone on at the very node.
    const at = steps.findIndex(({ exit }) => exit === 'resumed');
    expect(steps.filter(({ exit }) => exit === 'resumed')).toHaveLength(1);
    expect(steps[at + 1]?.node).toBe(steps[at]?.node);
  }
});

test('two who talk go on talking while the control plane is dead and after it is back', async () => {
  const agent = await Agent.ready(system, '1001', { line: 1 });
  const caller = await Caller.call(system, '1001', { line: 2 });
  await agent.answers();
  await hearEachOther(caller.phone, agent.phone);

  await system.killControlPlane();
  await hearEachOther(caller.phone, agent.phone);
  await system.startControlPlane();
  await hearEachOther(caller.phone, agent.phone);

  await caller.hangUp();
  await agent.hungUp();
  expect(await system.endedCall()).toMatchObject({ endReason: 'caller_hung_up', answeredBy: '1001' });
  await expect.poll(() => leftovers(system)).toEqual(nothing);
});

test('a phone that rang when the control plane died rings again after the restart, and the two talk', async () => {
  const agent = await Agent.ready(system, '1002', { line: 3, rings: 6_000, calls: 2 });
  const calling = Caller.call(system, '1002', { line: 4 });
  await agent.rings();
  await system.killControlPlane();
  await system.startControlPlane();
  const [caller] = await Promise.all([calling, agent.answers()]);
  await hearEachOther(caller.phone, agent.phone);
  await caller.hangUp();
  await agent.leave();
  expect(await system.endedCall()).toMatchObject({ endReason: 'caller_hung_up', answeredBy: '1002' });
  await expect.poll(() => leftovers(system)).toEqual(nothing);
});

test('unlocks under way when the control plane died are carried out once each, and each caller is told', async () => {
  const { db } = await system.database();
  const count = 4;
  const subscribers = Array.from({ length: count }, (_, index) => system.subscriber('suspended', index));
  const callers: Caller[] = [];
  for (const [index, subscriber] of subscribers.entries()) {
    const caller = await Caller.call(system, '2222', { line: 5 + index });
    callers.push(caller);
    await caller.press(`${subscriber.document}#`);
  }
  await expect.poll(() => places(system), { timeout: 40_000 }).toEqual(subscribers.map(() => 'suspended'));
  // One finds its contract locked by somebody else, so that it surely is under way; the others follow 400 ms apart.
  const blocker = await db.startTransaction().execute();
  const contractId = subscribers[0]?.contracts[0] ?? 0;
  await blocker.selectFrom('contract').selectAll().where('id', '=', contractId).forUpdate().execute();
  for (const caller of callers) {
    await caller.press('1');
    await sleep(400);
  }
  await expect.poll(async () => (await places(system))[0], { timeout: 10_000 }).toBe('unlock');
  await system.killControlPlane();
  await blocker.rollback().execute();
  await system.startControlPlane();

  const told = ['unlocked', 'anything_else', 'main_menu'];
  await expect
    .poll(async () => (await places(system)).every((node) => told.includes(node)), { timeout: 20_000 })
    .toBe(true);
  await Promise.all(callers.map((caller) => caller.hangUp()));
  await expect.poll(() => leftovers(system), { timeout: 3_000 }).toEqual(nothing);
  const calls = await newestCalls(system, count);
  for (const subscriber of subscribers) {
    const contract = subscriber.contracts[0] ?? 0;
    const call = calls.find((candidate) => candidate.contractId === String(contract));
    const promises = await db.selectFrom('promise').selectAll().where('contract_id', '=', contract).execute();
    const tickets = await db.selectFrom('ticket').select('protocol').where('contract_id', '=', contract).execute();
    expect(promises).toHaveLength(1);
    expect(tickets).toHaveLength(1);
    expect(call?.protocols).toEqual(tickets.map(({ protocol }) => protocol));
    expect(call === undefined ? ['not in the log'] : flawsOf(call)).toEqual([]);
    expect(call?.steps.map(({ node }) => node)).toContain('unlocked');
  }
});

test('who calls while the control plane is dead hears a sentence and reaches an agent, who stays when it is back', async () => {
  const agent = await Agent.ready(system, '1001', { line: 10 });
  await system.killControlPlane();
  const caller = await Caller.call(system, '2222', { line: 12 });
  await caller.phone.hears('sound');
  await agent.answers(30_000);
  await hearEachOther(caller.phone, agent.phone);
  await system.startControlPlane();
  await hearEachOther(caller.phone, agent.phone);
  await caller.hangUp();
  await agent.hungUp();
  await expect.poll(() => leftovers(system)).toEqual(nothing);
});
