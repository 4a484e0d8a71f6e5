import type { Logger } from '../kernel/logger.ts';
import type { Reports } from './service.ts';

/** Each minute: what has changed since is read from the rows themselves. */
export const reportCrontab = '* * * * * roll_up_reports ?max=1';

/** Runs one after another when much has changed, each a transaction of its own; the rest waits a minute. */
const mostRuns = 10;

export function reportTasks(reports: Pick<Reports, 'rollUp'>, logger: Logger) {
  return {
    roll_up_reports: async (): Promise<void> => {
      let hours = 0;
      for (let run = 0; run < mostRuns; run++) {
        const worked = await reports.rollUp();
        if (worked === 0) break;
        hours += worked;
      }
      if (hours > 0) logger.debug({ hours }, 'hours were worked out for reports');
    },
  };
}
