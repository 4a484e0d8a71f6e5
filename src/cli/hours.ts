import { createOpeningHours } from '../exchange/service.ts';
import { runHomeCommand } from './home-command.ts';
import { readHoursCommand, runHoursCommand } from './hours-commands.ts';

/** `npm run hours`: when people answer. */
runHomeCommand(readHoursCommand, (home, tenantId, command) =>
  runHoursCommand(createOpeningHours(home), tenantId, command),
);
