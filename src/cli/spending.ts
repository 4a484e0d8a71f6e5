import { createSpendingLimits } from '../exchange/service.ts';
import { systemClock } from '../kernel/clock.ts';
import { explain } from './exit.ts';
import { withHomeProvider } from './home-provider.ts';
import { readSpendingCommand, runSpendingCommand } from './spending-commands.ts';

/** `npm run spending`: how much may be called; a system that runs hears of a change from the database, at once. */
async function spending(): Promise<void> {
  const command = readSpendingCommand(process.argv.slice(2));
  const lines = await withHomeProvider(command.tenant, (db, tenantId) =>
    runSpendingCommand(
      createSpendingLimits({ db, clock: systemClock, changed: async () => undefined }),
      tenantId,
      command,
    ),
  );
  process.stdout.write(`${lines.join('\n')}\n`);
}

spending().then(
  () => process.exit(0),
  (error: unknown) => process.exit(explain(error)),
);
