import { createGroups } from '../exchange/service.ts';
import { readGroupCommand, runGroupCommand } from './group-commands.ts';
import { runHomeCommand } from './home-command.ts';

/** `npm run groups`: who rings together. */
runHomeCommand(readGroupCommand, (home, tenantId, command) => runGroupCommand(createGroups(home), tenantId, command));
