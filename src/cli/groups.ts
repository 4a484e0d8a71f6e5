import { createGroups } from '../exchange/service.ts';
import { explain } from './exit.ts';
import { readGroupCommand, runGroupCommand } from './group-commands.ts';
import { withHomeProvider } from './home-provider.ts';

/** `npm run groups`: who rings together; a system that runs hears of a change from the database, at once. */
async function groups(): Promise<void> {
  const command = readGroupCommand(process.argv.slice(2));
  const lines = await withHomeProvider(command.tenant, (db, tenantId) =>
    runGroupCommand(createGroups({ db, changed: async () => undefined }), tenantId, command),
  );
  process.stdout.write(`${lines.join('\n')}\n`);
}

groups().then(
  () => process.exit(0),
  (error: unknown) => process.exit(explain(error)),
);
