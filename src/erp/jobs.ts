import type { TaskList } from 'graphile-worker';
import type { ErpRegistry } from './registry.ts';

/** Every minute: what was lost on the way, or left by a killed process, is known soon. One at a time, never in a queue. */
export const erpCrontab = '* * * * * erp_resolve_doubts ?jobKey=erp_resolve_doubts&max=1';

/** The job that completes the log of acts on the ERPs, for graphile-worker. */
export function erpTasks(registry: Pick<ErpRegistry, 'resolveDoubts'>): TaskList {
  return {
    erp_resolve_doubts: async () => {
      await registry.resolveDoubts();
    },
  };
}
