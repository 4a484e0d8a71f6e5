import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/helpers/database.ts';
import { readConfig } from '../config.ts';
import { systemClock } from '../kernel/clock.ts';
import { silentLogger } from '../kernel/logger.ts';
import { createMessaging } from './plugin.ts';

const database = await testDatabase();
const home = await mkdtemp(join(tmpdir(), 'uira-home-'));
afterAll(async () => {
  await database.close();
  await rm(home, { recursive: true });
});

test('on a machine without mail and SMS, what is sent lies in the home folder, for its owner only', async () => {
  const tenant = { name: 'Provedor', time_zone: 'America/Sao_Paulo' };
  const { id } = await database.db.insertInto('tenant').values(tenant).returning('id').executeTakeFirstOrThrow();
  const metrics = new Registry();
  const config = { ...readConfig({}), home };
  const messaging = createMessaging({ db: database.db, clock: systemClock, logger: silentLogger, metrics, config });
  messaging.start();
  await messaging.sendSms({ tenantId: id, to: '+5534999990000', text: 'Pix: 000201', dedupeKey: 'a' });
  await messaging.sendEmail({ tenantId: id, to: 'ana@provedor.net.br', subject: 'S', text: 'T', dedupeKey: 'b' });
  const outbox = join(home, 'outbox');
  const kinds = async () => (await readdir(outbox)).map((name) => name.replace(/^[^.]*\.\d+Z-\d+-\d+/, '')).toSorted();
  await expect.poll(() => kinds().catch(() => [])).toEqual(['.eml', '.sms.json']);
  await messaging.stop();
  expect((await stat(outbox)).mode & 0o077).toBe(0);
  expect(await metrics.metrics()).toContain('uirapuru_messages_total{channel="sms",outcome="delivered"} 1');
});
