import type { Registry } from 'prom-client';
import { createApiInstances } from '../../src/access/api-instances.ts';
import { createGate } from '../../src/access/gate.ts';
import { type Access, createAccess } from '../../src/access/service.ts';
import { createCallLog } from '../../src/calls/call-log.ts';
import { makeAdministeredTenant } from '../../src/cli/new-tenant.ts';
import type { PartState } from '../../src/console-api/health.ts';
import {
  createCallRoutes,
  createExtensions,
  createGroups,
  createTenants,
  createTrunks,
} from '../../src/exchange/service.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemIds } from '../../src/kernel/ids.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { outboxDeadLetters } from '../../src/messaging/service.ts';
import { createOutboxStore } from '../../src/messaging/store.ts';
import type { TestDatabase } from './database.ts';

/** What the product's own HTTP face is made of, on a test's database; what is not of the database is played. */
export function consoleApi(database: TestDatabase) {
  const parts = { db: database.db, pool: database.pool, clock: systemClock, ids: systemIds, logger: silentLogger };
  const access = createAccess({ ...parts, withDemo: true });
  const callLog = createCallLog(parts);
  const state: Record<'database' | 'asterisk' | 'erp', PartState> = {
    database: { status: 'ok' },
    asterisk: { status: 'ok' },
    erp: { status: 'ok' },
  };
  const limits = { appPerSecond: 1_000, originPerSecond: 1_000, failuresPerMinute: 100 };
  const gateOf = (opens: Access, metrics: Registry) =>
    createGate({ access: opens, limits, logger: silentLogger, metrics });
  const outbox = createOutboxStore(database.db);
  /** Tenants whose numbers were put into effect again. */
  const changed: number[] = [];
  const unasked = () => Promise.reject(new Error('nobody asks'));
  const http = {
    access,
    instances: createApiInstances({ ...parts, withDemo: true }),
    callLog,
    openInvoice: async (secret: string) => {
      if (secret === 'undrawn') throw new Error('the secret inside');
      return secret === 'right' ? Buffer.from('%PDF-1.3') : undefined;
    },
    deadLetters: outboxDeadLetters(outbox, systemClock, () => undefined),
    extensions: createExtensions({ ...parts, changed: async (tenantId) => void changed.push(tenantId) }),
    groups: createGroups({ ...parts, changed: async (tenantId) => void changed.push(tenantId) }),
    tenants: createTenants({
      ...parts,
      make: (tenant) => makeAdministeredTenant(parts, tenant),
      changed: async () => undefined,
    }),
    trunks: createTrunks({ ...parts, changed: async () => undefined }),
    callRoutes: createCallRoutes({
      ...parts,
      changed: async () => undefined,
      hasFlow: (name) => name === 'atendimento',
    }),
    phonesOf: async (_tenantId: number, { number }: { number: string }) => [
      { address: `sip:${number}@192.0.2.7`, userAgent: 'phone', expiresAt: '2026-11-21T12:00:00Z' },
    ],
    push: { key: unasked, register: unasked, forget: unasked, of: unasked, send: unasked },
    officeOf: unasked,
    version: '0.1.0',
    health: async () => state,
    metricsOpen: false,
    trustedProxies: ['10.0.0.0/8'],
    logger: silentLogger,
  };
  return { parts, access, callLog, http, gateOf, limits, state, outbox, changed };
}
