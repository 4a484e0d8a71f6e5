import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestProvider, testProvider } from '../../test/helpers/isp.ts';
import { requireTaxId } from '../kernel/tax-id.ts';
import { createEmbeddedErp } from './embedded-erp.ts';

const signal = new AbortController().signal;
const notFound = { kind: 'nothing_to_do', reason: 'not_found' };
let isp: TestProvider;
beforeAll(async () => {
  isp = await testProvider();
});
afterAll(() => isp.close());

test('another tenant sees and does nothing with these contracts', async () => {
  const { db } = isp.provider;
  const other = await db
    .insertInto('tenant')
    .values({ name: 'Outro', time_zone: 'America/Manaus' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const messaging = { sendEmail: refuse, sendSms: refuse };
  const erp = createEmbeddedErp({
    ...isp.provider,
    tenantId: other.id,
    messaging,
    paintBoleto: () => Promise.reject(new Error('nothing is drawn here')),
    schedulePromiseEnd: () => Promise.resolve(),
  });
  const victim = isp.demo.find((one) => one.situation === 'suspended');
  const contractId = String(victim?.contracts[0]);
  const act = { key: 'x', contractId, callId: 'call', callerNumber: undefined };
  expect(await erp.findByDocument(requireTaxId(victim?.document ?? ''), signal)).toMatchObject(notFound);
  expect(await erp.findByPhone(victim?.phone ?? '', signal)).toMatchObject(notFound);
  expect(await erp.findByContract(contractId, signal)).toMatchObject(notFound);
  expect(await erp.openInvoices(contractId, signal)).toMatchObject(notFound);
  expect(await erp.checkAccess(contractId, signal)).toMatchObject(notFound);
  expect(await erp.trustUnlock(act, signal)).toMatchObject(notFound);
  expect(await erp.sendInvoice({ ...act, by: 'email' }, signal)).toMatchObject(notFound);
  expect(await erp.openTicket({ ...act, subject: 'other', description: 'x', fieldVisit: false }, signal)).toMatchObject(
    notFound,
  );
  expect(await erp.resetSession(contractId, signal)).toMatchObject(notFound);
  expect(await erp.resetMac(contractId, signal)).toMatchObject(notFound);
  expect(
    await erp.notifyAgent(
      { contractId, extension: '1001', callId: 'call', callerNumber: undefined, lost: false },
      signal,
    ),
  ).toMatchObject(notFound);
});

test('alerts reach whom they are for: one subscriber, or everyone', async () => {
  for (const one of isp.demo) {
    const found = await isp.erp.findByContract(String(one.contracts[0]), signal);
    const alerts = found.kind === 'done' ? found.value.contracts.flatMap((contract) => contract.alerts) : [];
    expect(alerts).toHaveLength(one.situation === 'provider-alert' ? 1 : 0);
  }
  expect(await isp.erp.providerAlerts(signal)).toEqual({ kind: 'done', value: [] });
});

function refuse(): Promise<'refused'> {
  return Promise.resolve('refused');
}
