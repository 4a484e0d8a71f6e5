import type { TaskList } from 'graphile-worker';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { OutboxStore } from './store.ts';

/** Once a night, or as soon as the process runs again. */
export const messagingCrontab = '25 4 * * * messaging_purge ?fill=1d&jobKey=messaging_purge';

const dayMs = 86_400_000;

/**
 * The outbox's job for graphile-worker: what was sent or discarded is forgotten, recipient and key.
 * @param keepDays how long it is kept; until then one key is one message
 */
export function messagingTasks(
  store: Pick<OutboxStore, 'purge'>,
  clock: Clock,
  logger: Logger,
  keepDays: number,
): TaskList {
  return {
    messaging_purge: async () => {
      const forgotten = await store.purge(new Date(clock.now().getTime() - keepDays * dayMs));
      if (forgotten > 0) logger.info({ forgotten, keepDays }, 'messages sent long ago were forgotten');
    },
  };
}
