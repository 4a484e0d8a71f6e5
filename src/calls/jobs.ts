import type { Logger } from '../kernel/logger.ts';
import type { Recordings } from './service.ts';

/** Old recordings go at twenty past each hour; those that are stored go into the object store each minute, one run after the other. */
export const recordingCrontab = `20 * * * * forget_recordings ?max=3
* * * * * archive_recordings ?max=1&queue=recordings&jobKey=archive_recordings`;

/** @param tenants the recordings of each, asked at each run */
export function recordingTasks(tenants: () => Iterable<Pick<Recordings, 'forgetOld' | 'archive'>>, logger: Logger) {
  return {
    forget_recordings: async (): Promise<void> => {
      let removed = 0;
      for (const recordings of tenants()) removed += await recordings.forgetOld();
      if (removed > 0) logger.info({ removed }, 'recordings whose days are over were removed');
    },
    archive_recordings: async (): Promise<void> => {
      for (const recordings of tenants()) await recordings.archive();
    },
  };
}
