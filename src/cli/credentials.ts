import { createAccess } from '../access/service.ts';
import { systemClock } from '../kernel/clock.ts';
import { systemIds } from '../kernel/ids.ts';
import { readCredentialCommand, runCredentialCommand } from './credential-commands.ts';
import { explain } from './exit.ts';
import { withHomeProvider } from './home-provider.ts';

/** `npm run credentials`: who may use the APIs; beside a system that runs, or without it. */
async function credentials(): Promise<void> {
  const command = readCredentialCommand(process.argv.slice(2));
  const lines = await withHomeProvider(command.tenant, (db, tenantId) => {
    const access = createAccess({ db, clock: systemClock, ids: systemIds, withDemo: true });
    return runCredentialCommand(access, tenantId, command);
  });
  process.stdout.write(`${lines.join('\n')}\n`);
}

credentials().then(
  () => process.exit(0),
  (error: unknown) => process.exit(explain(error)),
);
