import { createApiInstances } from '../access/api-instances.ts';
import { runHomeCommand } from './home-command.ts';
import { readInstanceCommand, runInstanceCommand } from './instance-commands.ts';

/** `npm run instances`: which programs may use the exchange's API, from where. */
runHomeCommand(readInstanceCommand, (home, tenantId, command) =>
  runInstanceCommand(createApiInstances({ ...home, withDemo: true }), tenantId, command),
);
