import { afterAll, expect, test, vi } from 'vitest';
import { testDatabase } from '../../test/helpers/database.ts';
import { systemClock } from '../kernel/clock.ts';
import { silentLogger } from '../kernel/logger.ts';
import { listenTo } from './notices.ts';

const database = await testDatabase();
afterAll(() => database.close());

test('whoever listens hears of each change of numbers, and again after the connection was lost', async () => {
  const { db, pool, url } = database;
  const { id } = await db
    .insertInto('tenant')
    .values({ name: 'Provedor', time_zone: 'America/Sao_Paulo' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const heard = vi.fn<() => void>();
  const notices = listenTo(url, 'exchange_changed', heard, { clock: systemClock, logger: silentLogger });
  await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(1), { timeout: 5_000 });
  await db.insertInto('extension').values({ tenant_id: id, number: '100', password: 'a-secret' }).execute();
  await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(2), { timeout: 5_000 });
  const name = 'uirapuru notices';
  await pool.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [name]);
  await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(3), { timeout: 5_000 });
  await db.updateTable('extension').set({ enabled: false }).execute();
  await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(4), { timeout: 5_000 });
  await notices.close();
});
