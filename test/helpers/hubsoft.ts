import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import type { Admission, Identity } from '../../src/access/service.ts';
import { systemIds } from '../../src/kernel/ids.ts';
import { apiBase, hubsoftServer } from '../../src/vendors/hubsoft/server.ts';
import type { TestProvider } from './isp.ts';
import { type ServedOptions, servedOffices } from './served-offices.ts';

/** The embedded back office of a test's provider, served as HubSoft's integration API. */
export interface ServedHubsoft extends TestProvider {
  readonly app: FastifyInstance;
  /** Bearers that are right: of the test's provider, and of another one in the same database. */
  readonly tokens: { readonly own: string; readonly foreign: string };
  /** Asks a route with a right bearer: fields in the query with GET, as JSON otherwise. */
  ask(method: 'GET' | 'POST' | 'PUT', path: string, fields?: object, headers?: Record<string, string>): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export async function servedHubsoft(options: ServedOptions = {}): Promise<ServedHubsoft> {
  const { officeOf, isDatabaseTrouble, otherTenantId, ...isp } = await servedOffices(options);
  const tokens = { own: 'own-token', foreign: 'foreign-token' };
  const identity = (tenantId: number): Identity => ({
    tenantId,
    kind: 'hubsoft',
    name: 'api@demo.invalid',
    role: null,
  });
  const admit = async ({ token }: { token: string | undefined }): Promise<Admission> => {
    if (token === tokens.own) return { outcome: 'admitted', identity: identity(isp.provider.tenantId) };
    if (token === tokens.foreign) return { outcome: 'admitted', identity: identity(otherTenantId) };
    return { outcome: token === undefined ? 'missing' : 'refused' };
  };
  const { clock } = isp;
  const snapshotFolder = join(tmpdir(), 'uirapuru-test-snapshots');
  const app = fastify();
  await app.register(hubsoftServer, { admit, ids: systemIds, officeOf, isDatabaseTrouble, clock, snapshotFolder });
  return {
    ...isp,
    app,
    tokens,
    ask: async (method, path, fields = {}, headers = {}) => {
      const query = new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)]));
      const isGet = method === 'GET';
      const answer = await app.inject({
        method,
        url: `${apiBase}/${path}${isGet ? `?${query.toString()}` : ''}`,
        headers: { authorization: `Bearer ${tokens.own}`, ...headers },
        ...(isGet ? {} : { payload: JSON.stringify(fields) }),
      });
      return { status: answer.statusCode, body: answer.json() };
    },
    close: async () => {
      await app.close();
      await isp.close();
    },
  };
}
