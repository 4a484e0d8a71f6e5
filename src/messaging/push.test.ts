import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestProvider, testProvider } from '../../test/helpers/isp.ts';
import { openPushService, type PushService } from '../../test/helpers/push-service.ts';
import { readConfig } from '../config.ts';
import { systemClock } from '../kernel/clock.ts';
import { silentLogger } from '../kernel/logger.ts';
import { createMessaging, type MessagingRoom } from './plugin.ts';
import { pushSubscription } from './schemas.ts';

let isp: TestProvider;
let service: PushService;
let home: string;
let messaging: MessagingRoom;
let tenantId: number;
let [ana, bia] = [0, 0];
beforeAll(async () => {
  [isp, service] = await Promise.all([testProvider(), openPushService()]);
  home = await mkdtemp(join(tmpdir(), 'uira-home-'));
  tenantId = isp.provider.tenantId;
  const rows = await isp.provider.db.selectFrom('subscriber').select('id').orderBy('id').limit(2).execute();
  [ana = 0, bia = 0] = rows.map((row) => row.id);
});
afterAll(async () => {
  await service.close();
  await isp.close();
  await rm(home, { recursive: true });
});

beforeEach(() => {
  messaging = room({ ca: service.ca });
  messaging.start();
});
afterEach(async () => {
  await messaging.stop();
  await isp.provider.db.deleteFrom('push_subscription').execute();
  await isp.provider.db.deleteFrom('outbox').execute();
});

function room(privatePushService?: { ca: string }): MessagingRoom {
  const config = { ...readConfig({ PUSH_CONTACT: 'mailto:suporte@provedor.example' }), home };
  const parts = { clock: systemClock, logger: silentLogger, metrics: new Registry() };
  return createMessaging({ db: isp.provider.db, config, ...parts, privatePushService });
}

async function registered(subscriber: number) {
  const browser = service.subscribe(await messaging.push.key(tenantId));
  await messaging.push.register(tenantId, subscriber, pushSubscription.parse(browser.subscription));
  const [address] = await messaging.push.of(tenantId, subscriber);
  if (address === undefined) throw new Error('Nothing is registered.');
  return { browser, address };
}

const bill = { title: 'Fatura', text: 'R$ 10,00 vence amanhã', link: 'https://ura.provedor.example/boleto/x' };
/** The outbox is looked through once a second. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 10_000 });

const states = async () => {
  const rows = await isp.provider.db.selectFrom('outbox').select(['state', 'last_error']).orderBy('id').execute();
  return rows.map((row) => [row.state, row.last_error]);
};

test('a browser shows what was sent to it, once for each key, and its push service knows who sent it', async () => {
  const { browser, address } = await registered(ana);
  await messaging.push.send({ tenantId, to: address, ...bill, dedupeKey: 'a' });
  await messaging.push.send({ tenantId, to: address, ...bill, dedupeKey: 'a' });
  await messaging.push.send({ tenantId, to: address, ...bill, title: 'Outra', dedupeKey: 'b' });
  await eventually(() => browser.shown.length).toBe(2);
  const { title, text: body, link: navigate } = bill;
  expect(browser.shown).toContainEqual({ web_push: 8030, notification: { title, body, navigate, lang: 'pt-BR' } });
  expect(service.claims.at(-1)).toMatchObject({ sub: 'mailto:suporte@provedor.example' });
  expect(browser.headers[0]).toMatchObject({ ttl: '604800', 'content-encoding': 'aes128gcm' });
  await eventually(states).toEqual([
    ['sent', null],
    ['sent', null],
  ]);
});

test('the provider’s key is the same after a restart, and another provider’s is another', async () => {
  const key = await messaging.push.key(tenantId);
  expect(await room().push.key(tenantId)).toBe(key);
  const tenant = { name: 'Outro', time_zone: 'America/Sao_Paulo' };
  const other = await isp.provider.db.insertInto('tenant').values(tenant).returning('id').executeTakeFirstOrThrow();
  const [one, two] = await Promise.all([room().push.key(other.id), room().push.key(other.id)]);
  expect(one).toBe(two);
  expect(one).not.toBe(key);
});

test.each([404, 410])('a browser whose push service answers %i is forgotten', async (status) => {
  const { address } = await registered(ana);
  service.statuses.push(status);
  await messaging.push.send({ tenantId, to: address, ...bill, dedupeKey: 'a' });
  await eventually(states).toEqual([['dead', expect.stringContaining('It was forgotten') as string]]);
  expect(await messaging.push.of(tenantId, ana)).toEqual([]);
  expect(await messaging.deadLetters.list(tenantId)).toMatchObject([
    { channel: 'push', to: expect.stringMatching(/^localhost:\d+#\d+$/) as string },
  ]);
});

test('a push service that is busy or down is asked again; what it cannot take waits for a person', async () => {
  const { browser, address } = await registered(ana);
  service.statuses.push(503);
  await messaging.push.send({ tenantId, to: address, ...bill, dedupeKey: 'a' });
  await eventually(states).toEqual([['pending', 'The push service answered 503.']]);
  await isp.provider.db.updateTable('outbox').set({ next_attempt_at: new Date() }).execute();
  await eventually(() => browser.shown.length).toBe(1);
  service.statuses.push(413);
  await messaging.push.send({ tenantId, to: address, ...bill, dedupeKey: 'b' });
  await eventually(states).toContainEqual(['dead', 'The push service answered 413.']);
  expect(await messaging.push.of(tenantId, ana)).toHaveLength(1);
});

test('what was meant for one subscriber never comes to the next who uses the same browser', async () => {
  const { browser, address } = await registered(ana);
  await messaging.push.register(tenantId, bia, pushSubscription.parse(browser.subscription));
  expect(await messaging.push.of(tenantId, ana)).toEqual([]);
  await messaging.push.send({ tenantId, to: address, ...bill, dedupeKey: 'a' });
  await eventually(states).toEqual([['dead', expect.stringContaining('not registered') as string]]);
  expect(browser.shown).toEqual([]);
});

test('a browser registers again as itself, the latest twenty of a subscriber stay, and one can be taken away', async () => {
  const { browser } = await registered(ana);
  await messaging.push.register(tenantId, ana, pushSubscription.parse(browser.subscription));
  expect(await messaging.push.of(tenantId, ana)).toHaveLength(1);
  for (let each = 0; each < 20; each++) await registered(ana);
  expect(await messaging.push.of(tenantId, ana)).toHaveLength(20);
  expect(await messaging.push.forget(tenantId, ana, browser.subscription.endpoint)).toBe(false);
  const last = (await registered(ana)).browser.subscription.endpoint;
  expect(await messaging.push.forget(tenantId, bia, last)).toBe(false);
  expect(await messaging.push.forget(tenantId, ana, last)).toBe(true);
  await expect(registered(2_147_483_647)).rejects.toThrow('no such subscriber');
});

test('what names a place inside the house is not taken, and not asked if it got in before', async () => {
  const { browser, address } = await registered(ana);
  const strict = room();
  const subscription = pushSubscription.parse(browser.subscription);
  await expect(strict.push.register(tenantId, ana, subscription)).rejects.toThrow('private network');
  await messaging.stop();
  strict.start();
  await strict.push.send({ tenantId, to: address, ...bill, dedupeKey: 'a' });
  await eventually(states).toEqual([['dead', expect.stringContaining('private network') as string]]);
  await strict.stop();
  expect(browser.shown).toEqual([]);
});

test('a subscription that is no real one is refused with what is wrong', () => {
  const { subscription } = service.subscribe('');
  const { keys, ...rest } = subscription;
  const offCurve = Buffer.from([4, ...Buffer.alloc(64, 1)]).toString('base64url');
  const wrong = [
    { ...rest, keys: { ...keys, p256dh: 'AAAA' } },
    { ...rest, keys: { ...keys, p256dh: offCurve } },
    { ...rest, keys: { ...keys, auth: '' } },
    { ...rest, keys, endpoint: 'http://push.example/x' },
    { ...rest, keys, endpoint: 'https://user:password@push.example/x' },
    { ...rest, keys, endpoint: `https://push.example/${'x'.repeat(1_000)}` },
    { ...rest, keys, expirationTime: -1 },
    { ...rest },
  ];
  for (const each of wrong) expect(pushSubscription.safeParse(each).success).toBe(false);
  const hostile = fc.oneof(fc.anything(), fc.webUrl(), fc.string({ unit: 'binary' }), fc.base64String());
  const record = fc.record({
    endpoint: hostile,
    expirationTime: hostile,
    keys: fc.record({ p256dh: hostile, auth: hostile }),
  });
  fc.assert(
    fc.property(fc.oneof(record, hostile), (input) => typeof pushSubscription.safeParse(input).success === 'boolean'),
    { numRuns: 40 },
  );
  const padded = Buffer.from(keys.p256dh, 'base64url').toString('base64');
  expect(pushSubscription.parse({ ...rest, keys: { ...keys, p256dh: padded } }).keys).toEqual(keys);
});
