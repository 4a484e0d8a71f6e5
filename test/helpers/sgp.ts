import fastify, { type FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { createGate } from '../../src/access/gate.ts';
import { createAccess } from '../../src/access/service.ts';
import { createBackOffices } from '../../src/isp/back-offices.ts';
import { createInvoiceLinks } from '../../src/isp/billing/service.ts';
import { systemIds } from '../../src/kernel/ids.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { databaseTrouble } from '../../src/storage/database-trouble.ts';
import { sgpServer } from '../../src/vendors/sgp/server.ts';
import { type TestProvider, type TestProviderOptions, testProvider } from './isp.ts';

/** The embedded back office of a test's provider, served as SGP's web service. */
export interface ServedSgp extends TestProvider {
  readonly app: FastifyInstance;
  readonly credentials: { readonly token: string; readonly app: string };
  /** Another provider's, in the same database. */
  readonly foreign: { readonly token: string; readonly app: string };
  /** Asks a method by POST with JSON and right credentials; the answer's body. */
  ask(method: string, fields?: object, headers?: Record<string, string>): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export interface ServedOptions extends TestProviderOptions {
  readonly limits?: {
    readonly appPerSecond: number;
    readonly originPerSecond: number;
    readonly failuresPerMinute: number;
  };
}

const wide = { appPerSecond: 1e6, originPerSecond: 1e6, failuresPerMinute: 1e6 };

export async function servedSgp(options: ServedOptions = {}): Promise<ServedSgp> {
  const isp = await testProvider(options);
  const { db, tenantId } = isp.provider;
  const access = createAccess({ db, clock: isp.clock, ids: systemIds, withDemo: true });
  const gate = createGate({ access, limits: options.limits ?? wide, logger: silentLogger, metrics: new Registry() });
  const messaging = {
    sendEmail: async () => 'accepted' as const,
    sendSms: async (sms: { dedupeKey: string; to: string; text: string; tenantId: number }) => {
      isp.messages.set(sms.dedupeKey, sms);
      return 'accepted' as const;
    },
  };
  const invoiceLinks = createInvoiceLinks({
    db,
    clock: isp.clock,
    ids: systemIds,
    publicUrl: 'https://ura.provedor.example',
    linkDays: undefined,
  });
  const officeOf = createBackOffices({
    provider: isp.provider,
    erpOf: () => isp.erp,
    messaging,
    invoiceLinks,
    schedulePromiseEnd: options.schedulePromiseEnd ?? (async () => {}),
  });
  const app = fastify();
  await app.register(sgpServer, {
    gate,
    ids: systemIds,
    officeOf,
    isDatabaseTrouble: (error) => databaseTrouble(error) !== undefined,
    version: '0.1.0',
  });
  const other = await db
    .insertInto('tenant')
    .values({ name: 'Outro', time_zone: 'America/Sao_Paulo' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const credentials = { token: await access.issueToken(tenantId, 'sgp', 'ura'), app: 'ura' };
  const foreign = { token: await access.issueToken(other.id, 'sgp', 'ura'), app: 'ura' };
  return {
    ...isp,
    app,
    credentials,
    foreign,
    ask: async (method, fields = {}, headers = {}) => {
      const answer = await app.inject({
        method: 'POST',
        url: `/ws/ura/${method}/`,
        headers: { 'content-type': 'application/json', ...headers },
        payload: JSON.stringify({ ...credentials, ...fields }),
      });
      return { status: answer.statusCode, body: answer.json() };
    },
    close: async () => {
      await app.close();
      await isp.close();
    },
  };
}
