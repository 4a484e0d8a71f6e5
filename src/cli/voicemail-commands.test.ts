import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { testDatabase, testTenant } from '../../test/helpers/database.ts';
import { systemClock } from '../kernel/clock.ts';
import { createVoicemailBoxes } from '../voicemail/boxes.ts';
import { createVoicemailFiles } from '../voicemail/files.ts';
import { createVoicemailStore } from '../voicemail/store.ts';
import { readVoicemailCommand, runVoicemailCommand } from './voicemail-commands.ts';

const database = await testDatabase();
afterAll(() => database.close());
const boxes = createVoicemailBoxes({
  store: createVoicemailStore(database.db),
  files: createVoicemailFiles(mkdtempSync(join(tmpdir(), 'uira-voicemail-'))),
  clock: systemClock,
  changed: async () => undefined,
});
const tenantId = await testTenant(database.db);

const run = async (...args: string[]) =>
  (await runVoicemailCommand(boxes, tenantId, readVoicemailCommand(args))).join('\n');

test('mailboxes are listed and changed', async () => {
  expect(await run('list')).toBe('There are no extensions.');
  await database.db.insertInto('extension').values({ tenant_id: tenantId, number: '1001', password: 'x' }).execute();
  expect(await run('list')).toMatch(/^1001 +no +no +no +0 +0$/m);
  const shown = await run('change', '1001', '--enabled', 'yes', '--email', 'ana@provedor.example', '--pin', '4711');
  expect(shown).toMatch(/^1001 +yes +ana@provedor.example +yes +no +0 +0$/m);
  expect(await run('change', '1001', '--pin', '')).toMatch(/^1001 +yes +ana@provedor.example +no /m);
  await expect(run('change', '1002', '--enabled', 'yes')).rejects.toThrow('There is no extension 1002');
});

test.each([
  [[], /Say what to do.[^]*npm run voicemail -- list/],
  [['change', '1001'], /Say what to change/],
  [['change', '--enabled', 'yes'], /Use: npm run voicemail/],
  [['change', '1001', '--pin', '12'], /pin: must be 4 to 8 digits/],
  [['change', '1001', '--email', 'ana'], /email: must be an e-mail address/],
  [['erase'], /"erase" is not known/],
])('what is not understood gets a sentence and the way it is used: %j', (args, sentence) => {
  expect(() => readVoicemailCommand(args)).toThrow(sentence);
});
