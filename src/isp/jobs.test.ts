import { Logger, parseCrontab, runMigrations, runOnce } from 'graphile-worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { standing, type TestProvider, testProvider } from '../../test/helpers/isp.ts';
import { silentLogger } from '../kernel/logger.ts';
import { unlockOnTrust } from './billing/service.ts';
import { ispCrontab, ispTasks, schedulePromiseEnd } from './jobs.ts';

const quiet = new Logger(() => () => {});
let isp: TestProvider;
beforeAll(async () => {
  isp = await testProvider({ now: new Date(Date.now() - 10 * 86_400_000).toISOString() });
  await runMigrations({ pgPool: isp.provider.pool, logger: quiet });
});
afterAll(() => isp.close());

test('a promise ends by the job that its own transaction wrote', async () => {
  const contract = isp.contractOf('suspended');
  const request = { key: 'job', contractId: contract, callId: undefined, callerNumber: undefined };
  expect((await unlockOnTrust(isp.provider, request, schedulePromiseEnd)).kind).toBe('done');
  expect(await standing(isp, contract)).toMatchObject({ state: 'active', promises: ['open'] });
  isp.clock.advance(5 * 86_400_000);
  const taskList = ispTasks(() => Promise.resolve([isp.provider]), silentLogger);
  await runOnce({ pgPool: isp.provider.pool, taskList, logger: quiet });
  expect(await standing(isp, contract)).toMatchObject({ state: 'suspended_debt', promises: ['broken'] });
});

test('the timetable can be read, and names a task that there is', () => {
  const items = parseCrontab(ispCrontab);
  expect(items).toHaveLength(1);
  expect(Object.keys(ispTasks(() => Promise.resolve([]), silentLogger))).toContain(items[0]?.task);
});
