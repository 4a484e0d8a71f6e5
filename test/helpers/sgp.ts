import fastify, { type FastifyInstance } from 'fastify';
import { systemIds } from '../../src/kernel/ids.ts';
import { sgpServer } from '../../src/vendors/sgp/server.ts';
import type { TestProvider } from './isp.ts';
import { type ServedOptions, servedOffices } from './served-offices.ts';

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

export async function servedSgp(options: ServedOptions = {}): Promise<ServedSgp> {
  const { access, gate, officeOf, isDatabaseTrouble, otherTenantId, ...isp } = await servedOffices(options);
  const app = fastify();
  await app.register(sgpServer, { gate, ids: systemIds, officeOf, isDatabaseTrouble, version: '0.1.0' });
  const credentials = { token: await access.issueToken(isp.provider.tenantId, 'sgp', 'ura'), app: 'ura' };
  const foreign = { token: await access.issueToken(otherTenantId, 'sgp', 'ura'), app: 'ura' };
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
