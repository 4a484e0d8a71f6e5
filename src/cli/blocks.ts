import { createAddressBlocks, sparedBy } from '../access/address-blocks.ts';
import { readConfig } from '../config.ts';
import { systemClock } from '../kernel/clock.ts';
import { readBlockCommand, runBlockCommand } from './block-commands.ts';
import { explain } from './exit.ts';
import { withHomeProvider } from './home-provider.ts';

/**
 * `npm run blocks`: addresses from which phones are not heard; a system that runs hears of a change from the database, at
 * once, and lets pass what is a trunk's.
 */
async function blocks(): Promise<void> {
  const command = readBlockCommand(process.argv.slice(2));
  const { neverBlocked } = readConfig(process.env);
  const lines = await withHomeProvider(undefined, (db) =>
    runBlockCommand(
      createAddressBlocks({
        db,
        clock: systemClock,
        spared: async () => sparedBy(neverBlocked),
        changed: async () => undefined,
      }),
      command,
    ),
  );
  process.stdout.write(`${lines.join('\n')}\n`);
}

blocks().then(
  () => process.exit(0),
  (error: unknown) => process.exit(explain(error)),
);
