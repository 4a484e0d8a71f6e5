import { expect, test } from 'vitest';
import type { DeadLetters } from '../messaging/service.ts';
import { readOutboxCommand, runOutboxCommand } from './outbox-commands.ts';

const letter = { channel: 'email', to: 'a***@provedor.example', createdAt: '2026-11-21T12:00:00.000Z' } as const;
const decided: string[] = [];
const deadLetters: DeadLetters = {
  list: async (tenantId) => (tenantId === 1 ? [{ ...letter, id: 7, attempts: 2, reason: '550 no such user' }] : []),
  retry: async (_, id) => decided.push(`retry ${id}`) > 0 && id === 7,
  discard: async (_, id) => decided.push(`discard ${id}`) > 0 && id === 7,
};
const run = async (tenantId: number, ...args: string[]) =>
  (await runOutboxCommand(deadLetters, tenantId, readOutboxCommand(args))).join('\n');

test('an operator sees what was not delivered and why, and decides about each', async () => {
  expect(await run(1, 'list')).toMatch(/^7 +email +a\*\*\*@provedor\.example +2026-11-21 12:00 +2 +550 no such user$/m);
  expect(await run(2, 'list')).toBe('Every message was delivered, or still may be.');
  expect(await run(1, 'retry', '7')).toContain('tried again');
  expect(await run(1, 'discard', '7')).toContain('given up');
  await expect(run(1, 'retry', '8')).rejects.toThrow('There is no message 8');
  expect(decided).toEqual(['retry 7', 'discard 7', 'retry 8']);
});

test('what is not understood is answered with how it is used, and does nothing', () => {
  for (const args of [[], ['retry'], ['retry', 'x'], ['list', '7'], ['burn', '7'], ['list', '--tenant', 'x']]) {
    expect(() => readOutboxCommand(args)).toThrow(/npm run outbox -- list/);
  }
});
