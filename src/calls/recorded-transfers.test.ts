import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { type RecordingParts, recordedTalks } from '../../test/helpers/recorded-talks.ts';
import { systemClock } from '../kernel/clock.ts';
import type { LegChange } from '../telephony/port.ts';

const { database, tenantId, recordingsWith } = await recordedTalks();
afterAll(() => database.close());

/** Whose channels were recorded, in their order. */
let recorded: string[];
let parts: RecordingParts;
let calls = 0;
beforeEach(async () => {
  recorded = [];
  parts = await recordingsWith({ recorder: { start: async (channelId) => void recorded.push(channelId) } });
  await parts.recordings.rules.set({ kind: 'trunk', subject: '7' }, true);
  await parts.recordings.rules.set({ kind: 'queue', subject: '033' }, true);
});

/** A call, whose channel is named as `who` is. */
function open(who: string, change: { readonly from?: string; readonly to?: string; readonly trunkId?: number } = {}) {
  const { from = '34999990000', to = '033', trunkId } = change;
  const direction = from.length > 4 ? 'inbound' : to.length > 4 ? 'outbound' : 'internal';
  const channelId = `${who}-${++calls}`;
  const call = {
    tenantId,
    channelId,
    callerNumber: from,
    dialled: to,
    startedAt: systemClock.now(),
    direction,
  } as const;
  return { id: parts.callLog.open({ ...call, trunkId }), channelId };
}

type Told = LegChange extends infer Change ? (Change extends LegChange ? Omit<Change, 'at'> : never) : never;

/** As the exchange tells of it: the log first. */
function tell(told: Told): void {
  const change = { ...told, at: systemClock.now() } as LegChange;
  parts.callLog.leg(change);
  parts.recordings.legChanged(change);
}

function joined(callerId: string, legId: string, number: string): void {
  tell({ kind: 'placed', callerId, legId, number });
  tell({ kind: 'answered', callerId, legId });
}

const gone = (callerId: string, legId = callerId): void => tell({ kind: 'ended', callerId, legId, cause: 16 });

/** The recordings of a call in their order, once so many are over. */
async function names(callId: string, over: number): Promise<string[]> {
  const read = () =>
    database.db.selectFrom('recording').selectAll().where('call_id', '=', callId).orderBy('started_at').execute();
  await vi.waitUntil(async () => (await read()).filter(({ state }) => state === 'stored').length === over);
  return (await read()).map(({ name, state }) => `${name.slice(11).split('-').slice(0, 3).join('-')} ${state}`);
}

test('a call of a trunk that is recorded is recorded wherever it is sent, each talk by its own name', async () => {
  const { id, channelId: caller } = open('c', { trunkId: 7 });
  joined(caller, 'a', '1002');
  gone(caller, 'a');
  joined(caller, 'b', '1003');
  await vi.waitUntil(() => parts.recordings.liveName(id)?.includes('-E-1003-'));
  gone(caller);
  expect(await names(id, 2)).toEqual(['34999990000-E-1002 stored', '34999990000-E-1003 stored']);
  expect(recorded).toEqual([caller, caller]);
});

test('a caller of a queue that is recorded is recorded in another one too, and one of the other queue’s is not', async () => {
  const { id, channelId: caller } = open('c');
  parts.callLog.note(id, { queue: '033' });
  joined(caller, 'a', '1002');
  gone(caller, 'a');
  parts.callLog.note(id, { queue: '034' });
  joined(caller, 'b', '1003');
  gone(caller);
  expect(await names(id, 2)).toHaveLength(2);
  const other = open('d');
  parts.callLog.note(other.id, { queue: '034' });
  joined(other.channelId, 'e', '1003');
  gone(other.channelId);
  expect(await names(other.id, 0)).toEqual([]);
});

test('an extension that is recorded is recorded as long as it talks, and not who is talked to after it', async () => {
  const { id, channelId: caller } = open('c');
  joined(caller, 'a', '1001');
  gone(caller, 'a');
  joined(caller, 'b', '1003');
  expect(await names(id, 1)).toEqual(['34999990000-E-1001 stored']);
  // Sent back to it by who sent the caller away.
  gone(caller, 'b');
  joined(caller, 'a2', '1001');
  gone(caller);
  expect(await names(id, 2)).toHaveLength(2);
});

test('who calls outside and sends that on leaves a call that is recorded on the channel that stays', async () => {
  const { id, channelId: caller } = open('c', { from: '1001', to: '991234567', trunkId: 7 });
  joined(caller, 'o', '34991234567');
  await vi.waitUntil(() => recorded.length === 1);
  parts.callLog.goOnWith(id, 'o');
  gone('o', caller);
  joined('o', 'b', '1003');
  await vi.waitUntil(() => recorded.length === 2);
  // What is paused is the talk that goes on.
  await parts.recordings.mute(id, true);
  gone('o');
  expect(await names(id, 2)).toEqual(['991234567-S-1001 stored', '34991234567-S-1003 stored']);
  expect(recorded).toEqual([caller, 'o']);
});

test('who is asked first is recorded in the call that it is joined with, and not in that in which it was asked', async () => {
  const { id, channelId: caller } = open('c', { from: '2001', to: '1002' });
  joined(caller, 'a', '1002');
  const asking = open('m', { from: '1002', to: '991234567', trunkId: 7 });
  joined(asking.channelId, 'o', '34991234567');
  await vi.waitUntil(() => recorded.length === 1);
  gone(caller, 'a');
  joined(caller, 'o', '34991234567');
  gone(asking.channelId);
  expect(await names(asking.id, 1)).toEqual(['991234567-S-1002 stored']);
  gone(caller);
  expect(await names(id, 1)).toHaveLength(1);
  expect(recorded).toEqual([asking.channelId, caller]);
});

test('while somebody is asked the caller waits in the same recording, and who is asked is not recorded for its sake', async () => {
  const { id, channelId: caller } = open('c', { trunkId: 7 });
  joined(caller, 'a', '1002');
  joined('a', 'b', '1003');
  gone('a', 'b');
  joined(caller, 'a', '1002');
  gone(caller);
  expect(await names(id, 1)).toEqual(['34999990000-E-1002 stored']);
  expect(recorded).toEqual([caller]);
});
