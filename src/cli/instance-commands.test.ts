import { afterAll, expect, test } from 'vitest';
import { testDatabase, testTenant } from '../../test/helpers/database.ts';
import { createApiInstances } from '../access/api-instances.ts';
import { systemClock } from '../kernel/clock.ts';
import { systemIds } from '../kernel/ids.ts';
import { readInstanceCommand, runInstanceCommand } from './instance-commands.ts';

const database = await testDatabase();
afterAll(() => database.close());
const instances = createApiInstances({ db: database.db, clock: systemClock, ids: systemIds, withDemo: true });
const tenantId = await testTenant(database.db);
const run = (...args: string[]) => runInstanceCommand(instances, tenantId, readInstanceCommand(args));

test('an instance is made with its secrets shown once, listed without them, and revoked', async () => {
  const made = (await run('create', 'crm', '--origin', '203.0.113.7')).join('\n');
  const [, password = '', token = ''] = /senha {2}(\S+)\s+token {2}(\S+)/.exec(made) ?? [];
  const shown = { login: 'crm', password, token, origin: '203.0.113.7' };
  expect(await instances.verify(shown)).toMatchObject({ tenantId, name: 'crm', role: null });
  const listed = (await run('list')).join('\n');
  expect(listed).toContain('203.0.113.7');
  expect(listed).not.toContain(token);
  const stored = JSON.stringify(await database.db.selectFrom('api_instance').selectAll().execute());
  expect(stored).not.toContain(token);
  expect(stored).not.toContain(password);
  await run('revoke', '1');
  expect(await instances.verify(shown)).toBeUndefined();
  await expect(run('revoke', '1')).rejects.toMatchObject({ code: 'not_found' });
});

test('a wrong command says how it is used', () => {
  for (const args of [[], ['create', 'crm'], ['create', 'crm', '--origin', '10.0.0.0/8'], ['revoke', 'x']]) {
    expect(() => readInstanceCommand(args)).toThrow(/Use: npm run instances/);
  }
});
