import { runHomeCommand } from './home-command.ts';
import { homeRoutes } from './home-routes.ts';
import { readNumberCommand, runNumberCommand } from './number-commands.ts';

/** `npm run numbers`: where numbers lead that are called. */
runHomeCommand(readNumberCommand, ({ db }, tenantId, command) => runNumberCommand(homeRoutes(db), tenantId, command));
