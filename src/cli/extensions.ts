import { createExtensions } from '../exchange/service.ts';
import { systemIds } from '../kernel/ids.ts';
import { explain } from './exit.ts';
import { readExtensionCommand, runExtensionCommand } from './extension-commands.ts';
import { withHomeProvider } from './home-provider.ts';

/** `npm run extensions`: the phones of the exchange; a system that runs hears of a change from the database, at once. */
async function extensions(): Promise<void> {
  const command = readExtensionCommand(process.argv.slice(2));
  const lines = await withHomeProvider(command.tenant, (db, tenantId) =>
    runExtensionCommand(createExtensions({ db, ids: systemIds, changed: async () => undefined }), tenantId, command),
  );
  process.stdout.write(`${lines.join('\n')}\n`);
}

extensions().then(
  () => process.exit(0),
  (error: unknown) => process.exit(explain(error)),
);
