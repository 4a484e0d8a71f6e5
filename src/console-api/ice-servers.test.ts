import { Registry } from 'prom-client';
import { afterAll, expect, test } from 'vitest';
import { consoleApi } from '../../test/helpers/console.ts';
import { testDatabase, testTenant } from '../../test/helpers/database.ts';
import { systemClock } from '../kernel/clock.ts';
import { iceServerRoutes } from './ice-servers.ts';
import { createHttpApp } from './plugin.ts';

const database = await testDatabase();
const { access, http, gateOf } = consoleApi(database);
const metrics = new Registry();
const gate = gateOf(access, metrics);
const app = await createHttpApp({ ...http, gate, metrics });
const clock = { ...systemClock, now: () => new Date('2026-11-21T12:00:00Z') };
const [stun, turn] = ['stun:turn.provedor.example:3478', 'turns:turn.provedor.example:443?transport=tcp'];
await app.register(async (api) => {
  const typed = api.withTypeProvider();
  iceServerRoutes(typed, { gate, clock, iceServers: { urls: [stun, turn], turnSecret: 'north' } });
});
afterAll(async () => {
  await app.close();
  await database.close();
});
const tenantId = await testTenant(database.db);
const token = await access.issueToken(tenantId, 'api', 'console');

test("a browser's page is given STUN and TURN servers, with a credential that ends and that coturn would reckon alike", async () => {
  expect(tenantId).toBe(1);
  const headers = { authorization: `Bearer ${token}` };
  expect((await app.inject({ url: '/ice-servers', headers })).json()).toEqual({
    iceServers: [
      { urls: [stun] },
      // printf 1795348800:1 | openssl dgst -sha1 -hmac north -binary | base64
      { urls: [turn], username: '1795348800:1', credential: 'Nt2+GvmQwxtzB11t53S5x5GZOTs=' },
    ],
    ttl: 86_400,
  });
});

test('nobody without a token is given a credential', async () => {
  expect((await app.inject({ url: '/ice-servers' })).statusCode).toBe(401);
});
