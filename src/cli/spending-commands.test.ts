import { expect, test } from 'vitest';
import type { SpendingLimits } from '../exchange/service.ts';
import { readSpendingCommand, runSpendingCommand } from './spending-commands.ts';

const done: unknown[] = [];
const limits: SpendingLimits = {
  look: async () => ({
    limits: [{ scope: 'extension', subject: '*', callsPerHour: 120, minutesPerDay: null }],
    tripped: [
      {
        scope: 'prefix',
        subject: '+44',
        measure: 'calls',
        trippedAt: '2026-11-21T12:00:00.000Z',
        until: '2026-11-21T13:00:00.000Z',
        resetAt: null,
      },
    ],
  }),
  set: async (_, limit) => void done.push(limit),
  clear: async (_, which) => void done.push(['clear', which]),
  reset: async (_, which) => void done.push(['reset', which]),
};
const run = async (...args: string[]) => (await runSpendingCommand(limits, 1, readSpendingCommand(args))).join('\n');

test('an administrator sees the limits and what is stopped, sets a limit and lets calls pass again', async () => {
  const list = await run('list');
  expect(list).toMatch(/^extension +\* +120 +no limit$/m);
  expect(list).toMatch(/^prefix +\+44 +calls +2026-11-21 12:00 +2026-11-21 13:00$/m);
  await run('set', 'extension', '1001', '--calls', '20', '--minutes', 'none');
  await run('set', 'tenant', '--calls', '0', '--minutes', '600');
  await run('reset', 'prefix', '+44');
  await run('clear', 'class', 'international');
  expect(done).toEqual([
    { scope: 'extension', subject: '1001', callsPerHour: 20, minutesPerDay: null },
    { scope: 'tenant', subject: '*', callsPerHour: 0, minutesPerDay: 600 },
    ['reset', { scope: 'prefix', subject: '+44' }],
    ['clear', { scope: 'class', subject: 'international' }],
  ]);
});

test('what is not understood is answered with how it is used, and does nothing', () => {
  for (const args of [
    [],
    ['set', 'extension', '1001'],
    ['set', 'extension', '1001', '--calls', '-1', '--minutes', '1'],
    ['set', 'class', 'internal', '--calls', '1', '--minutes', '1'],
    ['reset', 'prefix', '44'],
    ['list', 'all'],
    ['burn', 'tenant'],
  ]) {
    expect(() => readSpendingCommand(args)).toThrow(/npm run spending -- list/);
  }
});
