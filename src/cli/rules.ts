import { explain } from './exit.ts';
import { withHomeProvider } from './home-provider.ts';
import { homeRoutes } from './home-routes.ts';
import { readRuleCommand, runRuleCommand } from './rule-commands.ts';

/** `npm run rules`: on which trunks numbers are called; a system that runs hears of a change from the database, at once. */
async function rules(): Promise<void> {
  const command = readRuleCommand(process.argv.slice(2));
  const lines = await withHomeProvider(command.tenant, (db, tenantId) =>
    runRuleCommand(homeRoutes(db), tenantId, command),
  );
  process.stdout.write(`${lines.join('\n')}\n`);
}

rules().then(
  () => process.exit(0),
  (error: unknown) => process.exit(explain(error)),
);
