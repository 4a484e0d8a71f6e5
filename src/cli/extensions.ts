import { createExtensions } from '../exchange/service.ts';
import { readExtensionCommand, runExtensionCommand } from './extension-commands.ts';
import { runHomeCommand } from './home-command.ts';

/** `npm run extensions`: the phones of the exchange. */
runHomeCommand(readExtensionCommand, (home, tenantId, command) =>
  runExtensionCommand(createExtensions(home), tenantId, command),
);
