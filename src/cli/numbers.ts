import { explain } from './exit.ts';
import { withHomeProvider } from './home-provider.ts';
import { homeRoutes } from './home-routes.ts';
import { readNumberCommand, runNumberCommand } from './number-commands.ts';

/** `npm run numbers`: where numbers lead that are called; a system that runs hears of a change from the database, at once. */
async function numbers(): Promise<void> {
  const command = readNumberCommand(process.argv.slice(2));
  const lines = await withHomeProvider(command.tenant, (db, tenantId) =>
    runNumberCommand(homeRoutes(db), tenantId, command),
  );
  process.stdout.write(`${lines.join('\n')}\n`);
}

numbers().then(
  () => process.exit(0),
  (error: unknown) => process.exit(explain(error)),
);
