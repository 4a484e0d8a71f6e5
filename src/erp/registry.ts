import type { Registry } from 'prom-client';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Database } from '../storage/database.ts';
import { createActLocks } from './act-locks.ts';
import { createErpGateway } from './gateway.ts';
import type { Erp } from './port.ts';
import type { ErpGateway } from './service.ts';

/** A kind of ERP that a tenant may be configured to use. */
export interface ErpKind {
  /** Makes the connector of one tenant. */
  connect(tenantId: number): Erp;
  /** How long after sending an act the ERP may still carry it out unknown to itself; see `ErpGatewayOptions`. */
  readonly settleMs?: number;
}

export interface ErpRegistryOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly kinds: Readonly<Record<string, ErpKind>>;
  /** Which kind a tenant uses; today one for all, by `ERP`. */
  readonly kindOf: (tenantId: number) => string;
  /** See `ActOptions`. */
  readonly mandate?: { readonly isSure: boolean };
  /** Where a call is found; see `ErpGatewayOptions`. */
  readonly callUrl?: (callId: string) => string;
}

export interface ErpRegistry {
  /** @throws AppError `not_found` for an unknown tenant, `invalid_configuration` for an unknown kind of ERP. */
  gatewayFor(tenantId: number): Promise<ErpGateway>;
  /** Every tenant's `resolveDoubts` and `linkLostCalls`: called every minute. @returns how many acts are known now */
  resolveDoubts(): Promise<number>;
}

/** The ERP of each tenant, connected when it is first needed. */
export function createErpRegistry(options: ErpRegistryOptions): ErpRegistry {
  const { db, clock, logger, metrics, kinds, kindOf } = options;
  const locks = createActLocks(db, clock, lockPatienceMs);
  const gateways = new Map<number, Promise<ErpGateway>>();

  async function connect(tenantId: number): Promise<ErpGateway> {
    const tenant = await db.selectFrom('tenant').select('time_zone').where('id', '=', tenantId).executeTakeFirst();
    if (tenant === undefined) throw new AppError('not_found', `There is no tenant ${tenantId}.`, { tenantId });
    const name = kindOf(tenantId);
    const kind = kinds[name];
    if (kind === undefined) {
      const known = Object.keys(kinds).join(', ');
      throw new AppError('invalid_configuration', `ERP is ${name}: choose one of ${known}.`, { tenantId });
    }
    const settle = kind.settleMs === undefined ? {} : { settleMs: kind.settleMs };
    const erp = kind.connect(tenantId);
    return createErpGateway({
      erp,
      db,
      tenantId,
      timeZone: tenant.time_zone,
      locks,
      clock,
      logger,
      metrics,
      mandate: options.mandate,
      ...settle,
      ...(options.callUrl && { callUrl: options.callUrl }),
    });
  }

  function gatewayFor(tenantId: number): Promise<ErpGateway> {
    const known = gateways.get(tenantId);
    if (known !== undefined) return known;
    const gateway = connect(tenantId);
    gateways.set(tenantId, gateway);
    // A tenant that could not be connected is tried anew by whoever asks next.
    gateway.catch(() => gateways.delete(tenantId));
    return gateway;
  }

  async function resolveDoubts(): Promise<number> {
    const query = db.selectFrom('erp_act').select('tenant_id').distinct().where('state', 'in', ['running', 'unknown']);
    let known = 0;
    for (const { tenant_id } of await query.execute()) {
      try {
        known += await (await gatewayFor(tenant_id)).resolveDoubts();
      } catch (error) {
        // One tenant's ERP must not keep the others' logs incomplete.
        logger.error({ err: error, tenantId: tenant_id }, 'acts in doubt could not be asked about');
      }
    }
    for (const [tenantId, gateway] of gateways) {
      try {
        await (await gateway).linkLostCalls();
      } catch (error) {
        logger.error({ err: error, tenantId }, 'tickets could not be linked to their calls');
      }
    }
    return known;
  }

  return { gatewayFor, resolveDoubts };
}

/** Longer than an act, its doubt and the lookups in between may take another process. */
const lockPatienceMs = 25_000;
