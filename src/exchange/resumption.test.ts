import { beforeEach, expect, test } from 'vitest';
import type { Channel } from '../telephony/port.ts';
import { createResumption } from './resumption.ts';
import type { TransferNote } from './transfer-note.ts';
import type { TransferSurroundings } from './transfer-steps.ts';

let acts: string[];
let waited: PromiseWithResolvers<void>;
let resume: ReturnType<typeof createResumption>;

beforeEach(() => {
  acts = [];
  waited = Promise.withResolvers();
  const around = {
    callLog: {
      goOnWith: (call: string, id: string) => acts.push(`${call} goes on with ${id}`),
      leg: ({ callerId, legId }: { callerId: string; legId: string }) => acts.push(`${legId} is a leg of ${callerId}`),
    },
    clock: { now: () => new Date(), sleep: (ms: number) => (ms === 0 ? Promise.resolve() : waited.promise) },
    conduct: async ({ id }: Channel, call: string, run: () => Promise<{ reason: string }>) =>
      void acts.push(`${call} on ${id}: ${(await run()).reason}`),
    closeCall: (call: string, { reason }: { reason: string }) => acts.push(`${call}: ${reason}`),
  } as unknown as TransferSurroundings;
  const ending = { reason: 'caller_hung_up' } as const;
  resume = createResumption(
    around,
    {
      talkTo: async (one, other) => (acts.push(`${one.id} talks to ${other.id}`), ending),
      release: ({ id }) => void acts.push(`${id} is released`),
    },
    {
      resume: async ({ id }, _call, note, claim) => {
        const asker = 'asker' in note ? claim(note.asker ?? '')?.id : undefined;
        return (acts.push(`${id} goes on, asked for by ${asker ?? 'nobody'}`), ending);
      },
    },
  );
});

const found = (id: string, note?: TransferNote): Channel =>
  ({ id, note: note === undefined ? undefined : JSON.stringify(note), callerNumber: '1001' }) as Channel;
const leaves = { leaves: true } as const;

/** The log has the call still on the channel of who leaves, `b`. */
async function all(call: string, ...channels: Channel[]): Promise<void> {
  const runs = channels.map((channel) => resume(channel, { id: call, channelId: 'b' }));
  for (const run of runs) if (typeof run === 'function') await run();
}

test('who was sent to a number goes there and who sent it is released, in whichever order they are found', async () => {
  const channels = [found('a', { extension: '1001', number: '1002' }), found('b', leaves)] as const;
  const expected = ['one goes on with a', 'a goes on, asked for by nobody', 'b is released'];
  await all('one', ...channels);
  expect(acts.splice(0)).toEqual(expected);
  await all('one', ...channels.toReversed());
  expect(acts).toEqual(expected);
});

test('who asks somebody is found by who waits, and not released', async () => {
  await all('one', found('b', leaves), found('a', { extension: '1001', number: '1002', asker: 'b' }));
  expect(acts).toEqual(['one goes on with a', 'a goes on, asked for by b']);
});

test('of two calls that were being joined one goes on, with whom it was to be joined', async () => {
  expect(resume(found('c', leaves), { id: 'two', channelId: 'd' })).toBe('claimed');
  expect(resume(found('d', leaves), { id: 'two', channelId: 'd' })).toBe('claimed');
  await all('one', found('a', { joins: 'c', second: 'two', from: 'b' }), found('b', leaves));
  expect(acts).toEqual([
    'one goes on with a',
    'c is a leg of a',
    'two: transferred',
    'd is released',
    'b is released',
    'a talks to c',
  ]);
});

test('a second call that was not taken apart goes on, and so does the first, as if nobody had joined them', async () => {
  await all('one', found('b', leaves), found('a', { joins: 'c', second: 'two', from: 'b' }));
  expect(acts).toEqual(['one goes on with a', 'a talks to b']);
});

test('who was to leave is released, and the call ends, when nobody is left to go on with it', async () => {
  expect(resume(found('b', leaves), { id: 'one', channelId: 'a' })).toBe('claimed');
  waited.resolve();
  await expect.poll(() => acts).toEqual(['one on b: caller_hung_up']);
});

test('a talk of which nothing was noted is nothing to be taken up', () => {
  expect(resume(found('a'), { id: 'one', channelId: 'a' })).toBeUndefined();
});
