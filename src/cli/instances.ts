import { createApiInstances } from '../access/api-instances.ts';
import { systemClock } from '../kernel/clock.ts';
import { systemIds } from '../kernel/ids.ts';
import { explain } from './exit.ts';
import { withHomeProvider } from './home-provider.ts';
import { readInstanceCommand, runInstanceCommand } from './instance-commands.ts';

/** `npm run instances`: which programs may use the exchange's API, from where; beside a system that runs, or without it. */
async function instances(): Promise<void> {
  const command = readInstanceCommand(process.argv.slice(2));
  const lines = await withHomeProvider(command.tenant, (db, tenantId) =>
    runInstanceCommand(
      createApiInstances({ db, clock: systemClock, ids: systemIds, withDemo: true }),
      tenantId,
      command,
    ),
  );
  process.stdout.write(`${lines.join('\n')}\n`);
}

instances().then(
  () => process.exit(0),
  (error: unknown) => process.exit(explain(error)),
);
