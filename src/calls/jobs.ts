import type { Logger } from '../kernel/logger.ts';
import type { Recordings } from './service.ts';

/** Old recordings go at twenty past each hour. */
export const recordingCrontab = '20 * * * * forget_recordings ?max=3';

export function recordingTasks(recordings: Recordings, logger: Logger) {
  return {
    forget_recordings: async (): Promise<void> => {
      const removed = await recordings.forgetOld();
      if (removed > 0) logger.info({ removed }, 'recordings whose days are over were removed');
    },
  };
}
