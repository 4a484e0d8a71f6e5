import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/helpers/database.ts';
import { createAccess } from '../access/service.ts';
import { createTenants } from '../exchange/service.ts';
import { systemClock } from '../kernel/clock.ts';
import { systemIds } from '../kernel/ids.ts';
import { makeAdministeredTenant } from './new-tenant.ts';
import { readTenantCommand, runTenantCommand } from './tenant-commands.ts';

const database = await testDatabase();
afterAll(() => database.close());
const parts = { db: database.db, clock: systemClock, ids: systemIds };
const tenants = createTenants({
  ...parts,
  make: (tenant) => makeAdministeredTenant(parts, tenant),
  changed: async () => undefined,
});
const first = { name: 'Provedor', time_zone: 'America/Manaus' };
await database.db.insertInto('tenant').values(first).execute();
const run = (...args: string[]) => runTenantCommand(tenants, readTenantCommand(args));

test('a tenant is made with a token shown once, in the time zone of the first, listed, blocked and let go', async () => {
  const made = (await run('create', 'acme', '--name', 'Acme Ltda')).join('\n');
  expect(made).toContain('sip:100@acme');
  const token = /token {2}(\S+)/.exec(made)?.[1] ?? '';
  const access = createAccess({ ...parts, withDemo: false });
  const { tenantId, role } = (await access.verifyToken('api', token)) ?? {};
  expect(role).toBe('administrator');
  const row = await database.db.selectFrom('tenant').selectAll().where('login', '=', 'acme').executeTakeFirstOrThrow();
  expect(row).toMatchObject({ id: tenantId, name: 'Acme Ltda', time_zone: 'America/Manaus' });
  await run('block', 'acme');
  const listed = (await run('list')).join('\n');
  expect(listed).toMatch(/central\d+ +Provedor +any domain/);
  expect(listed).toMatch(/acme +Acme Ltda +acme .*blocked/);
  expect(listed).not.toContain(token);
  await run('release', 'acme');
  expect((await run('list')).join('\n')).not.toContain('blocked');
  await expect(run('create', 'acme')).rejects.toMatchObject({ code: 'conflict' });
  await expect(run('block', 'nobody')).rejects.toMatchObject({ code: 'not_found' });
});

test('a wrong command says how it is used', () => {
  for (const args of [[], ['create'], ['create', 'web'], ['block'], ['list', 'acme'], ['create', 'a', 'b']]) {
    expect(() => readTenantCommand(args)).toThrow(/Use: npm run tenants/);
  }
});
