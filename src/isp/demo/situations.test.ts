import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestProvider, testProvider } from '../../../test/helpers/isp.ts';
import { requireTaxId } from '../../kernel/tax-id.ts';

const signal = new AbortController().signal;
let isp: TestProvider;
/** The first of a month, a minute after midnight in São Paulo: the hardest day for what happened "this month". */
beforeAll(async () => {
  isp = await testProvider({ now: '2027-03-01T03:01:00Z' });
});
afterAll(() => isp.close());

/** What a caller in a situation would hear about. */
async function hear(situation: string) {
  const heard = [];
  for (const one of isp.demo.filter((each) => each.situation === situation)) {
    const found = await isp.erp.findByDocument(requireTaxId(one.document), signal);
    if (found.kind !== 'done') throw new Error(`${one.name} is not found.`);
    const access = await isp.erp.checkAccess(String(one.contracts[0]), signal);
    const invoices = await isp.erp.openInvoices(String(one.contracts[0]), signal);
    expect(found.value.contracts.map((contract) => Number(contract.id))).toEqual(one.contracts);
    heard.push({
      contracts: found.value.contracts,
      access: access.kind === 'done' ? access.value.state : access.kind,
      overdue: invoices.kind === 'done' ? invoices.value.filter((invoice) => invoice.overdue).length : -1,
      open: invoices.kind === 'done' ? invoices.value.length : -1,
    });
  }
  expect(heard).not.toEqual([]);
  return heard;
}

const unlock = (contractId: string) =>
  isp.erp.trustUnlock({ key: `try-${contractId}`, contractId, callId: 'call', callerNumber: undefined }, signal);

test.each(['active', 'company', 'company-alphanumeric', 'no-email', 'no-phone', 'provider-alert'])(
  '%s: working, online, with the next bill open and nothing overdue',
  async (situation) => {
    for (const one of await hear(situation)) {
      expect(one).toMatchObject({ access: 'online', overdue: 0, open: 1 });
      expect(one.contracts).toMatchObject([{ status: 'active', overdueCents: 0 }]);
    }
  },
);

test('suspended: one overdue invoice, and the unlock is granted', async () => {
  const all = await hear('suspended');
  expect(all.length).toBeGreaterThanOrEqual(5);
  for (const one of all) {
    expect(one).toMatchObject({ access: 'other', overdue: 1 });
    expect(one.contracts).toMatchObject([{ status: 'suspended', suspendedFor: 'debt', unlocksThisMonth: 0 }]);
    expect(await unlock(one.contracts[0]?.id ?? '')).toMatchObject({ kind: 'done' });
  }
});

test('suspended-unlock-used: even on the first of a month, this month is used', async () => {
  for (const one of await hear('suspended-unlock-used')) {
    expect(one.contracts).toMatchObject([{ status: 'suspended', suspendedFor: 'debt', unlocksThisMonth: 1 }]);
    expect(await unlock(one.contracts[0]?.id ?? '')).toMatchObject({ kind: 'refused', reason: 'already_used' });
  }
});

test('two-contracts: told apart by their streets; the second is suspended', async () => {
  for (const one of await hear('two-contracts')) {
    expect(one.contracts).toMatchObject([{ status: 'active' }, { status: 'suspended' }]);
    expect(one.contracts[0]?.street).not.toBe(one.contracts[1]?.street);
  }
});

test.each([
  ['maintenance', 'active', 'maintenance'],
  ['offline', 'active', 'offline'],
  ['cancelled', 'cancelled', 'other'],
  ['installing', 'installing', 'other'],
])('%s: the contract is %s, the connection %s', async (situation, status, access) => {
  for (const one of await hear(situation)) {
    expect(one.access).toBe(access);
    expect(one.contracts).toMatchObject([{ status, overdueCents: 0 }]);
  }
});
