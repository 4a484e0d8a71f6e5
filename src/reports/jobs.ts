import type { Logger } from '../kernel/logger.ts';
import type { Reports } from './service.ts';

/** Each minute: what has changed since is read from the rows themselves. */
export const reportCrontab = '* * * * * roll_up_reports ?max=1';

export function reportTasks(reports: Pick<Reports, 'rollUp'>, logger: Logger) {
  return {
    roll_up_reports: async (): Promise<void> => {
      const hours = await reports.rollUp();
      if (hours > 0) logger.debug({ hours }, 'hours were worked out for reports');
    },
  };
}
