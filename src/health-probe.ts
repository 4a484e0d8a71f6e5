import type { HealthProbe } from './console-api/health.ts';
import { type Database, databaseAnswers } from './storage/database.ts';
import type { Telephony } from './telephony/port.ts';
import type { Tenant } from './tenant.ts';

/** Asks each part that calls need how it is. @param tenants those that run, by their ids */
export function probeHealth(parts: {
  readonly db: Database;
  readonly telephony: Pick<Telephony, 'connected'>;
  readonly tenants: ReadonlyMap<number, Pick<Tenant, 'erp'>>;
}): HealthProbe {
  return async () => {
    const [answers, ...erpHealth] = await Promise.all([
      databaseAnswers(parts.db),
      ...[...parts.tenants.values()].map(({ erp }) => erp.health()),
    ]);
    return {
      database: answers ? { status: 'ok' } : { status: 'down', message: 'PostgreSQL does not answer.' },
      asterisk: parts.telephony.connected
        ? { status: 'ok' }
        : {
            status: 'down',
            message: 'Asterisk does not answer over ARI, or its calls are still being looked through.',
          },
      erp: erpHealth.every((one) => one === 'ok')
        ? { status: 'ok' }
        : { status: 'down', message: 'The ERP does not answer.' },
    };
  };
}
