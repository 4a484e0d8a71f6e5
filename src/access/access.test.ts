import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/helpers/database.ts';
import { ManualClock } from '../../test/helpers/manual-clock.ts';
import { systemClock } from '../kernel/clock.ts';
import { systemIds } from '../kernel/ids.ts';
import { createAccess, revokedWithinMs } from './service.ts';

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

test('two providers may use the same names; each opens its own door', async () => {
  const { id: other } = await database.db
    .insertInto('tenant')
    .values({ name: 'Outro', time_zone: 'America/Sao_Paulo' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { token: mine } = await access.create(tenantId, { kind: 'sgp', name: 'bot' });
  const { token: theirs } = await access.create(other, { kind: 'sgp', name: 'bot' });
  expect(await access.verifyToken('sgp', mine, 'bot')).toMatchObject({ tenantId });
  expect(await access.verifyToken('sgp', theirs, 'bot')).toMatchObject({ tenantId: other });
  expect(await access.verifyToken('sgp', theirs, 'Bot')).toBeUndefined();
  await access.setPassword(other, 'console', 'admin', 'a senha do outro');
  expect(await access.verifyPassword('console', 'admin', 'a senha do outro')).toMatchObject({ tenantId: other });
  expect(await access.verifyPassword('console', 'admin', 'uma senha longa')).toMatchObject({ tenantId });
  await access.setPassword(other, 'console', 'admin', 'uma senha longa');
  expect(await access.verifyPassword('console', 'admin', 'uma senha longa')).toBeUndefined();
});

test('a revoked token opens nothing: here at once, in another process within five seconds', async () => {
  const clock = new ManualClock('2026-11-21T12:00:00Z');
  const running = createAccess({ ...parts, clock, withDemo: true });
  const { token } = await access.create(tenantId, { kind: 'sgp', name: 'menu' });
  expect(await access.verifyToken('sgp', token)).toBeDefined();
  expect(await running.verifyToken('sgp', token)).toBeDefined();
  await access.revoke(tenantId, 'sgp', 'menu');
  expect(await access.verifyToken('sgp', token)).toBeUndefined();
  clock.advance(revokedWithinMs);
  expect(await running.verifyToken('sgp', token)).toBeUndefined();
  await expect(access.revoke(tenantId, 'sgp', 'menu')).rejects.toMatchObject({ code: 'not_found' });
});

test('a token looked up while it is being revoked is not remembered', async () => {
  const { token } = await access.create(tenantId, { kind: 'sgp', name: 'brief' });
  await Promise.all([access.verifyToken('sgp', token), access.revoke(tenantId, 'sgp', 'brief')]);
  expect(await access.verifyToken('sgp', token)).toBeUndefined();
});

test('a credential is not overwritten by another of its name, and the list shows no secrets', async () => {
  const { token } = await access.create(tenantId, { kind: 'api', name: 'chief', role: 'administrator' });
  await expect(access.create(tenantId, { kind: 'api', name: 'chief' })).rejects.toMatchObject({ code: 'conflict' });
  expect(await access.verifyToken('api', token)).toMatchObject({ role: 'administrator' });
  const list = await access.list(tenantId);
  expect(list).toContainEqual(expect.objectContaining({ kind: 'api', name: 'chief', role: 'administrator' }));
  expect(JSON.stringify(list)).not.toMatch(/hash|argon/);
});

test('demo credentials are refused where others can reach the address', async () => {
  const token = await access.issueToken(tenantId, 'api', 'demo', { demo: true });
  const open = createAccess({ ...parts, withDemo: false });
  expect(await access.verifyToken('api', token)).toBeDefined();
  expect(await open.verifyToken('api', token)).toBeUndefined();
  await access.issueToken(tenantId, 'intelbras', 'demo', { demo: true });
  expect(await access.has(tenantId, 'intelbras')).toBe(true);
  expect(await open.has(tenantId, 'intelbras')).toBe(false);
});
