import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../test/helpers/database.ts';
import { systemClock } from '../kernel/clock.ts';
import { systemIds } from '../kernel/ids.ts';
import { silentLogger } from '../kernel/logger.ts';
import { openDatabase } from '../storage/database.ts';
import { createCallLog } from './call-log.ts';
import { createCallbackRequests } from './callback-requests.ts';

let database: TestDatabase;
let tenantId: number;
const parts = () => ({
  db: database.db,
  pool: database.pool,
  clock: systemClock,
  ids: systemIds,
  logger: silentLogger,
});
const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 5, 0, second));
const newCall = (channelId: string) => ({
  tenantId,
  channelId,
  callerNumber: '1001',
  dialled: '2222',
  direction: 'internal' as const,
  startedAt: at(0),
});
const entered = (node: string, second: number) => ({ flow: 'f', node, kind: 'say', at: at(second), state: { node } });

beforeAll(async () => {
  database = await testDatabase();
  const tenant = await database.db
    .insertInto('tenant')
    .values({ name: 'Provedor', time_zone: 'America/Sao_Paulo' })
    .returning('id')
    .executeTakeFirstOrThrow();
  tenantId = tenant.id;
});
afterAll(() => database.close());

test('a call that ended is in the log with every step in order', async () => {
  const log = createCallLog(parts());
  const id = log.open(newCall('whole'));
  log.step(id, { entered: entered('greeting', 1) });
  log.step(id, { left: { exit: 'next', at: at(2) }, entered: entered('document', 2) });
  log.step(id, { left: { exit: 'done', digits: '***', at: at(3) }, entered: entered('bye', 3) });
  log.note(id, { subscriberId: '7', contractId: '70', protocol: '20261121000001' });
  log.note(id, { protocol: '20261121000001' });
  log.close(id, { reason: 'caller_hung_up', cause: 16, at: at(4) });
  log.close(id, { reason: 'flow_ended', at: at(5) });
  await log.flush();
  const call = await log.find(tenantId, id);
  expect(call).toMatchObject({
    endReason: 'caller_hung_up',
    hangUpCause: 16,
    protocols: ['20261121000001'],
    contractId: '70',
  });
  expect(call?.steps.map((step) => [step.position, step.node, step.exit, step.digits])).toEqual([
    [1, 'greeting', 'next', null],
    [2, 'document', 'done', '***'],
    [3, 'bye', 'caller_hung_up', null],
  ]);
});

test('a phone that answered in the instant in which the caller hung up is who answered', async () => {
  const log = createCallLog(parts());
  const id = log.open(newCall('instant'));
  const leg = { callerId: 'instant', legId: 'leg' };
  log.leg({ ...leg, kind: 'placed', number: '1002', at: at(1) });
  log.leg({ callerId: 'instant', legId: 'silent', kind: 'placed', number: '1003', at: at(1) });
  log.leg({ ...leg, kind: 'answered', at: at(2) });
  log.close(id, { reason: 'caller_hung_up', at: at(2) });
  await log.flush();
  expect(await log.find(tenantId, id)).toMatchObject({ answeredBy: '1002' });
});

test('told twice of one channel, the log has one row', async () => {
  const log = createCallLog(parts());
  expect(log.open(newCall('twice'))).toBe(log.open(newCall('twice')));
});

test('after the process died the next one goes on with the same row and the next position', async () => {
  const dead = createCallLog(parts());
  const id = dead.open(newCall('died'));
  dead.step(id, { entered: entered('menu', 1) });
  await dead.flush();
  const log = createCallLog(parts());
  const open = (await log.openCalls()).find((call) => call.channelId === 'died');
  expect(open).toMatchObject({ id, flowState: { node: 'menu' } });
  expect(log.open(newCall('died'))).toBe(id);
  log.step(id, { entered: entered('menu', 9) });
  log.close(id, { reason: 'caller_hung_up', at: at(10) });
  await log.flush();
  const steps = (await log.find(tenantId, id))?.steps;
  expect(steps?.map((step) => [step.position, step.exit])).toEqual([
    [1, 'resumed'],
    [2, 'caller_hung_up'],
  ]);
});

test('a protocol that comes after the caller hung up is still in the log', async () => {
  const log = createCallLog(parts());
  const id = log.open(newCall('late-protocol'));
  log.close(id, { reason: 'caller_hung_up', cause: 16, at: systemClock.now() });
  await log.flush();
  log.note(id, { protocol: '20261121000009' });
  await log.flush();
  expect(await log.find(tenantId, id)).toMatchObject({ protocols: ['20261121000009'], endReason: 'caller_hung_up' });
});

test('while the database is away calls go on, and nothing of them is missing afterwards', async () => {
  const connection = openDatabase(database.url, silentLogger, 1);
  const log = createCallLog({ ...parts(), db: connection.db, pool: connection.pool });
  const id = log.open(newCall('outage'));
  await log.flush();
  await database.db.schema.alterTable('call_step').renameTo('call_step_away').execute();
  log.step(id, { entered: entered('menu', 1) });
  log.step(id, { left: { exit: '1', at: at(2) }, entered: entered('bill', 2) });
  await systemClock.sleep(400);
  log.close(id, { reason: 'caller_hung_up', at: at(3) });
  await database.db.schema.alterTable('call_step_away').renameTo('call_step').execute();
  await log.flush();
  expect((await log.find(tenantId, id))?.steps.map((step) => step.exit)).toEqual(['1', 'caller_hung_up']);
  await connection.close();
});

test('what was said is known to be stored although calls never stop', async () => {
  const log = createCallLog(parts());
  const calm = new AbortController();
  const traffic = (async () => {
    const id = log.open(newCall('busy'));
    for (let second = 1; !calm.signal.aborted; second += 1) {
      log.step(id, { entered: entered('menu', second % 60) });
      await systemClock.sleep(1);
    }
    log.close(id, { reason: 'caller_hung_up', at: at(59) });
  })();
  const id = log.open(newCall('one-of-many'));
  await log.flush();
  expect(await log.find(tenantId, id)).toBeDefined();
  calm.abort();
  await traffic;
  await log.flush();
});

test('nothing that comes late opens a call again that has ended', async () => {
  const log = createCallLog(parts());
  const id = log.open(newCall('late'));
  log.step(id, { entered: entered('menu', 1) });
  log.close(id, { reason: 'caller_hung_up', at: at(2) });
  log.step(id, { left: { exit: '1', at: at(3) }, entered: entered('bill', 3) });
  await log.flush();
  expect((await log.find(tenantId, id))?.steps.map((step) => step.exit)).toEqual(['caller_hung_up']);
});

test('a caller id with a NUL in it harms neither its own call nor another', async () => {
  const log = createCallLog(parts());
  const odd = log.open({ ...newCall('odd'), callerNumber: '10\u000001' });
  const even = log.open(newCall('even'));
  log.close(odd, { reason: 'caller_hung_up', at: at(1) });
  log.close(even, { reason: 'caller_hung_up', at: at(1) });
  await log.flush();
  expect((await log.find(tenantId, odd))?.callerNumber).toBe('1001');
  expect(await log.find(tenantId, even)).toBeDefined();
});

test('one call with a row that the database refuses does not hold up the others', async () => {
  const log = createCallLog(parts());
  const broken = log.open({ ...newCall('broken'), tenantId: 999_999 });
  const sound = log.open(newCall('sound'));
  log.close(broken, { reason: 'caller_hung_up', at: at(1) });
  log.close(sound, { reason: 'caller_hung_up', at: at(1) });
  await log.flush();
  expect(await log.find(tenantId, sound)).toBeDefined();
});

test('the log is read a page at a time, the newest first', async () => {
  const log = createCallLog(parts());
  const tenant = tenantId;
  for (let i = 0; i < 5; i += 1)
    log.open({ ...newCall(`page-${i}`), startedAt: new Date(Date.UTC(2030, 0, 1, 0, 0, i)) });
  await log.flush();
  const first = await log.list(tenant, { limit: 3 });
  expect(first.map((call) => call.channelId)).toEqual(['page-4', 'page-3', 'page-2']);
  const second = await log.list(tenant, { limit: 2, before: first[2]?.id ?? '' });
  expect(second.map((call) => call.channelId)).toEqual(['page-1', 'page-0']);
  expect(await log.list(tenant + 1, { limit: 3 })).toEqual([]);
});

test('a callback asked for twice in one call has one protocol', async () => {
  const log = createCallLog(parts());
  const callId = log.open(newCall('callback'));
  const requests = createCallbackRequests({ db: database.db, log, clock: systemClock, timeZone: 'America/Sao_Paulo' });
  const [first, second] = await Promise.all([
    requests.record({ tenantId, callId, number: '34999990000' }),
    requests.record({ tenantId, callId, number: '34999990000' }),
  ]);
  expect(first).toMatch(/^\d{14}$/);
  expect(second).toBe(first);
});

test('every leg is in the log with how it ended, also when the process died in between and when its end came late', async () => {
  const dead = createCallLog(parts());
  const callerId = 'uirapuru-1764000000.7';
  const id = dead.open(newCall(callerId));
  const leg = (unique: string) => `leg-${callerId}-${unique}`;
  for (const number of ['1001', '1002']) {
    dead.leg({ kind: 'placed', callerId, legId: leg(number), number, at: at(1) });
    dead.leg({ kind: 'ringing', callerId, legId: leg(number), at: at(2) });
  }
  dead.leg({ kind: 'answered', callerId, legId: callerId, at: at(5) });
  dead.leg({ kind: 'answered', callerId, legId: leg('1001'), at: at(5) });
  await dead.flush();
  const log = createCallLog(parts());
  const open = (await log.openCalls()).find((call) => call.id === id);
  expect(open?.openLegs.toSorted()).toEqual([leg('1001'), leg('1002')]);
  expect(open?.talkingLegs).toEqual([leg('1001')]);
  log.leg({ kind: 'ended', callerId, legId: leg('1002'), cause: 26, at: at(6) });
  log.close(id, { reason: 'caller_hung_up', cause: 16, at: at(15) });
  log.leg({ kind: 'ended', callerId, legId: leg('1001'), cause: 16, at: at(16) });
  await log.flush();
  const call = await log.find(tenantId, id);
  expect(call).toMatchObject({
    uniqueid: '1764000000.7',
    direction: 'internal',
    answeredAt: at(5).toISOString(),
    ringMs: 4_000,
    waitMs: 5_000,
    talkMs: 10_000,
    holdMs: 0,
  });
  expect(call?.legs.map(({ role, number, endedAt, cause }) => [role, number, endedAt, cause])).toEqual([
    ['caller', '1001', at(15).toISOString(), 16],
    ['placed', '1001', at(16).toISOString(), 16],
    ['placed', '1002', at(6).toISOString(), 26],
  ]);
});

test('who is in which call is known from change to change, and after a restart', async () => {
  const log = createCallLog(parts());
  const phones = log.phones(tenantId);
  const heldTo = (other = log) => {
    const live = other.live(tenantId).flatMap(({ id, legs }) => legs.map(({ number }) => `${number} ${id}`));
    const known = [...other.phones(tenantId)].flatMap(([number, calls]) => [...calls].map((id) => `${number} ${id}`));
    expect(new Set(known)).toEqual(new Set(live));
  };
  const id = log.open(newCall('phones'));
  const leg = (legId: string) => ({ callerId: 'phones', legId, at: at(1) });
  expect([...(phones.get('1001') ?? [])]).toContain(id);
  for (const number of ['3001', '3002']) log.leg({ ...leg(number), kind: 'placed', number });
  heldTo();
  expect(phones.get('3002')).toEqual(new Set([id]));
  log.leg({ ...leg('3001'), kind: 'answered' });
  log.leg({ ...leg('3002'), kind: 'ended', cause: 26 });
  heldTo();
  expect(phones.has('3002')).toBe(false);
  await log.flush();
  const again = createCallLog(parts());
  await again.openCalls();
  expect(again.phones(tenantId).get('3001')).toEqual(new Set([id]));
  heldTo(again);
  log.close(id, { reason: 'caller_hung_up', cause: 16, at: at(2) });
  heldTo();
  expect(phones.has('3001')).toBe(false);
  await log.flush();
});

test('a channel that comes into another call is a leg of that one alone, with the times it has', async () => {
  const log = createCallLog(parts());
  const [asked, first] = [log.open(newCall('asked')), log.open(newCall('first'))];
  const moved = { legId: 'leg-asked-12345678' };
  log.leg({ ...moved, callerId: 'asked', kind: 'placed', number: '1002', at: at(1) });
  log.leg({ ...moved, callerId: 'asked', kind: 'ringing', at: at(2) });
  log.leg({ ...moved, callerId: 'asked', kind: 'answered', at: at(3) });
  await log.flush();
  log.leg({ ...moved, callerId: 'first', kind: 'placed', number: '1002', at: at(5) });
  log.close(asked, { reason: 'transferred', at: at(5) });
  log.leg({ ...moved, callerId: 'first', kind: 'ended', cause: 16, at: at(9) });
  log.close(first, { reason: 'agent_hung_up', at: at(9) });
  await log.flush();
  expect(await log.find(tenantId, asked)).toMatchObject({ talkMs: 2_000, legs: [{ channelId: 'asked' }] });
  expect((await log.find(tenantId, first))?.legs.find(({ role }) => role === 'placed')).toMatchObject({
    channelId: moved.legId,
    startedAt: at(1).toISOString(),
    answeredAt: at(3).toISOString(),
    endedAt: at(9).toISOString(),
    cause: 16,
  });
});
