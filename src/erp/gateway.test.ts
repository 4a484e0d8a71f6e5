import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/helpers/database.ts';
import { ManualClock } from '../../test/helpers/manual-clock.ts';
import { type Fault, UnreliableErp } from '../../test/helpers/unreliable-erp.ts';
import { systemClock } from '../kernel/clock.ts';
import { silentLogger } from '../kernel/logger.ts';
import { type DatabaseConnection, openDatabase } from '../storage/database.ts';
import { createActLocks } from './act-locks.ts';
import { createErpGateway } from './gateway.ts';

const timeZone = 'America/Sao_Paulo';
const database = await testDatabase();
let tenantId = 0;
let serial = 0;

beforeAll(async () => {
  const tenant = { name: 'Provedor', time_zone: timeZone };
  tenantId = (await database.db.insertInto('tenant').values(tenant).returning('id').executeTakeFirstOrThrow()).id;
});
afterAll(() => database.close());

/** A contract of its own for each test, and as many processes over one ERP as it wants. */
function setup(options: { faults?: Fault[]; settleMs?: number; at?: string } = {}) {
  const clock = new ManualClock(options.at ?? '2026-11-21T12:00:00Z');
  const erp = new UnreliableErp(clock, timeZone);
  erp.faults.push(...(options.faults ?? []));
  const contractId = `c${++serial}`;
  let polls = 0;
  const lockClock = {
    ...systemClock,
    sleep: (ms: number) => {
      polls += 1;
      return systemClock.sleep(ms);
    },
  };
  const process = (db = database.db) => {
    const breaker = { failureLimit: 100, openMs: 1 };
    const locks = createActLocks(db, lockClock, 5_000);
    const parts = { erp, db, tenantId, timeZone, locks, clock, breaker, logger: silentLogger };
    const callUrl = (callId: string) => `https://ura.example/${callId}`;
    return createErpGateway({ ...parts, callUrl, metrics: new Registry(), settleMs: options.settleMs ?? 0 });
  };
  const request = (callId = `call${++serial}`) => ({ contractId, callId, callerNumber: '+5534999990000' });
  const rows = () => database.db.selectFrom('erp_act').selectAll().where('contract_id', '=', contractId).execute();
  return { clock, erp, contractId, process, gateway: process(), request, rows, polls: () => polls };
}

test('a caller who redials after the unlock hears the same protocol, and the ERP is not asked again', async () => {
  const { gateway, erp, request, clock } = setup();
  const first = await gateway.trustUnlock(request());
  clock.advance(3_600_000);
  expect(first.kind).toBe('done');
  expect(await gateway.trustUnlock(request())).toEqual(first);
  expect(erp.asked).toEqual(['trustUnlock']);
});

test('however often our health is asked for, the ERP is asked once in five seconds', async () => {
  const { gateway, erp, clock } = setup({ faults: ['ok', 'down', 'down'] });
  const looks = () => Promise.all([gateway.health(), gateway.health()]);
  expect([await looks(), await looks()]).toEqual([
    ['ok', 'ok'],
    ['ok', 'ok'],
  ]);
  expect(erp.asked).toEqual(['answers']);
  clock.advance(5_000);
  expect(await looks()).toEqual(['down', 'down']);
});

test('when the unlock has run out, the ERP decides: refused in the same month, granted in the next', async () => {
  const { gateway, erp, request, clock, rows } = setup({ at: '2026-11-05T12:00:00Z' });
  erp.unlocksPerMonth = 1;
  expect((await gateway.trustUnlock(request())).kind).toBe('done');
  clock.advance(4 * 86_400_000);
  expect(await gateway.trustUnlock(request())).toMatchObject({ kind: 'refused', reason: 'already_used' });
  clock.advance(30 * 86_400_000);
  expect((await gateway.trustUnlock(request())).kind).toBe('done');
  expect((await rows()).map((row) => [row.period, row.state])).toEqual([
    ['2026-11/1', 'done'],
    ['2026-11/2', 'refused'],
    ['2026-12/1', 'done'],
  ]);
});

test('an unlock of the last day of a month is not granted again the next morning', async () => {
  const { gateway, erp, request, clock } = setup({ at: '2026-12-01T02:59:00Z' });
  const first = await gateway.trustUnlock(request());
  clock.advance(12 * 3_600_000);
  expect(await gateway.trustUnlock(request())).toEqual(first);
  expect(erp.grants).toHaveLength(1);
});

test('what the ERP refused, or found nothing to do about, is asked again, since it may have changed', async () => {
  const { gateway, erp, request } = setup();
  erp.suspended = false;
  expect(await gateway.trustUnlock(request())).toMatchObject({ reason: 'not_suspended' });
  erp.suspended = true;
  erp.unlocksPerMonth = 0;
  expect(await gateway.trustUnlock(request())).toMatchObject({ reason: 'already_used' });
  erp.unlocksPerMonth = 1;
  expect((await gateway.trustUnlock(request())).kind).toBe('done');
});

test.each(['lost_after', 'hang_after'] as const)(
  'an unlock whose answer was %s is found, and told as done',
  async (fault) => {
    const { gateway, erp, request, rows } = setup({ faults: [fault] });
    expect(await gateway.trustUnlock(request())).toMatchObject({ kind: 'done', value: { days: 3 } });
    expect(erp.grants).toHaveLength(1);
    expect(await rows()).toMatchObject([{ state: 'done', attempts: 1, holds_until: '2026-11-24' }]);
  },
);

test('an unlock lost before the ERP saw it is told as not done, and may be asked for again', async () => {
  const { gateway, erp, request } = setup({ faults: ['lost_before'] });
  expect(await gateway.trustUnlock(request())).toMatchObject({ kind: 'unavailable', reason: 'timeout' });
  expect((await gateway.trustUnlock(request())).kind).toBe('done');
  expect(erp.grants).toHaveLength(1);
});

test('while nobody can find out, the caller hears that, nothing is sent again, and a later sweep completes the log', async () => {
  const { gateway, erp, request, clock, rows } = setup({
    faults: ['lost_after', 'lost_before', 'lost_before', 'lost_before', 'lost_before'],
  });
  expect(await gateway.trustUnlock(request())).toMatchObject({ reason: 'unknown' });
  expect(await gateway.trustUnlock(request())).toMatchObject({ reason: 'unknown' });
  expect(erp.asked.filter((operation) => operation === 'trustUnlock')).toHaveLength(1);
  clock.advance(60_000);
  expect(await gateway.resolveDoubts()).toBe(1);
  expect(await rows()).toMatchObject([{ state: 'done' }]);
  expect(erp.grants).toHaveLength(1);
});

test('an ERP that acts late is waited for before its "not found" is believed', async () => {
  const { gateway, erp, request, contractId, clock } = setup({ faults: ['lost_before'], settleMs: 8_000 });
  const findUnlock = erp.findUnlock.bind(erp);
  erp.findUnlock = async (...args) => {
    const answer = await findUnlock(...args);
    const unlocked = { protocol: '20261121000009', days: 3, until: '2026-11-24' };
    if (erp.grants.length === 0) erp.grants.push({ contractId, at: clock.now(), unlocked });
    return answer;
  };
  expect(await gateway.trustUnlock(request())).toMatchObject({ kind: 'done', value: { protocol: '20261121000009' } });
});

test('twenty callers at once, in two processes, are one unlock and hear one outcome', async () => {
  const { process, erp, request } = setup({ faults: ['held_before'] });
  const gateways = [process(), process()];
  const all = Array.from({ length: 10 }, () => gateways.map((gateway) => gateway.trustUnlock(request()))).flat();
  await expect.poll(() => erp.asked.length).toBe(1);
  erp.release();
  const outcomes = await Promise.all(all);
  expect(outcomes).toEqual(outcomes.map(() => outcomes[0]));
  expect(outcomes[0]?.kind).toBe('done');
  expect(erp.asked).toEqual(['trustUnlock']);
});

test("of two processes at once, the one that waited is told the other's refusal without asking again", async () => {
  const { process, erp, request, polls } = setup({ faults: ['held_before'] });
  erp.unlocksPerMonth = 0;
  const first = process().trustUnlock(request());
  await expect.poll(() => erp.asked.length).toBe(1);
  const second = process().trustUnlock(request());
  await expect.poll(() => polls()).toBeGreaterThan(0);
  erp.release();
  expect(await Promise.all([first, second])).toMatchObject([{ kind: 'refused' }, { kind: 'refused' }]);
  expect(erp.asked).toEqual(['trustUnlock']);
});

test.each([
  ['held_after', 1],
  ['held_before', 2],
] as const)('a process killed while an unlock is %s: the next one asks the ERP first', async (fault, requests) => {
  const { process, erp, request, rows } = setup({ faults: [fault] });
  const doomed = doomedDatabase();
  const lost = process(doomed.db).trustUnlock(request());
  await expect.poll(() => erp.asked.length).toBe(1);
  await doomed.cut();
  expect((await process().trustUnlock(request())).kind).toBe('done');
  expect(erp.asked.filter((operation) => operation === 'trustUnlock')).toHaveLength(requests);
  expect(erp.asked[1]).toBe('findUnlock');
  expect(erp.grants).toHaveLength(1);
  const settled = await rows();
  const ended = doomed.close();
  if (fault === 'held_after') erp.release();
  if (fault === 'held_after') await lost;
  if (fault === 'held_after') await ended;
  expect(await rows()).toEqual(settled);
});

test('a ticket is opened once for a subject in a call, and found when its answer was lost', async () => {
  const { gateway, erp, request } = setup({ faults: ['lost_after'] });
  const ticket = { ...request('one'), subject: 'support', description: 'Sem sinal', fieldVisit: false } as const;
  const first = await gateway.openTicket(ticket);
  expect(first).toMatchObject({ kind: 'done', value: { protocol: '20261121000001' } });
  expect(await gateway.openTicket(ticket)).toEqual(first);
  expect((await gateway.openTicket({ ...ticket, subject: 'complaint' })).kind).toBe('done');
  expect((await gateway.openTicket({ ...ticket, callId: 'two' })).kind).toBe('done');
  expect(erp.tickets.size).toBe(3);
});

test('an invoice goes out once by each way in a call, again in another, and never twice when its answer was lost', async () => {
  const { gateway, erp, request } = setup({ faults: ['ok', 'ok', 'lost_after', 'lost_before'] });
  const first = request('one');
  expect(await gateway.sendInvoice({ ...first, by: 'sms' })).toMatchObject({ kind: 'done' });
  expect(await gateway.sendInvoice({ ...first, by: 'sms' })).toMatchObject({ kind: 'done' });
  expect(await gateway.sendInvoice({ ...first, by: 'email' })).toMatchObject({ kind: 'done' });
  expect(erp.invoicesSent).toHaveLength(2);
  const second = { ...request('two'), by: 'sms' } as const;
  expect(await gateway.sendInvoice(second)).toMatchObject({ reason: 'unknown' });
  expect(await gateway.sendInvoice(second)).toMatchObject({ reason: 'unknown' });
  expect(erp.invoicesSent).toHaveLength(3);
});

test('the address an invoice went to is kept masked, and told again masked', async () => {
  const { gateway, erp, request, rows } = setup();
  const { personalEmail } = await import('../kernel/personal.ts');
  const to = personalEmail('maria@provedor.net.br');
  erp.sendInvoice = () => Promise.resolve({ kind: 'done', value: { protocol: undefined, to } }) as never;
  const asked = { ...request(), by: 'email' } as const;
  await gateway.sendInvoice(asked);
  const again = await gateway.sendInvoice(asked);
  expect(again.kind === 'done' ? String(again.value.to) : again).toBe('m***@provedor.net.br');
  expect(JSON.stringify(await rows())).not.toContain('maria');
});

test('with the database gone nothing is begun, and the caller hears that it could not be done', async () => {
  const { process, erp, request } = setup();
  const gone = openDatabase('postgresql://uirapuru@/gone?host=/nonexistent', silentLogger, 2);
  expect(await process(gone.db).trustUnlock(request())).toMatchObject({ kind: 'unavailable', reason: 'down' });
  expect(erp.asked).toEqual([]);
});

test('the database going away while the ERP answers: the caller hears what the ERP said, and the log is completed later', async () => {
  const { process, erp, request, rows, clock } = setup({ faults: ['held_after'] });
  const failing = doomedDatabase();
  const outcome = process(failing.db).trustUnlock(request());
  await expect.poll(() => erp.asked.length).toBe(1);
  await failing.cut();
  const ended = failing.pool.end();
  erp.release();
  expect((await outcome).kind).toBe('done');
  await ended;
  expect(await rows()).toMatchObject([{ state: 'running' }]);
  clock.advance(60_000);
  expect(await process().resolveDoubts()).toBe(1);
  expect(await rows()).toMatchObject([{ state: 'done' }]);
});

/** A pool of connections that can be cut as the server sees it when a process is killed. */
function doomedDatabase(): DatabaseConnection & { cut(): Promise<void> } {
  const connection = openDatabase(database.url, silentLogger, 2);
  const pids: number[] = [];
  connection.pool.on('connect', (client) => pids.push((client as unknown as { processID: number }).processID));
  const cut = async () => {
    await database.pool.query('select pg_terminate_backend(pid) from unnest($1::int[]) as t(pid)', [pids]);
  };
  return { ...connection, cut };
}

describe('the tickets that a call opened', () => {
  const about = { subject: 'support', description: 'Sem conexão.', fieldVisit: false } as const;
  const day = 24 * 3_600_000;

  test('are linked to it when it ends, once', async () => {
    const { gateway, erp, request } = setup();
    await gateway.openTicket({ ...request('call-a'), ...about });
    await gateway.openTicket({ ...request('call-a'), ...about, subject: 'complaint' });
    await gateway.openTicket({ ...request('call-b'), ...about });
    await Promise.all([gateway.callEnded('call-a'), gateway.callEnded('call-a')]);
    await gateway.callEnded('call-a');
    expect(erp.links.toSorted()).toEqual([
      '20261121000001 https://ura.example/call-a',
      '20261121000002 https://ura.example/call-a',
    ]);
  });

  test('are linked later when the ERP was away or nobody saw the call end, until a day has passed', async () => {
    const { gateway, erp, request, clock } = setup();
    // Other tests' tickets are the same provider's.
    const linked = (call: string) => erp.links.filter((link) => link.endsWith(call)).length;
    await gateway.openTicket({ ...request('call-c'), ...about });
    erp.faults.push('down');
    await gateway.callEnded('call-c');
    expect(linked('call-c')).toBe(0);
    await gateway.linkLostCalls();
    expect(linked('call-c')).toBe(1);
    await gateway.openTicket({ ...request('call-d'), ...about });
    await gateway.linkLostCalls();
    expect(linked('call-d')).toBe(0);
    clock.advance(day - 1);
    await gateway.linkLostCalls();
    expect(linked('call-d')).toBe(1);
    await gateway.openTicket({ ...request('call-e'), ...about });
    clock.advance(day + 1);
    await gateway.linkLostCalls();
    expect(linked('call-e')).toBe(0);
  });

  test('are linked again when the answer was lost: the same link twice is one', async () => {
    const { gateway, erp, request, rows } = setup();
    await gateway.openTicket({ ...request('call-f'), ...about });
    erp.faults.push('lost_after');
    await gateway.callEnded('call-f');
    await gateway.linkLostCalls();
    expect(new Set(erp.links)).toEqual(new Set(['20261121000001 https://ura.example/call-f']));
    expect((await rows()).map(({ act, state }) => `${act} ${state}`)).toEqual(['ticket done', 'link done']);
  });
});
