import { runHomeCommand } from './home-command.ts';
import { homeRoutes } from './home-routes.ts';
import { readRuleCommand, runRuleCommand } from './rule-commands.ts';

/** `npm run rules`: on which trunks numbers are called. */
runHomeCommand(readRuleCommand, ({ db }, tenantId, command) => runRuleCommand(homeRoutes(db), tenantId, command));
