import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { standing, type TestProvider, testProvider } from '../../test/helpers/isp.ts';
import { silentLogger } from '../kernel/logger.ts';
import { openDatabase } from '../storage/database.ts';
import { createEmbeddedErp } from './embedded-erp.ts';

const signal = new AbortController().signal;
let isp: TestProvider;
beforeAll(async () => {
  isp = await testProvider();
});
afterAll(() => isp.close());

function unlockOf(contractId: number) {
  return { key: `down-${contractId}`, contractId: String(contractId), callId: 'call', callerNumber: undefined };
}

test('without a database nothing is "not found" and no act is in doubt: the ERP is down', async () => {
  const gone = openDatabase('postgresql://uirapuru@/postgres?host=/nowhere', silentLogger);
  const refuse = (): Promise<'refused'> => Promise.resolve('refused');
  const messaging = { sendEmail: refuse, sendSms: refuse };
  const erp = createEmbeddedErp({
    ...isp.provider,
    ...gone,
    messaging,
    paintBoleto: () => Promise.reject(new Error('nothing is drawn here')),
    schedulePromiseEnd: () => Promise.resolve(),
  });
  const down = { kind: 'unavailable', reason: 'down' };
  expect(await erp.findByPhone('+5537999990000', signal)).toMatchObject(down);
  expect(await erp.trustUnlock(unlockOf(1), signal)).toMatchObject(down);
  await gone.close();
});

test('an unlock whose connection breaks is in doubt, and asked again under its key it happens once', async () => {
  const contract = isp.contractOf('suspended');
  const { db } = isp.provider;
  const answer = await db.transaction().execute(async (blocker) => {
    await sql`select 1 from contract where id = ${contract} for update`.execute(blocker);
    const act = isp.erp.trustUnlock(unlockOf(contract), signal);
    await endWhoWaits();
    return act;
  });
  expect(answer).toMatchObject({ kind: 'unavailable', reason: 'unknown' });
  expect(await standing(isp, contract)).toMatchObject({ state: 'suspended_debt', promises: [] });
  expect(await isp.erp.trustUnlock(unlockOf(contract), signal)).toMatchObject({ kind: 'done' });
  expect(await standing(isp, contract)).toMatchObject({ state: 'active', promises: ['open'], tickets: 1 });
});

async function endWhoWaits(): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ ended: boolean }>`
      select pg_terminate_backend(pid) as ended from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`.execute(isp.provider.db);
    if (rows.some(({ ended }) => ended)) return;
  }
}
