import { once } from 'node:events';
import process from 'node:process';
import { systemClock } from '../kernel/clock.ts';
import { systemIds } from '../kernel/ids.ts';
import { silentLogger } from '../kernel/logger.ts';
import { openDatabase } from '../storage/database.ts';
import type { DemoTenant } from './demo-process.ts';
import { makeTenantWithDemo } from './new-tenant.ts';

/** Makes the tenant it is told of, with demo data, and tells its id: the other side of `makeDemoTenant`. */
const [{ home, timeZone, databaseUrl }] = (await once(process, 'message')) as [DemoTenant];
// Whoever asked is gone: the next start asks anew, and there must not be two tenants.
process.once('disconnect', () => process.exit());
const database = openDatabase(databaseUrl, silentLogger, 1);
const parts = { home, timeZone, db: database.db, clock: systemClock, ids: systemIds };
const tenantId = await makeTenantWithDemo(parts);
await database.close();
process.send?.(tenantId);
process.disconnect();
