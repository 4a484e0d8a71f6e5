import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig } from '../config.ts';
import { openExchange } from '../exchange/service.ts';
import { createQueues } from '../queues/service.ts';
import { listOwnMusic } from '../telephony/asterisk/runtime/own-music.ts';
import { runHomeCommand } from './home-command.ts';
import { homeHasFlow } from './home-routes.ts';
import { readQueueCommand, runQueueCommand } from './queue-commands.ts';
import { runningSystem } from './running-system.ts';

/** Music is put by the API of a system that runs, which need not be told that what nobody hears any more is gone. */
const music = {
  put: async () => undefined,
  remove: async (name: string) => {
    const folder = join(readConfig(process.env).home, 'music');
    await rm(join(folder, name), { recursive: true, force: true });
    await listOwnMusic(folder);
  },
};

/** `npm run queues`: where callers wait, and for whom. */
runHomeCommand(readQueueCommand, async (home, tenantId, command) => {
  const exchange = await openExchange(home.db, tenantId, { withDemo: true });
  const queues = createQueues({ ...home, exchangeOf: () => exchange, hasFlow: homeHasFlow, music });
  return runQueueCommand({ queues, ask: runningSystem(home, tenantId) }, tenantId, command);
});
