import type { Logger } from '../kernel/logger.ts';
import type { Recordings } from './service.ts';

/** Old recordings go at twenty past each hour. */
export const recordingCrontab = '20 * * * * forget_recordings ?max=3';

/** @param tenants the recordings of each, asked at each run */
export function recordingTasks(tenants: () => Iterable<Pick<Recordings, 'forgetOld'>>, logger: Logger) {
  return {
    forget_recordings: async (): Promise<void> => {
      let removed = 0;
      for (const recordings of tenants()) removed += await recordings.forgetOld();
      if (removed > 0) logger.info({ removed }, 'recordings whose days are over were removed');
    },
  };
}
