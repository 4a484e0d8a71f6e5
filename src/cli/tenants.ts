import { createTenants } from '../exchange/service.ts';
import { systemClock } from '../kernel/clock.ts';
import { systemIds } from '../kernel/ids.ts';
import { explain } from './exit.ts';
import { withHomeProvider } from './home-provider.ts';
import { makeAdministeredTenant } from './new-tenant.ts';
import { readTenantCommand, runTenantCommand } from './tenant-commands.ts';

/** `npm run tenants`: the exchanges of the installation; a system that runs hears of a change from the database, at once. */
async function tenants(): Promise<void> {
  const command = readTenantCommand(process.argv.slice(2));
  const lines = await withHomeProvider(undefined, (db) => {
    const parts = { db, clock: systemClock, ids: systemIds };
    return runTenantCommand(
      createTenants({
        ...parts,
        make: (tenant) => makeAdministeredTenant(parts, tenant),
        changed: async () => undefined,
      }),
      command,
    );
  });
  process.stdout.write(`${lines.join('\n')}\n`);
}

tenants().then(
  () => process.exit(0),
  (error: unknown) => process.exit(explain(error)),
);
