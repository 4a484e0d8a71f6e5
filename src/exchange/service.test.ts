import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/helpers/database.ts';
import { openExchange } from './service.ts';

const database = await testDatabase();
afterAll(() => database.close());

test('numbers that change while they are read are read once more, for all who asked, and switched-off ones are not there', async () => {
  const { id } = await database.db
    .insertInto('tenant')
    .values({ name: 'Provedor', time_zone: 'America/Sao_Paulo' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const published: string[][] = [];
  const exchange = await openExchange(database.db, id, {
    withDemo: true,
    publish: async ({ extensions }) => void published.push(extensions.map(({ number }) => number)),
  });
  const add = (number: string, enabled = true) =>
    database.db.insertInto('extension').values({ tenant_id: id, number, password: 'a-secret', enabled }).execute();
  await add('100');
  const first = exchange.refresh();
  await add('101');
  await add('102', false);
  const others = [exchange.refresh(), exchange.refresh(), exchange.refresh()];
  await Promise.all([first, ...others]);
  expect(published.length).toBeLessThanOrEqual(2);
  expect(published.at(-1)).toEqual(['100', '101']);
  expect(exchange.destination('101')).toMatchObject({ kind: 'extension' });
  expect(exchange.destination('102')).toEqual({ kind: 'unknown' });
});
