import { expect, test } from 'vitest';
import type { AddressBlock } from '../access/schemas.ts';
import type { AddressBlocks } from '../access/service.ts';
import { readBlockCommand, runBlockCommand } from './block-commands.ts';

const blocked: AddressBlock = {
  address: '198.51.100.7',
  blockedAt: '2026-11-21T12:00:00.000Z',
  until: '2026-11-21T12:10:00.000Z',
  times: 2,
  reason: 'guessing',
};
const done: unknown[] = [];
const blocks: AddressBlocks = {
  list: async () => [blocked],
  block: async (address, minutes) => {
    done.push([address, minutes]);
    return { ...blocked, address };
  },
  unblock: async (address) => void done.push(address),
};
const run = async (...args: string[]) => (await runBlockCommand(blocks, readBlockCommand(args))).join('\n');

test('an operator sees which addresses are blocked and why, blocks one and lets one go', async () => {
  expect(await run('list')).toMatch(
    /^198\.51\.100\.7 +2026-11-21 12:00 +2026-11-21 12:10 +2 +passwords were guessed$/m,
  );
  expect(await run('add', '203.0.113.9')).toContain('Nothing is heard from 203.0.113.9');
  await run('add', '203.0.113.9', '--minutes', '5');
  await run('remove', '198.51.100.7');
  expect(done).toEqual([['203.0.113.9', 60], ['203.0.113.9', 5], '198.51.100.7']);
});

test('what is not understood is answered with how it is used, and does nothing', () => {
  for (const args of [[], ['add'], ['add', 'a', 'b'], ['add', 'a', '--minutes', '0'], ['list', 'a'], ['burn', 'a']]) {
    expect(() => readBlockCommand(args)).toThrow(/npm run blocks -- list/);
  }
});
