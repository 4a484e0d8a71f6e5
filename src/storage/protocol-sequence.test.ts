import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/helpers/database.ts';
import { nextProtocol } from './protocol-sequence.ts';

const database = await testDatabase();
afterAll(() => database.close());

test('a hundred contacts at once get a hundred different protocols without a gap', async () => {
  const tenant = await database.db
    .insertInto('tenant')
    .values({ name: 'Provedor', time_zone: 'America/Sao_Paulo' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const taken = await Promise.all(
    Array.from({ length: 100 }, () => nextProtocol(database.db, tenant.id, '2026-11-21')),
  );
  const expected = Array.from({ length: 100 }, (_, i) => `20261121${String(i + 1).padStart(6, '0')}`);
  expect(taken.toSorted()).toEqual(expected);
  expect(await nextProtocol(database.db, tenant.id, '2026-11-22')).toBe('20261122000001');
});
