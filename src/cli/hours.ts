import { createOpeningHours } from '../exchange/service.ts';
import { systemClock } from '../kernel/clock.ts';
import { explain } from './exit.ts';
import { withHomeProvider } from './home-provider.ts';
import { readHoursCommand, runHoursCommand } from './hours-commands.ts';

/** `npm run hours`: when people answer; a system that runs hears of a change from the database, at once. */
async function hours(): Promise<void> {
  const command = readHoursCommand(process.argv.slice(2));
  const lines = await withHomeProvider(command.tenant, (db, tenantId) => {
    const parts = { db, clock: systemClock, changed: async () => undefined };
    return runHoursCommand(createOpeningHours(parts), tenantId, command);
  });
  process.stdout.write(`${lines.join('\n')}\n`);
}

hours().then(
  () => process.exit(0),
  (error: unknown) => process.exit(explain(error)),
);
