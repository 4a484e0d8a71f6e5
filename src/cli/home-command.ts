import { systemClock } from '../kernel/clock.ts';
import { systemIds } from '../kernel/ids.ts';
import type { Database, DatabaseConnection } from '../storage/database.ts';
import type { OfTenant } from './command-line.ts';
import { explain } from './exit.ts';
import { withHomeProvider } from './home-provider.ts';

/** What a command has of the home. */
export interface HomeParts {
  readonly db: Database;
  readonly pool: DatabaseConnection['pool'];
  readonly clock: typeof systemClock;
  readonly ids: typeof systemIds;
  /** Tells nobody: a system that runs hears of a change from the database, at once. */
  readonly changed: () => Promise<void>;
}

/**
 * Runs a command about what the home's database holds, beside a system that runs or without it, and ends the process.
 * @param read what the words ask for
 * @param run does it; what it returns is printed
 */
export function runHomeCommand<Command extends OfTenant>(
  read: (args: readonly string[]) => Command,
  run: (home: HomeParts, tenantId: number, command: Command) => Promise<string[]>,
): void {
  answer(read, run).then(
    () => process.exit(0),
    (error: unknown) => process.exit(explain(error)),
  );
}

async function answer<Command extends OfTenant>(
  read: (args: readonly string[]) => Command,
  run: (home: HomeParts, tenantId: number, command: Command) => Promise<string[]>,
): Promise<void> {
  const command = read(process.argv.slice(2));
  const lines = await withHomeProvider(command.tenant, ({ db, pool }, tenantId) =>
    run({ db, pool, clock: systemClock, ids: systemIds, changed: async () => undefined }, tenantId, command),
  );
  process.stdout.write(`${lines.join('\n')}\n`);
}
