import { openExchange } from '../exchange/service.ts';
import { createQueues } from '../queues/service.ts';
import { runHomeCommand } from './home-command.ts';
import { homeHasFlow } from './home-routes.ts';
import { readQueueCommand, runQueueCommand } from './queue-commands.ts';
import { runningSystem } from './running-system.ts';

/** Music is put by the API of a system that runs; what a removed queue leaves of it is heard by nobody. */
const noMusic = { put: async () => undefined, remove: async () => undefined };

/** `npm run queues`: where callers wait, and for whom. */
runHomeCommand(readQueueCommand, async (home, tenantId, command) => {
  const exchange = await openExchange(home.db, tenantId, { withDemo: true });
  const queues = createQueues({ ...home, exchangeOf: () => exchange, hasFlow: homeHasFlow, music: noMusic });
  return runQueueCommand({ queues, ask: runningSystem(home, tenantId) }, tenantId, command);
});
