import { createECDH } from 'node:crypto';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedOffices, servedOffices } from '../../test/helpers/served-offices.ts';
import { silentLogger } from '../kernel/logger.ts';
import { outboxPush } from '../messaging/push.ts';
import { createPushKeys } from '../messaging/push-keys.ts';
import { createPushSubscriptions } from '../messaging/push-subscriptions.ts';
import type { Push } from '../messaging/service.ts';
import { createOutboxStore } from '../messaging/store.ts';
import { createHttpApp, type HttpApp } from './plugin.ts';

const unasked = () => Promise.reject(new Error('nobody asks'));
let isp: ServedOffices;
let app: HttpApp;
let push: Push;
let [own, foreign] = ['', ''];
beforeAll(async () => {
  isp = await servedOffices({});
  const { access, gate, officeOf, clock, otherTenantId } = isp;
  const { db, tenantId } = isp.provider;
  const subscriptions = createPushSubscriptions({ db, clock, privateServices: false });
  push = outboxPush({ store: createOutboxStore(db), clock, subscriptions }, createPushKeys(db, clock), () => undefined);
  app = await createHttpApp({
    access,
    gate,
    push,
    officeOf,
    instances: {
      list: unasked,
      create: unasked,
      revoke: unasked,
      verify: unasked,
      recall: unasked,
      tenantsAt: unasked,
    },
    callLog: { list: unasked, find: unasked } as never,
    openInvoice: unasked,
    deadLetters: { list: unasked, retry: unasked, discard: unasked },
    extensions: {
      list: unasked,
      find: unasked,
      create: unasked,
      change: unasked,
      renewPassword: unasked,
      remove: unasked,
    },
    groups: { list: unasked, find: unasked, create: unasked, change: unasked, remove: unasked },
    tenants: { list: unasked, create: unasked, setBlocked: unasked },
    trunks: { list: unasked, create: unasked, change: unasked, remove: unasked },
    callRoutes: { inbound: unasked, putInbound: unasked, removeInbound: unasked, rules: unasked, setRules: unasked },
    phonesOf: unasked,
    version: '0',
    health: unasked,
    metrics: new Registry(),
    metricsOpen: false,
    trustedProxies: [],
    logger: silentLogger,
  });
  [own, foreign] = await Promise.all([
    access.issueToken(tenantId, 'api', 'portal'),
    access.issueToken(otherTenantId, 'api', 'portal'),
  ]);
});
afterAll(async () => {
  await app.close();
  await isp.close();
});

const endpoint = 'https://push.example/send/1';
const keys = createECDH('prime256v1');
keys.generateKeys();
const subscription = {
  endpoint,
  expirationTime: null,
  keys: { p256dh: keys.getPublicKey('base64url'), auth: 'AAAAAAAAAAAAAAAAAAAAAA' },
};

const ask = async (method: 'PUT' | 'DELETE', of: string | number, payload: object, token = own) => {
  const url = `/api/subscribers/${of}/push-subscriptions`;
  return (await app.inject({ method, url, headers: { authorization: `Bearer ${token}` }, payload })).statusCode;
};

async function person() {
  const { db, tenantId } = isp.provider;
  const [{ document } = { document: '' }] = isp.demo;
  const query = db.selectFrom('subscriber').select('id').where('tenant_id', '=', tenantId);
  const { id } = await query.where('document', '=', document).executeTakeFirstOrThrow();
  return { id, document };
}

test('a portal asks for the key that its pages subscribe with', async () => {
  const answer = await app.inject({ url: '/api/push/key', headers: { authorization: `Bearer ${own}` } });
  expect(Buffer.from(answer.json().key as string, 'base64url')).toHaveLength(65);
  expect((await app.inject('/api/push/key')).statusCode).toBe(401);
});

test('a portal registers a subscriber’s browser by id or document, once, and takes it away', async () => {
  const { tenantId } = isp.provider;
  const { id, document } = await person();
  const printed = document.replace(/(...)(...)(...)(..)/, '$1.$2.$3-$4');
  for (const of of [id, document, printed]) expect(await ask('PUT', of, subscription)).toBe(204);
  expect(await push.of(tenantId, id)).toEqual([
    { subscription: expect.any(Number) as number, service: 'push.example' },
  ]);
  expect(await ask('DELETE', document, { endpoint })).toBe(204);
  expect(await ask('DELETE', id, { endpoint })).toBe(404);
  expect(await push.of(tenantId, id)).toEqual([]);
});

test('another provider’s portal cannot register or take away anything of a subscriber’s', async () => {
  const { id, document } = await person();
  await ask('PUT', id, subscription);
  for (const of of [id, document]) {
    expect(await ask('PUT', of, subscription, foreign)).toBe(404);
    expect(await ask('DELETE', of, { endpoint }, foreign)).toBe(404);
  }
  expect(await ask('PUT', id, subscription, 'wrong')).toBe(401);
  expect(await push.of(isp.provider.tenantId, id)).toHaveLength(1);
});

test('nobody is registered who is not there, and no place inside the house', async () => {
  const { id } = await person();
  const nobody = ['0', '999999999', '9999999999', '9'.repeat(20), '11144477735', 'x', '%00', "1'--", '-1', '1.5'];
  for (const of of nobody) expect([of, await ask('PUT', of, subscription)]).toEqual([of, 404]);
  const inside = ['https://127.0.0.1/x', 'https://localhost/x', 'https://169.254.169.254/x', 'https://[::1]/x'];
  for (const each of [...inside, 'http://push.example/x', 'file:///etc/passwd', 'x']) {
    expect([each, await ask('PUT', id, { ...subscription, endpoint: each })]).toEqual([each, 400]);
  }
  for (const wrong of [{}, { endpoint }, { ...subscription, keys: {} }, []])
    expect(await ask('PUT', id, wrong)).toBe(400);
});
