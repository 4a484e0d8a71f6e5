import { createSpendingLimits } from '../exchange/service.ts';
import { runHomeCommand } from './home-command.ts';
import { readSpendingCommand, runSpendingCommand } from './spending-commands.ts';

/** `npm run spending`: how much may be called. */
runHomeCommand(readSpendingCommand, (home, tenantId, command) =>
  runSpendingCommand(createSpendingLimits(home), tenantId, command),
);
