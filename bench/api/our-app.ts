import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { Registry } from 'prom-client';
import { createApiInstances } from '../../src/access/api-instances.ts';
import { createGate } from '../../src/access/gate.ts';
import { type Access, createAccess } from '../../src/access/service.ts';
import { createCallLog } from '../../src/calls/call-log.ts';
import { createHttpApp } from '../../src/console-api/plugin.ts';
import { createInvoiceLinks } from '../../src/isp/billing/service.ts';
import { createEmbeddedErp } from '../../src/isp/embedded-erp.ts';
import { schedulePromiseEnd } from '../../src/isp/jobs.ts';
import { createBackOffice } from '../../src/isp/service.ts';
import { systemClock as clock } from '../../src/kernel/clock.ts';
import { systemIds as ids } from '../../src/kernel/ids.ts';
import { createLogger } from '../../src/kernel/logger.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { databaseTrouble } from '../../src/storage/database-trouble.ts';
import { hubsoftServer } from '../../src/vendors/hubsoft/server.ts';
import { sgpServer } from '../../src/vendors/sgp/server.ts';
import { databaseConnections } from './contestants.ts';

/** The limits are kept as always, but where no load reaches them. */
const limits = { appPerSecond: 1e9, originPerSecond: 1e9, failuresPerMinute: 1_000 };

export interface OurApp {
  readonly app: FastifyInstance;
  readonly pool: pg.Pool;
  readonly access: Access;
  close(): Promise<void>;
}

/** The product's HTTP face with both vendors' APIs, wired as `app.ts` wires it, without telephony. */
export async function createOurApp(databaseUrl: string, timeZone: string): Promise<OurApp> {
  const logger = createLogger('info', '/dev/null');
  const database = openDatabase(databaseUrl, logger, databaseConnections);
  const { db, pool } = database;
  const metrics = new Registry();
  const access = createAccess({ db, clock, ids, withDemo: true });
  const gate = createGate({ access, limits, logger, metrics });
  const parts = { db, pool, clock, ids, logger };
  const none = () => Promise.reject(new Error('nothing is sent or drawn on the ways that are measured'));
  const messaging = { sendEmail: none, sendSms: none };
  const push = { key: none, register: none, forget: none, of: none, send: none };
  const invoiceLinks = createInvoiceLinks({
    db,
    clock,
    ids,
    publicUrl: 'https://provedor.example',
    linkDays: undefined,
  });
  const officeOf = async (tenantId: number) => {
    const provider = { db, pool, tenantId, clock, timeZone };
    const erp = createEmbeddedErp({ ...provider, messaging, paintBoleto: none, schedulePromiseEnd });
    return createBackOffice({ provider, erp, messaging, push, paintBoleto: none, invoiceLinks, schedulePromiseEnd });
  };
  const app = await createHttpApp({
    access,
    instances: createApiInstances({ db, clock, ids, withDemo: true }),
    gate,
    callLog: createCallLog(parts),
    openInvoice: none,
    deadLetters: { list: none, retry: none, discard: none },
    extensions: { list: none, find: none, create: none, change: none, renewPassword: none, remove: none },
    phonesOf: none,
    push,
    officeOf,
    groups: { list: none, find: none, create: none, change: none, remove: none },
    tenants: { list: none, create: none, setBlocked: none },
    trunks: { list: none, create: none, change: none, remove: none },
    callRoutes: { inbound: none, putInbound: none, removeInbound: none, rules: none, setRules: none },
    version: '0',
    health: none,
    metrics,
    metricsOpen: false,
    trustedProxies: [],
    logger,
  });
  const isDatabaseTrouble = (error: unknown) => databaseTrouble(error) !== undefined;
  const served = { gate, ids, officeOf, isDatabaseTrouble, version: '0' };
  await app.register(sgpServer, served);
  const snapshotFolder = join(tmpdir(), 'uirapuru-bench-snapshots');
  await app.register(hubsoftServer, { ...served, clock, snapshotFolder });
  return {
    app: app as unknown as FastifyInstance,
    pool,
    access,
    async close() {
      await app.close();
      await database.close();
    },
  };
}
