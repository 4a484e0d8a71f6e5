import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { Caller, pathOf } from '../phone/caller.ts';
import { Agent, hearEachOther } from './agent.ts';
import { flawsOf, leftovers, nothing } from './inside.ts';

/** Asks a web service that nobody runs. */
const serviceGone = `version: 1
description: Um serviço que não responde
start: ask
person: person
nodes:
  ask:
    type: http_request
    url: http://127.0.0.1:9/score
    exits: { done: fine, refused: fine, unavailable: apology }
  fine:
    type: hang_up
    prompt: goodbye
  apology:
    type: say
    prompt: system_unavailable
    must_be_heard: true
    exits: { next: person }
  person:
    type: flow
    flow: pessoa
`;

/** Its first node throws: there is no contract to unlock. */
const nodeThrows = `version: 1
description: Um nó com defeito
start: unlock
person: person
nodes:
  unlock:
    type: unlock
    exits:
      done: fine
      refused: fine
      already_used: fine
      nothing_to_do: fine
      cancelled: fine
      unavailable: fine
  fine:
    type: hang_up
    prompt: goodbye
  person:
    type: flow
    flow: pessoa
`;

const repository = fileURLToPath(new URL('../../', import.meta.url));

let system: TestSystem;
/** A copy of what the repository holds, from which the system runs: what is in it may be broken. */
let checkout: string;
beforeAll(async () => {
  checkout = mkdtempSync(join(tmpdir(), 'uira-checkout-'));
  for (const part of ['src', 'flows', 'prompts', 'package.json']) {
    cpSync(join(repository, part), join(checkout, part), { recursive: true });
  }
  symlinkSync(join(repository, 'node_modules'), join(checkout, 'node_modules'));
  system = await TestSystem.start({}, checkout);
  const { db } = await system.database();
  const tenant = await db.selectFrom('tenant').select('id').executeTakeFirstOrThrow();
  await db
    .insertInto('inbound_number')
    .values([
      { tenant_id: tenant.id, number: '2223', flow: 'servico' },
      { tenant_id: tenant.id, number: '2224', flow: 'defeito' },
    ])
    .execute();
  await system.killControlPlane();
  const flows = join(system.home, 'flows');
  mkdirSync(flows, { recursive: true });
  writeFileSync(join(flows, 'servico.yaml'), serviceGone);
  writeFileSync(join(flows, 'defeito.yaml'), nodeThrows);
  await system.startControlPlane();
});
afterAll(async () => {
  await system.stop();
  rmSync(checkout, { recursive: true });
});

test('a recording that is missing is said by the live voice, and the call goes on', async () => {
  for (const extension of ['alaw', 'sln16']) {
    rmSync(join(checkout, 'prompts', 'pt-BR', `press_zero_anytime.${extension}`));
  }
  const caller = await Caller.call(system, '2222', { line: 5 });
  await caller.hears('ask_document');
  // The live voice is the one that made the recordings: it says the very same.
  expect(caller.said).toEqual(['greeting', 'press_zero_anytime', 'ask_document']);
  expect(system.log).toMatch(/"about":"press_zero_anytime","msg":"A recording is missing; the live voice says it/);
  await caller.press(`${system.subscriber('active').document}#`);
  await caller.hears('main_menu');
  await caller.hangUp();
  expect(flawsOf(await system.endedCall())).toEqual([]);
});

test('recordings of the operator that cannot be played are not heard, but what they replaced is', async () => {
  const prompts = join(system.home, 'prompts');
  mkdirSync(prompts, { recursive: true });
  writeFileSync(join(prompts, 'greeting.wav'), 'this is no sound');
  writeFileSync(join(prompts, 'press_zero_anytime.wav'), '');
  symlinkSync('/nonexistent.wav', join(prompts, 'ask_document.wav'));
  const caller = await Caller.call(system, '2222', { line: 0 });
  for (const prompt of ['greeting', 'press_zero_anytime', 'ask_document']) await caller.hears(prompt);
  await caller.hangUp();
  expect(flawsOf(await system.endedCall())).toEqual([]);
});

test('a web service that does not answer costs its callers a sentence, and they reach a person', async () => {
  const agent = await Agent.ready(system, '1001', { line: 1 });
  const caller = await Caller.call(system, '2223', { line: 2 });
  await caller.hears('system_unavailable');
  await agent.answers();
  await hearEachOther(caller.phone, agent.phone);
  await caller.hangUp();
  await agent.hungUp();
  const call = await system.endedCall();
  expect(call).toMatchObject({ endReason: 'caller_hung_up', answeredBy: '1001' });
  expect(call.steps[0]).toMatchObject({ node: 'ask', exit: 'unavailable' });
  expect(flawsOf(call)).toEqual([]);
  await expect.poll(() => leftovers(system)).toEqual(nothing);
});

test('a node that throws leads its caller to a person', async () => {
  const agent = await Agent.ready(system, '1002', { line: 3 });
  const caller = await Caller.call(system, '2224', { line: 4 });
  await agent.answers();
  await hearEachOther(caller.phone, agent.phone);
  await caller.hangUp();
  await agent.hungUp();
  const call = await system.endedCall();
  expect(pathOf(call)).toEqual(['defeito/unlock', 'pessoa/hours', 'pessoa/calling', 'pessoa/ring']);
  expect(call.steps[0]?.exit).toBe('error');
  expect(flawsOf(call)).toEqual([]);
  expect(system.log).toContain('a node of a flow failed');
  await expect.poll(() => leftovers(system)).toEqual(nothing);
});
