import { createTrunks } from '../exchange/service.ts';
import { askSecret } from './ask-password.ts';
import { explain } from './exit.ts';
import { withHomeProvider } from './home-provider.ts';
import { readTrunkCommand, runTrunkCommand } from './trunk-commands.ts';

/** `npm run trunks`: ways to the public network; a system that runs hears of a change from the database, at once. */
async function trunks(): Promise<void> {
  const command = readTrunkCommand(process.argv.slice(2));
  const ask = (account: string) => askSecret(`Password of ${account}: `);
  const lines = await withHomeProvider(command.tenant, (db, tenantId) =>
    runTrunkCommand(createTrunks({ db, changed: async () => undefined }), tenantId, command, ask),
  );
  process.stdout.write(`${lines.join('\n')}\n`);
}

trunks().then(
  () => process.exit(0),
  (error: unknown) => process.exit(explain(error)),
);
