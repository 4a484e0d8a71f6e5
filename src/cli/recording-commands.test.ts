import { afterAll, expect, test } from 'vitest';
import { testDatabase, testTenant } from '../../test/helpers/database.ts';
import { createRecordingRules } from '../calls/recording-rules.ts';
import { readRecordingCommand, runRecordingCommand } from './recording-commands.ts';

const database = await testDatabase();
afterAll(() => database.close());
const tenantId = await testTenant(database.db);
const rules = await createRecordingRules(database.db, tenantId);
const run = async (...args: string[]) => (await runRecordingCommand(rules, readRecordingCommand(args))).join('\n');

test('who is recorded, and for how long, is set and listed', async () => {
  expect(await run('list')).toBe('No talk is recorded by itself.\nRecordings are kept for 90 days.');
  await run('record', 'extension', '1001');
  await run('record', 'trunk', '3');
  await run('record', 'trunk', '3');
  expect(await run('keep', '30')).toContain('30 days');
  expect(await run('list')).toMatch(/extension\s+1001\n.*trunk\s+3\nRecordings are kept for 30 days\.$/);
  expect(await run('spare', 'trunk', '3')).toContain('not recorded');
  expect(await run('list')).not.toContain('trunk');
});

test('a wrong command says how it is used', () => {
  for (const args of [[], ['record', '1001'], ['record', 'agent', '1'], ['keep', '0'], ['keep'], ['list', 'x']]) {
    expect(() => readRecordingCommand(args)).toThrow(/Use: npm run recordings/);
  }
});
