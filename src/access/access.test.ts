import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/helpers/database.ts';
import { systemClock } from '../kernel/clock.ts';
import { systemIds } from '../kernel/ids.ts';
import { createAccess } from './service.ts';

const database = await testDatabase();
afterAll(() => database.close());
const parts = { db: database.db, clock: systemClock, ids: systemIds };
const access = createAccess({ ...parts, withDemo: true });
const { id: tenantId } = await database.db
  .insertInto('tenant')
  .values({ name: 'Provedor', time_zone: 'America/Sao_Paulo' })
  .returning('id')
  .executeTakeFirstOrThrow();

test('a token opens what it was made for, and nothing else does', async () => {
  const token = await access.issueToken(tenantId, 'api', 'script');
  expect(await access.verifyToken('api', token)).toEqual({ tenantId, kind: 'api', name: 'script', role: null });
  expect(await access.verifyToken('sgp', token)).toBeUndefined();
  expect(await access.verifyToken('api', `${token}x`)).toBeUndefined();
  const row = await database.db
    .selectFrom('credential')
    .select(['secret_hash', 'last_used_at'])
    .executeTakeFirstOrThrow();
  expect(row.secret_hash).not.toContain(token);
  expect(row.last_used_at).not.toBeNull();
});

test('a password is right or wrong, for a name that exists and for one that does not', async () => {
  await access.setPassword(tenantId, 'console', 'admin', 'uma senha longa', { role: 'administrator' });
  expect(await access.verifyPassword('console', 'admin', 'uma senha longa')).toMatchObject({ role: 'administrator' });
  expect(await access.verifyPassword('console', 'admin', 'outra senha')).toBeUndefined();
  expect(await access.verifyPassword('console', 'nobody', 'uma senha longa')).toBeUndefined();
});

test('demo credentials are refused where others can reach the address', async () => {
  const token = await access.issueToken(tenantId, 'api', 'demo', { demo: true });
  const open = createAccess({ ...parts, withDemo: false });
  expect(await access.verifyToken('api', token)).toBeDefined();
  expect(await open.verifyToken('api', token)).toBeUndefined();
  expect(await open.has(tenantId, 'sgp')).toBe(false);
});
