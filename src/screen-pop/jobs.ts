import type { TaskList } from 'graphile-worker';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { dropLiveEvents } from '../live/service.ts';
import type { Database } from '../storage/database.ts';
import type { Screens } from './service.ts';
import { dropClosed } from './store.ts';

/** Every minute: a window of a call that is over must not stay long. One at a time, never in a queue. */
export const screenCrontab = '* * * * * screen_windows ?jobKey=screen_windows&max=1';

/** So long a program that lost its connection can go on where it was, and one announcement is known to be one. */
const keptMs = 86_400_000;

interface Parts {
  readonly db: Database;
  readonly screens: Pick<Screens, 'closeLeftOpen'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Closes windows that were left open, and forgets what is told and closed. */
export function screenTasks({ db, screens, clock, logger }: Parts): TaskList {
  return {
    screen_windows: async () => {
      const closed = await screens.closeLeftOpen();
      if (closed > 0) logger.info({ closed }, 'windows about callers were left open, and are closed');
      const before = new Date(clock.now().getTime() - keptMs);
      await dropLiveEvents(db, before);
      await dropClosed(db, before);
    },
  };
}
