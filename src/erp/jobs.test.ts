import { parseCrontab } from 'graphile-worker';
import { expect, test } from 'vitest';
import { erpCrontab, erpTasks } from './jobs.ts';

test('acts in doubt are asked about every minute, by a job there is', () => {
  const [job] = parseCrontab(erpCrontab);
  expect(Object.keys(erpTasks({ resolveDoubts: () => Promise.resolve(0) }))).toEqual([job?.task]);
  expect(job?.options).toMatchObject({ jobKey: 'erp_resolve_doubts', maxAttempts: 1 });
});
