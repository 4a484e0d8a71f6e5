import { readAgentCommand, runAgentCommand } from './agent-commands.ts';
import { askSecret } from './ask-password.ts';
import { runHomeCommand } from './home-command.ts';
import { runningSystem } from './running-system.ts';

/** `npm run agents`: who takes the calls of queues, and what they do now. */
runHomeCommand(readAgentCommand, (home, tenantId, command) =>
  runAgentCommand(
    { db: home.db, ask: runningSystem(home, tenantId), askPin: (code) => askSecret(`PIN of agent ${code}: `) },
    tenantId,
    command,
  ),
);
