import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../test/helpers/database.ts';
import { ManualClock } from '../../test/helpers/manual-clock.ts';
import { silentLogger } from '../kernel/logger.ts';
import { createAddressBlocks, sparedBy, watchGuessing } from './address-blocks.ts';

let database: TestDatabase;
beforeAll(async () => (database = await testDatabase()));
afterAll(() => database.close());

/** A watch over guessing that writes down what it has Asterisk refuse. */
function watch(spares: readonly string[] = []) {
  const clock = new ManualClock('2026-11-21T12:00:00Z');
  const enforced: (readonly string[])[] = [];
  const trouble = { isAway: false };
  const parts = { db: database.db, clock, spared: async () => sparedBy(spares) };
  const guesses = watchGuessing({
    ...parts,
    logger: silentLogger,
    limits: { failuresPerMinute: 3, firstBlockMs: 300_000, longestBlockMs: 86_400_000 },
    enforce: async (networks) => {
      if (trouble.isAway) throw new Error('Asterisk does not answer');
      enforced.push(networks);
    },
    blocked: () => undefined,
  });
  const blocks = createAddressBlocks({ ...parts, changed: () => guesses.refresh() });
  const guess = (address: string, times: number) => {
    for (let n = 0; n < times; n++) guesses.refused(address);
  };
  return { clock, enforced, trouble, guesses, blocks, guess };
}

test('an address is let in again when its time is over, and stays out twice as long the next time', async () => {
  const { clock, enforced, guesses, blocks, guess } = watch();
  guess('198.51.100.7', 20);
  await expect.poll(() => enforced).toEqual([['198.51.100.7']]);
  clock.advance(300_000);
  await expect.poll(() => enforced.at(-1)).toEqual([]);
  expect(await blocks.list()).toEqual([]);
  guess('198.51.100.7', 3);
  await expect
    .poll(() => blocks.list())
    .toMatchObject([{ times: 2, until: '2026-11-21T12:15:00.000Z', reason: 'guessing' }]);
  await blocks.unblock('198.51.100.7');
  expect(enforced.at(-1)).toEqual([]);
  await expect(blocks.unblock('198.51.100.7')).rejects.toThrow('is not blocked');
  guesses.stop();
});

test('all of a customer’s IPv6 addresses count together, and one that is spared spares them', async () => {
  const { enforced, guesses, guess } = watch(['2001:db8:7::1', '192.0.2.0/24']);
  guess('2001:db8:1::a', 2);
  guess('2001:db8:1::b', 1);
  guess('2001:db8:7::9', 9);
  guess('192.0.2.9', 9);
  guess('::1', 9);
  await expect.poll(() => enforced.flat()).toEqual(['2001:db8:1:0::/64']);
  guesses.stop();
});

test('while Asterisk is away nothing is lost: it is told when it is back', async () => {
  const { clock, enforced, trouble, guesses, blocks } = watch();
  trouble.isAway = true;
  await blocks.block('203.0.113.9', 60);
  trouble.isAway = false;
  clock.advance(5_000);
  await expect.poll(() => enforced.at(-1)).toContain('203.0.113.9');
  guesses.stop();
});
