import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestProvider, testProvider } from '../../test/helpers/isp.ts';
import { createCallLog } from '../calls/call-log.ts';
import { systemIds } from '../kernel/ids.ts';
import { silentLogger } from '../kernel/logger.ts';
import { liveEvent } from '../live/schemas.ts';
import { windowClosed, windowOpened } from './schemas.ts';
import { createScreens, openWindowsOn, type Screens } from './service.ts';

let isp: TestProvider;
let screens: Screens;
let tenantId: number;
beforeAll(async () => {
  isp = await testProvider();
  ({ tenantId } = isp.provider);
  screens = createScreens(isp.provider);
});
afterAll(() => isp.close());

const phone = '+5537999990001';
const open = (extension: string) => openWindowsOn(isp.provider.db, tenantId, extension);

/** What the live stream tells of an extension: `opened 1`, `closed 1 lost`. */
async function told(extension: string): Promise<string[]> {
  const rows = await isp.provider.db
    .selectFrom('live_event')
    .selectAll()
    .where('topic', '=', `extension/${extension}`)
    .orderBy('id')
    .execute();
  const first = Math.min(...rows.map(({ data }) => windowOpened.safeParse(data).data?.window.id ?? Infinity));
  return rows.map((row) => {
    const { type, data } = liveEvent.parse({ ...row, at: row.at.toISOString() });
    if (type === 'window.opened') return `opened ${windowOpened.parse(data).window.id - first}`;
    const closed = windowClosed.parse(data);
    return `closed ${closed.window - first} ${closed.reason}`;
  });
}

test('a call rings at two phones, one answers: its window stays until the call ends', async () => {
  const call = { tenantId, callId: 'c0ffee00-0000-4000-8000-000000000001', callerNumber: '(37) 99999-0001' };
  await screens.announce({ ...call, extension: '3001' });
  await screens.announce({ ...call, extension: '3002' });
  await screens.withdraw({ ...call, extension: '3002' });
  expect(await open('3001')).toMatchObject([
    { callId: call.callId, callerNumber: phone, caller: { subscriber: null } },
  ]);
  expect(await open('3002')).toEqual([]);
  await screens.callEnded(tenantId, call.callId);
  expect(await told('3001')).toEqual(['opened 0', 'closed 0 call_ended']);
  expect(await told('3002')).toEqual(['opened 0', 'closed 0 lost']);
});

test('fifty announcements of one call at once open one window; what is not open is not closed', async () => {
  const call = { tenantId, extension: '3003', callerNumber: phone };
  await Promise.all(Array.from({ length: 50 }, () => screens.announce(call)));
  expect(await told('3003')).toEqual(['opened 0']);
  const caller = { callerNumber: phone, subscriberId: undefined };
  await screens.withdraw({ tenantId, extension: '3004', caller });
  await screens.withdraw({ tenantId, extension: '3003', caller: { ...caller, callerNumber: '+5537999990002' } });
  expect(await open('3003')).toHaveLength(1);
  await screens.withdraw({ tenantId, extension: '3003', caller });
  await screens.withdraw({ tenantId, extension: '3003', caller });
  expect(await told('3003')).toEqual(['opened 0', 'closed 0 cancelled']);
});

test('calls that end while others begin are each told once, under numbers without a gap', async () => {
  const calls = Array.from({ length: 40 }, (_, n) => ({ tenantId, callId: `busy-${n}`, callerNumber: phone }));
  const [ending, beginning] = [calls.slice(0, 20), calls.slice(20)];
  const extensionOf = (n: number) => String(3100 + (n % 5));
  for (const [n, call] of ending.entries()) await screens.announce({ ...call, extension: extensionOf(n) });
  await Promise.all([
    ...ending.map(({ callId }) => screens.callEnded(tenantId, callId)),
    ...beginning.map((call, n) => screens.announce({ ...call, extension: extensionOf(n) })),
  ]);
  await Promise.all(beginning.map(({ callId }) => screens.callEnded(tenantId, callId)));
  const { db } = isp.provider;
  const numbers = await db
    .selectFrom('live_event')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .orderBy('id')
    .execute();
  expect(numbers.map(({ id }) => id)).toEqual(numbers.map((_, n) => n + 1));
  const all = (await Promise.all([0, 1, 2, 3, 4].map((n) => told(extensionOf(n))))).flat();
  expect(all.filter((event) => event.endsWith('call_ended'))).toHaveLength(40);
  expect(all.filter((event) => event.startsWith('opened'))).toHaveLength(40);
});

test('an agent closes a window of the own screen only, and once', async () => {
  await screens.announce({ tenantId, extension: '3005', callerNumber: phone });
  const [window] = await open('3005');
  await screens.closeByAgent(tenantId, '3006', window?.id ?? 0);
  expect(await open('3005')).toHaveLength(1);
  await screens.closeByAgent(tenantId, '3005', window?.id ?? 0);
  await screens.closeByAgent(tenantId, '3005', window?.id ?? 0);
  expect(await told('3005')).toEqual(['opened 0', 'closed 0 closed_by_agent']);
});

test('windows that a dead process or another exchange left open are closed', async () => {
  const log = createCallLog({ ...isp.provider, ids: systemIds, logger: silentLogger });
  const caller = { tenantId, channelId: 'x', callerNumber: '', dialled: '2222', startedAt: isp.clock.now() };
  const ended = log.open({ ...caller, direction: 'inbound' });
  log.close(ended, { reason: 'lost', at: isp.clock.now() });
  await log.flush();
  await screens.announce({ tenantId, extension: '3007', callId: ended, callerNumber: undefined });
  await screens.announce({ tenantId, extension: '3007', callerNumber: phone });
  expect(await screens.closeLeftOpen()).toBe(1);
  expect(await open('3007')).toMatchObject([{ callerNumber: phone }]);
  isp.clock.advance(13 * 3_600_000);
  expect(await screens.closeLeftOpen()).toBe(1);
  expect(await told('3007')).toEqual(['opened 0', 'opened 1', 'closed 0 call_ended', 'closed 1 expired']);
  isp.clock.advance(-13 * 3_600_000);
});

test('a caller of our own ERP is shown with debts, alerts and connection, the document masked', async () => {
  const contractId = String(isp.contractOf('suspended'));
  const notice = { contractId, extension: '3008', callId: 'one', callerNumber: undefined, lost: false };
  const signal = new AbortController().signal;
  expect(await isp.erp.notifyAgent(notice, signal)).toEqual({ kind: 'done', value: null });
  const [window] = await open('3008');
  const subscriber = isp.demo.find((one) => one.situation === 'suspended');
  expect(window?.caller).toMatchObject({
    contractId,
    subscriber: { contracts: [{ id: contractId, status: 'suspended', suspendedFor: 'debt' }] },
    connection: { state: 'other' },
  });
  expect(window?.caller.subscriber?.contracts[0]?.overdueCents).toBeGreaterThan(0);
  expect(JSON.stringify(window)).not.toContain(subscriber?.document);
});

test('another provider with the same extension and caller has windows of its own', async () => {
  const { db } = isp.provider;
  const other = await db
    .insertInto('tenant')
    .values({ name: 'Outro', time_zone: 'America/Sao_Paulo' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await screens.announce({ tenantId: other.id, extension: '3009', callerNumber: phone });
  await screens.withdraw({ tenantId, extension: '3009', caller: { callerNumber: phone, subscriberId: undefined } });
  expect(await open('3009')).toEqual([]);
  expect(await openWindowsOn(db, other.id, '3009')).toHaveLength(1);
});
