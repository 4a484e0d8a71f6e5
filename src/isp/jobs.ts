import type { TaskList } from 'graphile-worker';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Logger } from '../kernel/logger.ts';
import { applyDebtRules, endPromise } from './billing/overdue.ts';
import type { SchedulePromiseEnd } from './billing/service.ts';
import type { Provider } from './provider.ts';

const promiseEnd = z.object({ tenantId: z.int(), promiseId: z.int() });

/**
 * Ten past every hour, because tenants live in different time zones: a debt ripens at its provider's midnight, so this
 * acts once a night for each, and an hour later at most when the process was down.
 */
export const ispCrontab = '10 * * * * isp_debt_rules ?fill=1d&jobKey=isp_debt_rules';

/** Runs the end of a promise at its instant. The job is written by the transaction that grants the promise. */
export const schedulePromiseEnd: SchedulePromiseEnd = async ({ db, tenantId }, promiseId, expiresAt) => {
  await sql`select graphile_worker.add_job('isp_promise_end', ${JSON.stringify({ tenantId, promiseId })}::json,
    run_at => ${expiresAt}, job_key => ${`isp_promise_end:${tenantId}:${promiseId}`})`.execute(db);
};

/**
 * The embedded ERP's jobs for graphile-worker.
 * @param providers the tenants that use the embedded ERP, asked at each run
 */
export function ispTasks(providers: () => Promise<readonly Provider[]>, logger: Logger): TaskList {
  return {
    isp_debt_rules: async () => {
      for (const provider of await providers()) {
        const run = await applyDebtRules(provider);
        logger.info({ tenantId: provider.tenantId, ...run }, 'the rules about debt were applied');
      }
    },
    isp_promise_end: async (payload) => {
      const { tenantId, promiseId } = promiseEnd.parse(payload);
      const provider = (await providers()).find((one) => one.tenantId === tenantId);
      if (provider !== undefined) await endPromise(provider, promiseId);
    },
  };
}
