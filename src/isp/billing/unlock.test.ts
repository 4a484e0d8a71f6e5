import { afterAll, beforeAll, expect, test } from 'vitest';
import { standing, type TestProvider, testProvider } from '../../../test/helpers/isp.ts';
import { applyDebtRules } from './overdue.ts';
import { findUnlock, registerPayment, unlockOnTrust } from './service.ts';

const hour = 3_600_000;
let isp: TestProvider;
afterAll(() => isp.close());

/** 23:30 on 30 November in São Paulo, where it is already December in UTC. */
beforeAll(async () => {
  isp = await testProvider({ now: '2026-12-01T02:30:00Z', copies: 2 });
});

let serial = 0;
let taken = 0;
const suspended = () => isp.demo.filter((one) => one.situation === 'suspended')[taken++]?.contracts[0] ?? 0;

function unlock(contractId: number, more: { key?: string; days?: number } = {}) {
  const request = { key: `unlock-${++serial}`, contractId, callId: 'call-1', callerNumber: '+5537999990000', ...more };
  return unlockOnTrust(isp.provider, request, () => Promise.resolve());
}

test('fifty requests at once for one contract: one is granted, one ticket, one protocol', async () => {
  const contract = suspended();
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => unlock(contract, { key: `at-once-${i}` })));
  const granted = answers.filter((answer) => answer.kind === 'done');
  expect(granted).toHaveLength(1);
  expect(answers.filter((answer) => answer.kind === 'refused' && answer.reason === 'already_used')).toHaveLength(49);
  expect(await standing(isp, contract)).toEqual({ state: 'active', promises: ['open'], tickets: 1, blocked: false });
  const ticket = await isp.provider.db
    .selectFrom('ticket')
    .selectAll()
    .where('contract_id', '=', contract)
    .executeTakeFirstOrThrow();
  expect(granted[0]).toMatchObject({ value: { protocol: ticket.protocol, days: 3, until: '2026-12-03' } });
  expect(ticket.protocol).toMatch(/^20261130\d{6}$/);
});

test('the database itself refuses a second promise of a contract in a month', async () => {
  const contract = suspended();
  await unlock(contract);
  const promise = await isp.provider.db
    .selectFrom('promise')
    .selectAll()
    .where('contract_id', '=', contract)
    .executeTakeFirstOrThrow();
  const { id: _, ...again } = { ...promise, act_key: 'another', status: 'broken', settled_at: promise.granted_at };
  await expect(isp.provider.db.insertInto('promise').values(again).execute()).rejects.toThrow(
    /promise_tenant_id_contract_id_month_key/,
  );
});

test('more days than the provider allows are refused, fewer are granted', async () => {
  const contract = suspended();
  expect(await unlock(contract, { days: 4 })).toMatchObject({ kind: 'refused', reason: 'not_allowed' });
  expect(await unlock(contract, { days: 1 })).toMatchObject({ kind: 'done', value: { days: 1, until: '2026-12-01' } });
});

test('the same key is answered alike after the promise has ended, too', async () => {
  const contract = suspended();
  const first = await unlock(contract, { key: 'kept' });
  isp.clock.advance(96 * hour);
  await applyDebtRules(isp.provider);
  expect(await unlock(contract, { key: 'kept' })).toEqual(first);
  expect(await standing(isp, contract)).toMatchObject({ state: 'suspended_debt', promises: ['broken'], tickets: 1 });
  isp.clock.advance(-96 * hour);
});

test('a month is a month where the provider is: used on 30 November, there again on 1 December', async () => {
  const contract = suspended();
  expect(await unlock(contract)).toMatchObject({ kind: 'done', value: { until: '2026-12-03' } });
  isp.clock.advance(96 * hour);
  expect(await applyDebtRules(isp.provider)).toMatchObject({ promisesBroken: expect.any(Number) as number });
  expect(await unlock(contract)).toMatchObject({ kind: 'done', value: { until: '2026-12-07' } });
  expect(await standing(isp, contract)).toMatchObject({ promises: ['broken', 'open'] });
  expect(await unlock(contract)).toMatchObject({ kind: 'refused', reason: 'already_used' });
  isp.clock.advance(-96 * hour);
});

test('an unlock is found by when it was granted, and not before', async () => {
  const contract = suspended();
  const since = isp.clock.now();
  expect(await findUnlock(isp.provider, contract, since)).toBeUndefined();
  await unlock(contract);
  expect(await findUnlock(isp.provider, contract, since)).toMatchObject({ days: 3 });
  expect(await findUnlock(isp.provider, contract, new Date(since.getTime() + 1))).toBeUndefined();
});

test('an unlock whose caller is gone before it commits leaves nothing behind', async () => {
  const contract = suspended();
  const gone = new AbortController();
  const request = { key: 'gone', contractId: contract, callId: undefined, callerNumber: undefined };
  const act = unlockOnTrust(isp.provider, request, () => Promise.resolve(gone.abort()), gone.signal);
  await expect(act).rejects.toThrow(/abort/i);
  expect(await standing(isp, contract)).toEqual({ state: 'suspended_debt', promises: [], tickets: 0, blocked: true });
});

test('a payment keeps the promise: the contract goes on working after its last day', async () => {
  const contract = suspended();
  await unlock(contract);
  const { id } = await isp.provider.db
    .selectFrom('invoice')
    .select('id')
    .where('contract_id', '=', contract)
    .where('status', '=', 'open')
    .where('due_on', '<', '2026-11-30')
    .executeTakeFirstOrThrow();
  const payment = { invoiceId: id, paidOn: '2026-11-30', paidCents: 9990 };
  expect(await registerPayment(isp.provider, payment)).toBe('paid');
  expect(await registerPayment(isp.provider, payment)).toBe('not_open');
  expect(await standing(isp, contract)).toMatchObject({ state: 'active', promises: ['fulfilled'] });
  isp.clock.advance(96 * hour);
  await applyDebtRules(isp.provider);
  expect(await standing(isp, contract)).toMatchObject({ state: 'active', promises: ['fulfilled'], blocked: false });
  isp.clock.advance(-96 * hour);
});
