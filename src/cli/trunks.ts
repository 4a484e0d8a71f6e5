import { createTrunks } from '../exchange/service.ts';
import { askSecret } from './ask-password.ts';
import { runHomeCommand } from './home-command.ts';
import { readTrunkCommand, runTrunkCommand } from './trunk-commands.ts';

/** `npm run trunks`: ways to the public network. */
runHomeCommand(readTrunkCommand, (home, tenantId, command) =>
  runTrunkCommand(createTrunks(home), tenantId, command, (account) => askSecret(`Password of ${account}: `)),
);
