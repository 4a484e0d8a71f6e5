import { expect, test } from 'vitest';
import type { LiveEvent } from './schemas.ts';
import { TenantFeed } from './tenant-feed.ts';

const event = (id: number, topic = 'extension/1001'): LiveEvent => ({ id, at: '', topic, type: 'tick', data: {} });

/** A table of events that is read with a delay, as a database is. */
function table() {
  const events: LiveEvent[] = [];
  let fails = false;
  const failures: unknown[] = [];
  const feed = new TenantFeed({
    last: async () => events.length,
    after: async (id, limit) => {
      if (fails) throw new Error('gone');
      return events.filter((one) => one.id > id).slice(0, limit);
    },
    failed: (error) => failures.push(error),
  });
  const happens = (topic?: string) => {
    events.push(event(events.length + 1, topic));
    feed.wake();
  };
  return { feed, happens, failures, last: () => events.length, breaks: (is: boolean) => (fails = is) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Somebody who hears an extension; what stands at the beginning is the number of the last event. */
async function listens(to: ReturnType<typeof table>, extension = '1001', meanwhile = () => {}) {
  const heard: number[] = [];
  const leave = await to.feed.join(
    { topics: new Set([`extension/${extension}`]), deliver: ({ id }) => heard.push(id) },
    async () => {
      const first = [event(to.last())];
      meanwhile();
      await settled();
      return first;
    },
  );
  return { heard, leave };
}

test('what happens while the beginning is read is told after it, once', async () => {
  const room = table();
  room.happens();
  const early = await listens(room);
  const late = await listens(room, '1001', () => room.happens());
  room.happens();
  await settled();
  expect(early.heard).toEqual([1, 2, 3]);
  expect(late.heard).toEqual([1, 2, 3]);
});

test('what the beginning has already is not told again', async () => {
  const room = table();
  await listens(room);
  const heard: number[] = [];
  await room.feed.join({ topics: new Set(['extension/1001']), deliver: ({ id }) => heard.push(id) }, async () => {
    room.happens();
    await settled();
    return [event(room.last())];
  });
  room.happens();
  await settled();
  expect(heard).toEqual([1, 2]);
});

test('one who begins at the same time as another makes neither miss anything', async () => {
  const room = table();
  const happens = () => room.happens();
  const both = await Promise.all([listens(room, '1001', happens), listens(room, '1001', happens)]);
  await settled();
  for (const { heard } of both) expect(heard.slice(-2)).toEqual([1, 2]);
});

test('another extension’s events are not heard, nor any after leaving', async () => {
  const room = table();
  const { heard, leave } = await listens(room);
  room.happens('extension/1002');
  room.happens();
  await settled();
  leave();
  room.happens();
  await settled();
  expect(heard).toEqual([0, 2]);
});

test('after the database could not be read, nothing is missing', async () => {
  const room = table();
  const { heard } = await listens(room);
  room.breaks(true);
  room.happens();
  await settled();
  expect(room.failures).toHaveLength(1);
  room.breaks(false);
  room.happens();
  await settled();
  expect(heard).toEqual([0, 1, 2]);
});

test('more events than are read at once arrive all, in order', async () => {
  const room = table();
  const { heard } = await listens(room);
  for (let n = 0; n < 1_234; n++) room.happens();
  for (let n = 0; n < 20; n++) await settled();
  expect(heard).toEqual(Array.from({ length: 1_235 }, (_, n) => n));
});
