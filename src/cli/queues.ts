import { openExchange } from '../exchange/service.ts';
import { createQueues } from '../queues/service.ts';
import { runHomeCommand } from './home-command.ts';
import { homeHasFlow } from './home-routes.ts';
import { readQueueCommand, runQueueCommand } from './queue-commands.ts';
import { runningSystem } from './running-system.ts';

/** `npm run queues`: where callers wait, and for whom. */
runHomeCommand(readQueueCommand, async (home, tenantId, command) => {
  const exchange = await openExchange(home.db, tenantId, { withDemo: true });
  const queues = createQueues({ ...home, exchangeOf: () => exchange, hasFlow: homeHasFlow });
  return runQueueCommand({ queues, ask: runningSystem(home, tenantId) }, tenantId, command);
});
