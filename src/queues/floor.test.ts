import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type TestDatabase, testDatabase, testTenant } from '../../test/helpers/database.ts';
import { ManualClock } from '../../test/helpers/manual-clock.ts';
import { createJournal, type Journal } from '../agents/service.ts';
import type { OpenCall } from '../calls/service.ts';
import { systemIds } from '../kernel/ids.ts';
import { silentLogger } from '../kernel/logger.ts';
import type { CallFrom } from './callbacks.ts';
import { openFloor } from './open-floor.ts';
import { newQueue } from './schemas.ts';
import type { NextInLine, Place } from './service.ts';
import { addQueue, changeQueue, removeQueue, writeMembers } from './store.ts';

const database: TestDatabase = await testDatabase();
afterAll(() => database.close());
const { db } = database;
const logger = silentLogger;
const number = '033';
const signal = new AbortController().signal;

/** Of one test: whoever still waits for its time in an earlier one waits for ever. */
let clock: ManualClock;
let tenantId: number;
let journal: Journal;
let floor: Awaited<ReturnType<typeof openFloor>>;
let callFrom: CallFrom;
/** Calls, by the extensions that are in them. */
let phones: Map<string, Set<string>>;
/** The call by which somebody is called back, if that can be done. */
let callingBack: string | undefined;

beforeEach(async () => {
  clock = new ManualClock('2026-11-20T14:00:00-03:00');
  tenantId = await testTenant(db);
  for (const code of ['201', '202', '203']) {
    await db.insertInto('agent').values({ tenant_id: tenantId, code, name: code, pin_hash: 'x' }).execute();
  }
  await addQueue(db, tenantId, newQueue.parse({ number, name: 'Fila', wrapUpSeconds: 0, maxLength: 2 }));
  await writeMembers(db, tenantId, number, [
    { agent: '201', position: 0 },
    { agent: '202', position: 1 },
  ]);
  phones = new Map();
  callingBack = undefined;
  callFrom = async ({ begun }) => {
    if (callingBack !== undefined) begun(callingBack);
    return callingBack !== undefined;
  };
  await start([]);
});
afterEach(() => journal.stored());

/** As a new process does. @param openCalls those that outlived the one before */
async function start(openCalls: readonly string[]): Promise<void> {
  journal = createJournal({ db, tenantId, clock, logger });
  floor = await openFloor({
    db,
    exchange: { tenantId, openingHours: () => undefined },
    journal,
    callLog: {
      note: () => undefined,
      openCallOn: () => (callingBack === undefined ? undefined : ({ id: callingBack } as OpenCall)),
      phones: () => phones,
    },
    callFrom: (wish) => callFrom(wish),
    clock,
    ids: systemIds,
    logger,
    withDemo: false,
    mayDecide: () => true,
  });
  await floor.reconcile(new Set(openCalls), new Map());
}

/** These extensions, and no others, are in a call. */
function inCall(callId: string, extensions: readonly string[]): void {
  for (const [extension, calls] of phones) if (calls.delete(callId) && calls.size === 0) phones.delete(extension);
  for (const extension of extensions) phones.set(extension, (phones.get(extension) ?? new Set()).add(callId));
}

function logIn(code: string, extension: string): void {
  const { id } = floor.roster.byCode(code) ?? { id: 0 };
  floor.roster.move(id, 'log_in', { extension });
  floor.roster.move(id, 'make_ready');
}

function enter(callId: string = randomUUID()): { readonly callId: string; readonly place: Place } {
  clock.advance(1);
  const place = floor.enter({ callId, callerNumber: undefined, priority: 0 }, number);
  if (typeof place === 'string') throw new Error(`It was refused: ${place}`);
  return { callId, place };
}

async function rung(place: Place): Promise<Extract<NextInLine, { kind: 'ring' }>> {
  const next = await place.next(signal);
  if (next.kind !== 'ring') throw new Error(`It was ${next.kind}`);
  return next;
}

/** A phone answers, and is in the call. */
function answer(callId: string, ring: { readonly answered: (extension: string) => void }, extension: string): void {
  inCall(callId, [extension]);
  ring.answered(extension);
  floor.talksTo(callId, number, extension);
}

/** A phone is in no call any more. */
function hangUp(callId: string): void {
  inCall(callId, []);
  floor.legChanged({ kind: 'ended', callerId: 'c', legId: 'l', at: clock.now(), cause: 16 });
}

const stateOf = (code: string) => floor.roster.byCode(code)?.state;

async function rowsOf(callId: string) {
  await journal.stored();
  return db.selectFrom('queue_call').selectAll().where('call_id', '=', callId).orderBy('entered_at').execute();
}

test('no agent is rung for who is confirming a number to be called back, and the next in line goes before', async () => {
  logIn('201', '1001');
  const first = enter();
  (await rung(first.place)).untaken('withdrawn');
  await rung(first.place);
  first.place.stepOut();
  expect(stateOf('201')).toBe('available');
  const second = enter();
  expect((await rung(second.place)).extensions).toEqual(['1001']);
  expect(floor.live()[0]?.waiting.map(({ callId }) => callId)).toEqual([first.callId, second.callId]);
  expect(floor.keepPlace(first.callId, '+5534999990000')).toBe(true);
  expect(await rowsOf(first.callId)).toMatchObject([{ outcome: 'callback' }]);
});

test('a place that another run of the same call has taken up is not left by the one before', async () => {
  logIn('202', '1002');
  floor.roster.move(floor.roster.byCode('202')?.id ?? 0, 'pause', { reason: 'Café' });
  const { callId, place } = enter();
  const again = floor.enter({ callId, callerNumber: undefined, priority: 0 }, number) as Place;
  const next = rung(again);
  place.stepOut();
  logIn('201', '1001');
  expect((await next).extensions).toEqual(['1001']);
});

test('who comes back later after a restart is still served before those who came later', async () => {
  const [first, second] = [enter().callId, enter().callId];
  logIn('201', '1001');
  await journal.stored();
  await start([first, second]);
  const { place } = enter(second);
  await journal.stored();
  expect(stateOf('201')).toBe('available');
  expect((await rung(enter(first).place)).extensions).toEqual(['1001']);
  expect(floor.live()[0]?.waiting).toMatchObject([{ callId: first, ringing: ['201'] }, { callId: second }]);
  expect(place.position).toBe(2);
});

test.each([
  ['hangs up', (callId: string) => floor.callEnded(callId, false)],
  ['is not back after a moment', () => clock.advance(2_000)],
])('nobody waits longer for who was before them when the process ended and %s', async (_, happens) => {
  const [first, second] = [enter().callId, enter().callId];
  await journal.stored();
  await start([first, second]);
  logIn('201', '1001');
  const next = rung(enter(second).place);
  await journal.stored();
  expect(stateOf('201')).toBe('available');
  happens(first);
  expect((await next).extensions).toEqual(['1001']);
});

test('that a call was answered is known to the process that comes after, which does not let the caller wait again', async () => {
  logIn('201', '1001');
  const since = clock.now();
  const { callId, place } = enter();
  answer(callId, await rung(place), '1001');
  clock.advance(9_000);
  hangUp(callId);
  await journal.stored();
  await start([callId]);
  expect(floor.waitingIn(callId)).toBeUndefined();
  expect(await floor.wasAnswered(callId, since)).toBe(true);
  expect(await floor.wasAnswered(callId, clock.now())).toBe(false);
});

test('who was reached is not called back again because the process died while the two talked', async () => {
  const asking = enter();
  callingBack = randomUUID();
  floor.keepPlace(asking.callId, '+5534999990000');
  logIn('201', '1001');
  await expect.poll(() => stateOf('201')).toBe('ringing');
  const leg = { kind: 'answered', callerId: 'agent', at: clock.now() } as const;
  floor.legChanged({ ...leg, legId: 'clicked-1' });
  floor.legChanged({ ...leg, legId: 'leg-1' });
  await journal.stored();
  await start([callingBack]);
  floor.callEnded(callingBack, false);
  await journal.stored();
  const row = db.selectFrom('queue_callback').selectAll().where('tenant_id', '=', tenantId);
  expect(await row.execute()).toMatchObject([{ state: 'done', tries: 1, call_id: callingBack }]);
  expect(floor.live()[0]?.waiting).toEqual([]);
});

test('a phone of the group is nobody’s agent, though an agent of other queues is logged in there', async () => {
  logIn('203', '1003');
  const { callId, place } = enter();
  expect(await place.next(signal)).toEqual({ kind: 'nobody' });
  place.stepOut();
  inCall(callId, ['1003']);
  floor.talksTo(callId, number, '1003');
  expect(stateOf('203')).toBe('available');
  clock.advance(5_000);
  floor.talkOver(callId);
  const [row] = await rowsOf(callId);
  expect(row).toMatchObject({ outcome: 'answered', agent_id: null, extension: '1003' });
  expect(row?.talked_until?.getTime()).toBe((row?.left_at?.getTime() ?? 0) + 5_000);
});

test('an agent who gives the call on is in wrap-up, and who takes it in another queue is counted for itself', async () => {
  await addQueue(db, tenantId, newQueue.parse({ number: '034', name: 'Outra', wrapUpSeconds: 0 }));
  await writeMembers(db, tenantId, '034', [{ agent: '202', position: 0 }]);
  await floor.reload();
  logIn('201', '1001');
  const { callId, place } = enter();
  answer(callId, await rung(place), '1001');
  logIn('202', '1002');
  // Asked by a call of its own, which is then joined with the caller's.
  const asking = randomUUID();
  const there = floor.enter({ callId: asking, callerNumber: '1001', priority: 0 }, '034') as Place;
  const ring = await rung(there);
  inCall(asking, ['1001', '1002']);
  ring.answered('1002');
  clock.advance(1_000);
  floor.joined(asking, callId, '1002');
  inCall(asking, []);
  inCall(callId, ['1001']);
  floor.callEnded(asking, false);
  expect(stateOf('202')).toBe('talking');
  inCall(callId, ['1002']);
  floor.legChanged({ kind: 'ended', callerId: 'c', legId: 'l', at: clock.now(), cause: 16 });
  expect([stateOf('201'), stateOf('202')]).toEqual(['wrap_up', 'talking']);
  expect(floor.roster.byCode('202')?.callId).toBe(callId);
  clock.advance(9_000);
  hangUp(callId);
  floor.callEnded(callId, false);
  const rows = await rowsOf(callId);
  expect(rows.map(({ queue, outcome }) => [queue, outcome])).toEqual([
    ['033', 'answered'],
    ['034', 'answered'],
  ]);
  const talks = await db
    .selectFrom('agent_state')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('state', '=', 'talking')
    .orderBy('agent_id')
    .execute();
  expect(talks.map(({ call_id }) => call_id)).toEqual([callId, callId]);
  expect(talks.map(({ ended_at }) => ended_at)).toEqual(rows.map(({ talked_until }) => talked_until));
  expect(await rowsOf(asking)).toEqual([]);
});

test('a full queue takes nobody more, and its places are counted by who is in line', async () => {
  const [first, second] = [enter(), enter()];
  expect([first.place.position, second.place.position]).toEqual([1, 2]);
  expect(floor.enter({ callId: randomUUID(), callerNumber: undefined, priority: 0 }, number)).toBe('max_length');
  first.place.overflow('moved');
  expect(second.place.position).toBe(1);
  expect(await rowsOf(first.callId)).toMatchObject([{ outcome: 'overflowed', reason: 'moved' }]);
});

test('a callback that all phones of an agent refuse at once is given up once, and the next agent is not blamed', async () => {
  const { promise: isOver, resolve } = Promise.withResolvers<void>();
  const asked: string[] = [];
  callFrom = async ({ extension, begun }) => {
    asked.push(extension);
    const attempt = randomUUID();
    begun(attempt);
    if (asked.length > 1) return true;
    floor.callEnded(attempt, false);
    await journal.stored();
    setImmediate(resolve);
    return false;
  };
  logIn('201', '1001');
  logIn('202', '1002');
  expect(floor.keepPlace(enter().callId, '+5534999990000')).toBe(true);
  await isOver;
  expect(asked).toEqual(['1001', '1002']);
  expect([stateOf('201'), stateOf('202')]).toEqual(['available', 'ringing']);
});

test('a callback rings one agent of a queue that rings all, and leaves the others to who waits behind it', async () => {
  const asked: string[] = [];
  callFrom = async ({ extension }) => asked.push(extension) > 0;
  await changeQueue(db, tenantId, number, { strategy: 'ring_all' });
  await floor.reload();
  expect(floor.keepPlace(enter().callId, '+5534999990000')).toBe(true);
  const { place } = enter();
  logIn('201', '1001');
  logIn('202', '1002');
  expect((await rung(place)).extensions).toEqual(['1002']);
  expect(asked).toEqual(['1001']);
});

test('a callback whose agent could not be rung at all is offered to others, not to the same one without end', async () => {
  const asked: string[] = [];
  callFrom = ({ extension }) => Promise.reject(new Error(`${asked.push(extension)}: the exchange does not answer`));
  logIn('201', '1001');
  logIn('202', '1002');
  expect(floor.keepPlace(enter().callId, '+5534999990000')).toBe(true);
  await vi.waitUntil(() => asked.length === 2);
  expect(asked).toEqual(['1001', '1002']);
  expect([stateOf('201'), stateOf('202')]).toEqual(['available', 'available']);
});

test('who logs out in a talk talks on, and the caller’s row has all of it, also when the call goes on without', async () => {
  logIn('201', '1001');
  const { callId, place } = enter();
  answer(callId, await rung(place), '1001');
  clock.advance(1_000);
  floor.roster.move(floor.roster.byCode('201')?.id ?? 0, 'log_out');
  floor.legChanged({ kind: 'ended', callerId: 'c', legId: 'l', at: clock.now(), cause: 26 });
  expect(await rowsOf(callId)).toMatchObject([{ outcome: 'answered', talked_until: null }]);
  await start([callId]);
  clock.advance(9_000);
  inCall(callId, ['1002']);
  floor.legChanged({ kind: 'ended', callerId: 'c', legId: 'l', at: clock.now(), cause: 16 });
  const [row] = await rowsOf(callId);
  expect(row?.talked_until?.getTime()).toBe((row?.left_at?.getTime() ?? 0) + 10_000);
});

test('a caller who is moved to another queue has the place there that the whole wait gives, also after a restart', async () => {
  await addQueue(db, tenantId, newQueue.parse({ number: '034', name: 'Outra', wrapUpSeconds: 0, maxLength: 2 }));
  await writeMembers(db, tenantId, '034', [{ agent: '203', position: 0 }]);
  await floor.reload();
  logIn('201', '1001');
  floor.roster.move(floor.roster.byCode('201')?.id ?? 0, 'pause', { reason: 'Café' });
  const first = enter();
  clock.advance(5_000);
  const second = randomUUID();
  floor.enter({ callId: second, callerNumber: undefined, priority: 0 }, '034');
  const told = first.place.next(signal);
  floor.move(first.callId, number, '034');
  expect(await told).toEqual({ kind: 'moved', queue: '034' });
  const [, third] = [enter(), enter()];
  expect(() => floor.move(second, '034', number)).toThrow('Queue 033 is full');
  const rows = await rowsOf(first.callId);
  expect(rows).toMatchObject([
    { queue: number, outcome: 'overflowed', reason: 'moved' },
    { queue: '034', outcome: null, waited_since: rows[0]?.entered_at },
  ]);

  await start([first.callId, second, third.callId]);
  expect(floor.waitingIn(first.callId)).toBe('034');
  const again = [first.callId, second].map(
    (callId) => floor.enter({ callId, callerNumber: undefined, priority: 0 }, '034') as Place,
  );
  expect(again.map(({ position }) => position)).toEqual([1, 2]);
  logIn('203', '1003');
  enter(third.callId);
  clock.advance(2_000);
  expect((await rung(again[0] as Place)).extensions).toEqual(['1003']);
  expect(() => floor.move(first.callId, '034', number)).toThrow('Agent 203 is being rung');
});

test('what callers are told to expect is what the last talks took, also after a restart', async () => {
  logIn('201', '1001');
  for (let talks = 0; talks < 3; talks++) {
    const { callId, place } = enter();
    answer(callId, await rung(place), '1001');
    clock.advance(20_000);
    hangUp(callId);
    floor.callEnded(callId, false);
    await journal.stored();
    floor.roster.move(floor.roster.byCode('201')?.id ?? 0, 'make_ready');
  }
  const expected = floor.live()[0]?.expectedWaitMs;
  expect(expected).toBeLessThan(150_000);
  await start([]);
  expect(floor.live()[0]?.expectedWaitMs).toBe(expected);
});

test('when a queue is removed, who waits in it hears so at once, and who was to be called back waits no more', async () => {
  logIn('201', '1001');
  floor.roster.move(floor.roster.byCode('201')?.id ?? 0, 'pause', { reason: 'Café' });
  const [first, second] = [enter(), enter()];
  expect(floor.keepPlace(first.callId, '+5534999990000')).toBe(true);
  const next = second.place.next(signal);
  await removeQueue(db, tenantId, number);
  await floor.reload();
  expect(await next).toEqual({ kind: 'nobody' });
  await journal.stored();
  const callbacks = await db.selectFrom('queue_callback').selectAll().where('tenant_id', '=', tenantId).execute();
  expect(callbacks).toMatchObject([{ state: 'failed', ended_at: clock.now() }]);
});
