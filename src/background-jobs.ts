import { Logger as JobLogger, type Runner, run as runJobs, runMigrations, type TaskList } from 'graphile-worker';
import type { Pool } from 'pg';
import { recordingCrontab } from './calls/jobs.ts';
import { erpCrontab } from './erp/jobs.ts';
import { ispCrontab } from './isp/jobs.ts';
import type { Logger } from './kernel/logger.ts';
import { messagingCrontab } from './messaging/jobs.ts';
import { reportCrontab } from './reports/jobs.ts';
import { screenCrontab } from './screen-pop/jobs.ts';
import { voicemailCrontab } from './voicemail/jobs.ts';

const crontabs = [
  ispCrontab,
  erpCrontab,
  messagingCrontab,
  screenCrontab,
  recordingCrontab,
  reportCrontab,
  voicemailCrontab,
];

/** Its `info` tells of every job; ours is for what an operator wants to know. */
const jobLevels = { error: 'error', warning: 'warn', info: 'debug', debug: 'debug' } as const;

/** Does what is to be done beside calls, at its times and when it is asked for, until the runner is stopped. */
export async function startJobs(pgPool: Pool, logger: Logger, taskList: TaskList): Promise<Runner> {
  await runMigrations({ pgPool });
  // Whoever locked them is dead, since we have the lease. By themselves they would be tried again after four hours.
  await pgPool.query(
    `select graphile_worker.force_unlock_workers(array(select distinct locked_by from graphile_worker.jobs where locked_by is not null))`,
  );
  return runJobs({
    pgPool,
    concurrency: 2,
    noHandleSignals: true,
    logger: new JobLogger(() => (level, message) => logger[jobLevels[level]]({ part: 'jobs' }, message)),
    crontab: crontabs.join('\n'),
    taskList,
  });
}
