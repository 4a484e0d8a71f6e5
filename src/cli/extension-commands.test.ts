import { afterAll, expect, test } from 'vitest';
import { testDatabase, testTenant } from '../../test/helpers/database.ts';
import { createExtensions } from '../exchange/service.ts';
import { systemIds } from '../kernel/ids.ts';
import { readExtensionCommand, runExtensionCommand } from './extension-commands.ts';

const database = await testDatabase();
afterAll(() => database.close());
const extensions = createExtensions({ db: database.db, ids: systemIds, changed: async () => undefined });
const tenantId = await testTenant(database.db);

const run = async (...args: string[]) =>
  (await runExtensionCommand(extensions, tenantId, readExtensionCommand(args))).join('\n');

test('an extension is made, listed without its password, changed and removed', async () => {
  expect(await run('list')).toBe('There are no extensions.');
  const made = await run('create', '7777', '--name', 'Ana Luísa', '--kind', 'both', '--internal-id', 'ana');
  const password = /password {2}(\S+)/.exec(made)?.[1] ?? '';
  expect(password.length).toBeGreaterThan(20);
  expect(await run('list')).toMatch(/^7777 +Ana Luísa +both +yes +5 +ana +no +internal,local,national,mobile$/m);
  expect(await run('list')).not.toContain(password);
  await run('change', '7777', '--enabled', 'no', '--classes', 'internal', '--internal-id', '');
  await run('change', '7777', '--dnd', 'yes', '--forward-busy', '1001', '--ring-seconds', '20');
  expect(await extensions.find(tenantId, '7777')).toMatchObject({
    doNotDisturb: true,
    forwardBusy: '1001',
    ringSeconds: 20,
  });
  await run('change', '7777', '--forward-busy', '', '--forward-closed', '*98', '--pickup-group', 'vendas');
  expect(await extensions.find(tenantId, '7777')).toMatchObject({
    doNotDisturb: true,
    forwardBusy: null,
    forwardClosed: '*98',
    pickupGroup: 'vendas',
  });
  expect(await run('list')).toMatch(/^7777 +Ana Luísa +both +no +5 +no +internal$/m);
  expect(await run('password', '7777')).not.toContain(password);
  expect(await run('remove', '7777')).toContain('Removed extension 7777');
  await expect(run('remove', '7777')).rejects.toThrow('There is no extension 7777');
});

test.each([
  [[], /Say what to do.[^]*npm run extensions -- list/],
  [['make', '7777'], /"make 7777" is not known/],
  [['create', 'x'], /number: must be 2 to 8 digits/],
  [['create', '7777', '--kind', 'fax'], /kind: /],
  [['create', '7777', '--name', 'a\nb'], /callerName: must not hold control characters/],
  [['create', '7777', '--devices', 'many'], /devices: /],
  [['create', '7777', 'Ana'], /quotation marks/],
  [['change', '7777'], /Say what to change/],
  [['change', '7777', '--pickup-group', 'a b'], /pickupGroup: must be/],
  [['change', '7777', '--enabled', 'maybe'], /enabled: /],
])('what is not understood gets a sentence and the way it is used: %j', (args, sentence) => {
  expect(() => readExtensionCommand(args)).toThrow(sentence);
});
