import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import type { CreatedUser } from '../../src/access/schemas.ts';
import type { Access } from '../../src/access/service.ts';
import type { BackOffice } from '../../src/isp/service.ts';
import { systemIds } from '../../src/kernel/ids.ts';
import type { Push } from '../../src/messaging/service.ts';
import { apiBase, hubsoftServer } from '../../src/vendors/hubsoft/server.ts';
import type { TestProvider } from './isp.ts';
import { type ServedOptions, servedOffices } from './served-offices.ts';

/** The embedded back office of a test's provider, served as HubSoft's integration API. */
export interface ServedHubsoft extends TestProvider {
  readonly app: FastifyInstance;
  readonly access: Access;
  readonly officeOf: (tenantId: number) => Promise<BackOffice>;
  readonly push: Push;
  /** A client and a user of it, of the test's provider. */
  readonly user: CreatedUser;
  /** Access tokens: of that user, and of one of another provider in the same database. */
  readonly tokens: { readonly own: string; readonly foreign: string };
  /** Asks a route with a right bearer, of the integration API unless the path begins with `/`: fields in the query with GET, as JSON otherwise. */
  ask(method: 'GET' | 'POST' | 'PUT', path: string, fields?: object, headers?: Record<string, string>): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export async function servedHubsoft(options: ServedOptions = {}): Promise<ServedHubsoft> {
  const { access, gate, officeOf, isDatabaseTrouble, otherTenantId, ...isp } = await servedOffices(options);
  const user = await access.create(isp.provider.tenantId, { kind: 'hubsoft', name: 'api@demo.invalid' });
  const foreigner = await access.create(otherTenantId, { kind: 'hubsoft', name: 'api@outro.example' });
  const tokens = { own: await tokenOf(access, user), foreign: await tokenOf(access, foreigner) };
  const { clock } = isp;
  const snapshotFolder = join(tmpdir(), 'uirapuru-test-snapshots');
  const app = fastify();
  const parts = { gate, ids: systemIds, officeOf, isDatabaseTrouble, clock, snapshotFolder, version: '0.1.0' };
  await app.register(hubsoftServer, parts);
  return {
    ...isp,
    app,
    access,
    officeOf,
    user,
    tokens,
    ask: async (method, path, fields = {}, headers = {}) => {
      const query = new URLSearchParams(
        Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
      );
      const isGet = method === 'GET';
      const answer = await app.inject({
        method,
        url: `${path.startsWith('/') ? path : `${apiBase}/${path}`}${isGet ? `?${query.toString()}` : ''}`,
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

async function tokenOf(access: Access, { clientId, clientSecret = '', name, password }: CreatedUser): Promise<string> {
  const client = { id: String(clientId), secret: clientSecret };
  const granted = await access.oauth.grant('hubsoft', { grantType: 'password', client, username: name, password });
  if (typeof granted !== 'object') throw new Error('There is no token.');
  return granted.tokens.accessToken;
}
