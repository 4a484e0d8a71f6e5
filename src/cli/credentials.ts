import { createAccess } from '../access/service.ts';
import { readCredentialCommand, runCredentialCommand } from './credential-commands.ts';
import { runHomeCommand } from './home-command.ts';

/** `npm run credentials`: who may use the APIs. */
runHomeCommand(readCredentialCommand, (home, tenantId, command) =>
  runCredentialCommand(createAccess({ ...home, withDemo: true }), tenantId, command),
);
