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

test('a window on the agent screen opens once a call and closes when the call is lost', async () => {
  const notice = {
    contractId: String(isp.contractOf('active')),
    extension: '1001',
    callId: 'call-9',
    callerNumber: '+5537999990000',
  };
  expect(await isp.erp.notifyAgent({ ...notice, lost: false }, signal)).toEqual({ kind: 'done', value: null });
  expect(await isp.erp.notifyAgent({ ...notice, lost: true }, signal)).toEqual({ kind: 'done', value: null });
  const rows = await isp.provider.db.selectFrom('agent_notice').select(['extension', 'closed_at']).execute();
  expect(rows).toEqual([{ extension: '1001', closed_at: isp.clock.now() }]);
});

test('a visit of a technician is a service order of its ticket', async () => {
  const contractId = String(isp.contractOf('offline'));
  const act = { key: 'visit', contractId, callId: 'call', callerNumber: '+5537999990000' };
  const opened = await isp.erp.openTicket(
    { ...act, subject: 'support', description: 'Sem sinal.', fieldVisit: true },
    signal,
  );
  expect(opened.kind).toBe('done');
  const rows = await isp.provider.db
    .selectFrom('service_order as o')
    .innerJoin('ticket as t', 't.id', 'o.ticket_id')
    .select(['t.protocol', 'o.status', 'o.opening_text'])
    .execute();
  expect(rows).toEqual([
    {
      protocol: opened.kind === 'done' ? opened.value.protocol : '',
      status: 'awaiting_schedule',
      opening_text: 'Sem sinal.',
    },
  ]);
});

function refuse(): Promise<'refused'> {
  return Promise.resolve('refused');
}
