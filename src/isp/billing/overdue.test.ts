import { afterAll, beforeAll, expect, test } from 'vitest';
import { standing, type TestProvider, testProvider } from '../../../test/helpers/isp.ts';
import { addDays, localDate } from '../../kernel/clock.ts';
import { applyDebtRules, endPromise } from './overdue.ts';
import { registerPayment, unlockOnTrust } from './service.ts';

const day = 86_400_000;
let isp: TestProvider;
beforeAll(async () => {
  isp = await testProvider({ copies: 2 });
});
afterAll(() => isp.close());

const nothing = { promisesKept: 0, promisesBroken: 0, suspended: 0 };
const today = () => localDate(isp.clock.now(), isp.provider.timeZone);

async function bill(contractId: number, dueOn: string): Promise<number> {
  const { db, tenantId } = isp.provider;
  const account = await db.selectFrom('billing_account').select('id').executeTakeFirstOrThrow();
  const row = await db
    .insertInto('invoice')
    .values({
      tenant_id: tenantId,
      contract_id: contractId,
      billing_account_id: account.id,
      status: 'open',
      charge_kind: 'boleto',
      amount_cents: 5000,
      due_on: dueOn,
      issued_on: dueOn,
      our_number: `9${contractId}${dueOn.replaceAll('-', '')}`,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

test('the demonstration agrees with the rules: the first night changes nothing', async () => {
  expect(await applyDebtRules(isp.provider)).toEqual(nothing);
});

test('fourteen days late is not suspended, fifteen are; a second run finds nothing to do', async () => {
  const [early, late] = isp.demo.filter((one) => one.situation === 'active').map((one) => one.contracts[0] ?? 0);
  await bill(early ?? 0, addDays(today(), -14));
  await bill(late ?? 0, addDays(today(), -15));
  expect(await applyDebtRules(isp.provider)).toEqual({ ...nothing, suspended: 1 });
  expect(await standing(isp, early ?? 0)).toMatchObject({ state: 'active', blocked: false });
  expect(await standing(isp, late ?? 0)).toMatchObject({ state: 'suspended_debt', blocked: true });
  expect(await applyDebtRules(isp.provider)).toEqual(nothing);
});

test('two runs at once suspend each contract once', async () => {
  const contract = isp.contractOf('offline');
  await bill(contract, addDays(today(), -20));
  const runs = await Promise.all([applyDebtRules(isp.provider), applyDebtRules(isp.provider)]);
  expect(runs.map((run) => run.suspended).reduce((sum, count) => sum + count)).toBe(1);
  const changes = await isp.provider.db
    .selectFrom('contract_state_change')
    .select('event')
    .where('contract_id', '=', contract)
    .execute();
  expect(changes).toEqual([{ event: 'fall_into_debt' }]);
});

test('a tenant may wait longer', async () => {
  const contract = isp.contractOf('company');
  const { db, tenantId } = isp.provider;
  await db.insertInto('debt_rules').values({ tenant_id: tenantId, suspend_after_days: 30, unlock_days: 5 }).execute();
  await bill(contract, addDays(today(), -29));
  expect(await applyDebtRules(isp.provider)).toEqual(nothing);
  await db.updateTable('debt_rules').set({ suspend_after_days: 29 }).execute();
  expect(await applyDebtRules(isp.provider)).toMatchObject({ suspended: 1 });
  await db.deleteFrom('debt_rules').execute();
});

test('what the caller suspended is not touched by debt, nor by payment', async () => {
  const contract = isp.contractOf('no-email');
  await isp.provider.db
    .updateTable('contract')
    .set({ state: 'suspended_request' })
    .where('id', '=', contract)
    .execute();
  const invoiceId = await bill(contract, addDays(today(), -40));
  await applyDebtRules(isp.provider);
  await registerPayment(isp.provider, { invoiceId, paidOn: today(), paidCents: 5000 });
  expect(await standing(isp, contract)).toMatchObject({ state: 'suspended_request' });
});

test('only when all that is overdue is paid does a suspended contract work again', async () => {
  const contract = isp.contractOf('no-phone');
  const first = await bill(contract, addDays(today(), -40));
  const second = await bill(contract, addDays(today(), -1));
  await applyDebtRules(isp.provider);
  const pay = (invoiceId: number) => registerPayment(isp.provider, { invoiceId, paidOn: today(), paidCents: 5000 });
  expect(await pay(first)).toBe('paid');
  expect(await standing(isp, contract)).toMatchObject({ state: 'suspended_debt' });
  expect(await pay(second)).toBe('paid');
  expect(await standing(isp, contract)).toMatchObject({ state: 'active', blocked: false });
  expect(await pay(999_999)).toBe('not_found');
});

test('a promise holds to the last second of its last day, and the nightly run leaves it alone until then', async () => {
  const contract = isp.contractOf('suspended');
  const request = { key: 'night', contractId: contract, callId: undefined, callerNumber: undefined };
  let expiry = new Date(0);
  let promise = 0;
  await unlockOnTrust(isp.provider, request, (_, promiseId, expiresAt) => {
    [promise, expiry] = [promiseId, expiresAt];
    return Promise.resolve();
  });
  expect(expiry).toEqual(new Date('2026-11-25T03:00:00Z'));
  isp.clock.advance(expiry.getTime() - isp.clock.now().getTime() - 1);
  expect(await endPromise(isp.provider, promise)).toBe('none');
  await applyDebtRules(isp.provider);
  expect(await standing(isp, contract)).toMatchObject({ state: 'active', promises: ['open'] });
  isp.clock.advance(1);
  expect(await endPromise(isp.provider, promise)).toBe('broken');
  expect(await endPromise(isp.provider, promise)).toBe('none');
  expect(await standing(isp, contract)).toMatchObject({ state: 'suspended_debt', promises: ['broken'], blocked: true });
  isp.clock.advance(-4 * day);
});
