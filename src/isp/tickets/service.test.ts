import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestProvider, testProvider } from '../../../test/helpers/isp.ts';

const signal = new AbortController().signal;
let isp: TestProvider;
beforeAll(async () => {
  isp = await testProvider();
});
afterAll(() => isp.close());

test('a window on the agent screen opens once a call and closes when the call is lost', async () => {
  const notice = {
    contractId: String(isp.contractOf('active')),
    extension: '1001',
    callId: 'call-9',
    callerNumber: '+5537999990000',
  };
  expect(await isp.erp.notifyAgent({ ...notice, lost: false }, signal)).toEqual({ kind: 'done', value: null });
  expect(await isp.erp.notifyAgent({ ...notice, lost: true }, signal)).toEqual({ kind: 'done', value: null });
  const rows = await isp.provider.db.selectFrom('screen_window').select(['extension', 'closed_at']).execute();
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
