import { createTenants } from '../exchange/service.ts';
import { runHomeCommand } from './home-command.ts';
import { makeAdministeredTenant } from './new-tenant.ts';
import { readTenantCommand, runTenantCommand } from './tenant-commands.ts';

/** `npm run tenants`: the exchanges of the installation. */
runHomeCommand(readTenantCommand, (home, _first, command) =>
  runTenantCommand(createTenants({ ...home, make: (tenant) => makeAdministeredTenant(home, tenant) }), command),
);
