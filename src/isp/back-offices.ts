import { AppError } from '../kernel/errors.ts';
import type { Provider } from './provider.ts';
import { type BackOffice, type BackOfficeParts, createBackOffice } from './service.ts';

interface Parts extends Omit<BackOfficeParts, 'provider' | 'erp'> {
  /** What is the same for every tenant. */
  readonly provider: Omit<Provider, 'tenantId' | 'timeZone'>;
  /** The embedded ERP of a tenant. */
  readonly erpOf: (provider: Provider) => BackOfficeParts['erp'];
}

/**
 * The back office of each tenant, made when it is first asked for.
 * @throws AppError `not_found` for an unknown tenant
 */
export function createBackOffices({ provider, erpOf, ...parts }: Parts): (tenantId: number) => Promise<BackOffice> {
  const offices = new Map<number, Promise<BackOffice>>();

  async function open(tenantId: number): Promise<BackOffice> {
    const tenant = await provider.db
      .selectFrom('tenant')
      .select('time_zone')
      .where('id', '=', tenantId)
      .executeTakeFirst();
    if (tenant === undefined) throw new AppError('not_found', `There is no tenant ${tenantId}.`, { tenantId });
    const own = { ...provider, tenantId, timeZone: tenant.time_zone };
    return createBackOffice({ ...parts, provider: own, erp: erpOf(own) });
  }

  return (tenantId) => {
    const known = offices.get(tenantId);
    if (known !== undefined) return known;
    const office = open(tenantId);
    offices.set(tenantId, office);
    // One that could not be opened is tried anew by whoever asks next.
    office.catch(() => offices.delete(tenantId));
    return office;
  };
}
