import { Registry } from 'prom-client';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { testDatabase } from '../../test/helpers/database.ts';
import { systemClock } from '../kernel/clock.ts';
import { systemIds } from '../kernel/ids.ts';
import { silentLogger } from '../kernel/logger.ts';
import { createGate, type Gate, type Limits } from './gate.ts';
import type { GrantRequest } from './oauth.ts';
import { createAccess } from './service.ts';

const database = await testDatabase();
// Only the clock stands still; the database's sockets and timers go on.
vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-21T12:00:00Z') });
afterAll(async () => {
  vi.useRealTimers();
  await database.close();
});

const access = createAccess({ db: database.db, clock: systemClock, ids: systemIds, withDemo: true });
const { id: tenantId } = await database.db
  .insertInto('tenant')
  .values({ name: 'Provedor', time_zone: 'America/Sao_Paulo' })
  .returning('id')
  .executeTakeFirstOrThrow();
const token = await access.issueToken(tenantId, 'sgp', 'ura');

let metrics: Registry;
beforeEach(() => {
  metrics = new Registry();
});

const wide: Limits = { appPerSecond: 1_000, originPerSecond: 100_000, failuresPerMinute: 10 };
const opened = (limits: Partial<Limits> = {}) =>
  createGate({ access, limits: { ...wide, ...limits }, logger: silentLogger, metrics });
const right = { origin: '10.0.0.1', token, app: 'ura' };

async function turnedAway(reason: string): Promise<number> {
  const { values } = (await metrics.getSingleMetric('uirapuru_requests_turned_away_total')?.get()) ?? { values: [] };
  return values.find(({ labels }) => labels['reason'] === reason)?.value ?? 0;
}

test('the application and its token open the door; half of them, or others, do not', async () => {
  const gate = opened();
  expect(await gate.admitToken('sgp', right)).toMatchObject({
    outcome: 'admitted',
    identity: { tenantId, name: 'ura' },
  });
  expect(await gate.admitToken('sgp', { ...right, app: 'URA' })).toEqual({ outcome: 'refused' });
  expect(await gate.admitToken('sgp', { ...right, token: 'x' })).toEqual({ outcome: 'refused' });
  expect(await gate.admitToken('sgp', { ...right, app: undefined })).toEqual({ outcome: 'missing' });
  expect(await gate.admitToken('sgp', { ...right, token: undefined })).toEqual({ outcome: 'missing' });
  expect(await turnedAway('refused')).toBe(2);
  expect(await turnedAway('missing')).toBe(2);
});

test('a thousand wrong tokens at once from one address cost ten looks, and shut out nobody else', async () => {
  const looks = vi.spyOn(access, 'verifyToken');
  const gate = opened();
  const wrong = await Promise.all(
    Array.from({ length: 1_000 }, (_, n) => gate.admitToken('sgp', { ...right, origin: '10.9.9.9', token: `t${n}` })),
  );
  expect(looks).toHaveBeenCalledTimes(10);
  expect(wrong.filter(({ outcome }) => outcome === 'refused')).toHaveLength(10);
  expect(wrong.at(-1)).toMatchObject({ outcome: 'limited', retryAfterMs: 60_000 });
  expect(await gate.admitToken('sgp', right)).toMatchObject({ outcome: 'admitted' });
  // A voice menu that worked before goes on working beside the broken script.
  expect(await gate.admitToken('sgp', { ...right, origin: '10.9.9.9' })).toMatchObject({ outcome: 'admitted' });
  looks.mockRestore();
});

test('who guessed too often is heard again after a minute', async () => {
  const gate = opened({ failuresPerMinute: 2 });
  const guess = () => gate.admitPassword('console', { origin: '2001:db8::1', name: 'admin', password: 'x' });
  await guess();
  // The neighbour's address of the same network counts with it.
  await gate.admitPassword('console', { origin: '2001:db8::2', name: 'admin', password: 'x' });
  expect(await guess()).toMatchObject({ outcome: 'limited' });
  vi.setSystemTime(Date.now() + 61_000);
  expect(await guess()).toMatchObject({ outcome: 'refused' });
});

test('right credentials are not counted as guesses', async () => {
  await access.setPassword(tenantId, 'console', 'admin', 'uma senha longa', { role: 'administrator' });
  const gate = opened({ failuresPerMinute: 1 });
  const shown = { origin: '10.0.0.3', name: 'admin', password: 'uma senha longa' };
  for (let n = 0; n < 3; n++) {
    expect(await gate.admitPassword('console', shown)).toMatchObject({ outcome: 'admitted' });
  }
});

test('an application over its limit waits for the next second, and others do not', async () => {
  const gate = opened({ appPerSecond: 3 });
  const other = { ...right, app: 'bot', token: await access.issueToken(tenantId, 'sgp', 'bot') };
  for (let n = 0; n < 3; n++) expect((await gate.admitToken('sgp', right)).outcome).toBe('admitted');
  expect(await gate.admitToken('sgp', right)).toEqual({ outcome: 'limited', retryAfterMs: 1_000 });
  expect((await gate.admitToken('sgp', other)).outcome).toBe('admitted');
  vi.setSystemTime(Date.now() + 1_001);
  expect((await gate.admitToken('sgp', right)).outcome).toBe('admitted');
});

test('an address over its limit waits, whatever it shows', async () => {
  const gate = opened({ originPerSecond: 2 });
  await gate.admitToken('sgp', { ...right, token: undefined });
  await gate.admitToken('sgp', right);
  expect((await gate.admitToken('sgp', right)).outcome).toBe('limited');
  expect((await gate.admitToken('sgp', { ...right, origin: '10.0.0.2' })).outcome).toBe('admitted');
});

test('a token that is shown fifty times at once and was never seen here is one look, and opens', async () => {
  const looks = vi.spyOn(access, 'verifyToken');
  const gate = opened({ failuresPerMinute: 1 });
  const fresh = { ...right, app: 'new', token: await access.issueToken(tenantId, 'sgp', 'new') };
  const answers = await Promise.all(Array.from({ length: 50 }, () => gate.admitToken('sgp', fresh)));
  expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['admitted']));
  expect(looks).toHaveBeenCalledTimes(1);
  looks.mockRestore();
});

describe('with OAuth2', async () => {
  const {
    clientId,
    clientSecret = '',
    ...user
  } = await access.create(tenantId, { kind: 'hubsoft', name: 'a@b.example' });
  const client = { id: String(clientId), secret: clientSecret };
  const login = { grantType: 'password' as const, client, username: user.name, password: user.password };
  const origin = '10.0.0.1';
  const tokensOf = async (gate: Gate, request: GrantRequest = login) => {
    const admission = await gate.admitTokenRequest('hubsoft', { origin, request });
    if (admission.outcome !== 'admitted') throw new Error(admission.outcome);
    return admission.tokens;
  };

  test('a storm of logins or refreshes is one look, and all get the same tokens', async () => {
    const gate = opened({ failuresPerMinute: 1 });
    const logins = await Promise.all(Array.from({ length: 20 }, () => tokensOf(gate)));
    expect(new Set(logins.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    const refreshToken = logins[0]?.refreshToken ?? '';
    const request = { grantType: 'refresh_token' as const, client, refreshToken };
    const refreshes = await Promise.all(Array.from({ length: 50 }, () => tokensOf(gate, request)));
    expect(new Set(refreshes.map((each) => each.refreshToken)).size).toBe(1);
  });

  test('a program whose token is over is refused as often as it asks, and may still log in', async () => {
    const gate = opened({ failuresPerMinute: 1 });
    const { accessToken: token, refreshToken } = await tokensOf(gate);
    await access.oauth.revoke('hubsoft', client, token);
    for (let n = 0; n < 5; n++)
      expect(await gate.admitBearer('hubsoft', { origin, token })).toEqual({ outcome: 'refused' });
    const request = { grantType: 'refresh_token' as const, client, refreshToken };
    expect(await gate.admitTokenRequest('hubsoft', { origin, request })).toEqual({ outcome: 'refused' });
    const { accessToken } = await tokensOf(gate);
    expect(await gate.admitBearer('hubsoft', { origin, token: accessToken })).toMatchObject({ outcome: 'admitted' });
  });

  test('guesses are counted whatever they are of, and a known token opens beside them', async () => {
    const gate = opened({ failuresPerMinute: 4 });
    const { accessToken: token } = await tokensOf(gate);
    expect(await gate.admitBearer('hubsoft', { origin, token })).toMatchObject({ outcome: 'admitted' });
    expect(await gate.admitBearer('hubsoft', { origin, token: undefined })).toEqual({ outcome: 'missing' });
    expect(await gate.admitBearer('hubsoft', { origin, token: 'x' })).toEqual({ outcome: 'refused' });
    for (const wrong of [{ password: 'x' }, { client: { ...client, secret: 'x' } }]) {
      const request = { ...login, ...wrong };
      expect(await gate.admitTokenRequest('hubsoft', { origin, request })).toEqual({ outcome: 'refused' });
    }
    const wrong = { origin, client: { ...client, secret: 'x' }, token };
    expect(await gate.admitRevocation('hubsoft', wrong)).toEqual({ outcome: 'refused' });
    expect((await gate.admitTokenRequest('hubsoft', { origin, request: login })).outcome).toBe('limited');
    expect(await gate.admitBearer('hubsoft', { origin, token })).toMatchObject({ outcome: 'admitted' });
    expect(await turnedAway('limited')).toBe(1);
  });

  test('logins and calls of one user count towards one limit', async () => {
    const gate = opened({ appPerSecond: 2 });
    const { accessToken: token } = await tokensOf(gate);
    expect((await gate.admitBearer('hubsoft', { origin, token })).outcome).toBe('admitted');
    expect((await gate.admitBearer('hubsoft', { origin, token })).outcome).toBe('limited');
    expect((await gate.admitTokenRequest('hubsoft', { origin, request: login })).outcome).toBe('limited');
  });
});
