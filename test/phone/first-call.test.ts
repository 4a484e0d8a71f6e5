import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from './caller.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await TestSystem.start();
});
afterAll(() => system.stop());

test('a suspended subscriber dials 2222, keys a CPF, takes the trust unlock and hears its protocol', async () => {
  const subscriber = system.subscriber('suspended');
  const contractId = subscriber.contracts[0] ?? 0;
  const { db } = await system.database();

  const caller = await Caller.call(system, '2222');
  await caller.at('document');
  await caller.press(`${subscriber.document}#`);
  await caller.at('suspended');
  await caller.press('1');
  await caller.at('unlocked', 30_000);
  await caller.at('main_menu', 60_000);
  await caller.hangUp();

  const call = await system.endedCall();
  expect(call).toMatchObject({ dialled: '2222', callerNumber: '2001', endReason: 'caller_hung_up' });
  expect(call.contractId).toBe(String(contractId));
  expect(call.protocols).toHaveLength(1);
  const nodes = call.steps.map((step) => step.node);
  expect(nodes).toEqual(
    expect.arrayContaining(['greeting', 'document', 'suspended', 'unlock', 'unlocked', 'main_menu']),
  );
  expect(call.steps.every((step) => step.leftAt !== null && step.exit !== null)).toBe(true);
  expect(call.steps.find((step) => step.node === 'document')?.digits).toBe('*'.repeat(12));
  expect(call.steps.find((step) => step.node === 'suspended')?.digits).toBe('1');

  const contract = await db
    .selectFrom('contract')
    .select('state')
    .where('id', '=', contractId)
    .executeTakeFirstOrThrow();
  expect(contract.state).toBe('active');
  const promises = await db.selectFrom('promise').selectAll().where('contract_id', '=', contractId).execute();
  expect(promises).toHaveLength(1);
  const tickets = await db.selectFrom('ticket').select(['protocol']).where('contract_id', '=', contractId).execute();
  expect(tickets.map((ticket) => ticket.protocol)).toEqual(call.protocols);
  expect(system.log).not.toContain(subscriber.document);
});
