import { createPrivateKey, createPublicKey } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { testDatabase } from '../../test/helpers/database.ts';
import { ManualClock } from '../../test/helpers/manual-clock.ts';
import { systemIds } from '../kernel/ids.ts';
import type { GrantRequest, IssuedTokens } from './oauth.ts';
import { hashPassword, isPassword } from './passwords.ts';
import type { CreatedUser } from './schemas.ts';
import { createAccess, revokedWithinMs } from './service.ts';

const database = await testDatabase();
afterAll(() => database.close());
const { db } = database;
const clock = new ManualClock('2026-11-21T12:00:00Z');
const process = () => createAccess({ db, clock, ids: systemIds, withDemo: true });
const access = process();
const { oauth } = access;
const kind = 'hubsoft';
const day = 86_400_000;

async function newTenant(): Promise<number> {
  const values = { name: 'Provedor', time_zone: 'America/Sao_Paulo' };
  return (await db.insertInto('tenant').values(values).returning('id').executeTakeFirstOrThrow()).id;
}

let tenantId: number;
let user: CreatedUser;
beforeEach(async () => {
  tenantId = await newTenant();
  user = await access.create(tenantId, { kind, name: 'api@provedor.example' });
});

const clientOf = ({ clientId, clientSecret = '' }: CreatedUser) => ({ id: String(clientId), secret: clientSecret });
const byPassword = (of = user): GrantRequest => ({
  grantType: 'password',
  client: clientOf(of),
  username: of.name,
  password: of.password,
});
const byRefresh = (refreshToken: string): GrantRequest => ({
  grantType: 'refresh_token',
  client: clientOf(user),
  refreshToken,
});

async function login(of = user): Promise<IssuedTokens> {
  const granted = await oauth.grant(kind, byPassword(of));
  if (typeof granted !== 'object') throw new Error('There is no token.');
  return granted.tokens;
}

async function refreshed(refreshToken: string): Promise<IssuedTokens> {
  const granted = await oauth.grant(kind, byRefresh(refreshToken));
  if (typeof granted !== 'object') throw new Error('There is no token.');
  return granted.tokens;
}

/** Whether a token opens anything. */
const opens = async (token: string, at = oauth) => (await at.verify(kind, token))?.identity !== undefined;

test('a password gives a signed token of its user and tenant, good for thirty days, and no secret is stored', async () => {
  const { accessToken, refreshToken, expiresInSeconds } = await login();
  expect(decodeProtectedHeader(accessToken)).toEqual({ typ: 'JWT', alg: 'RS256', kid: expect.any(String) });
  const said = decodeJwt(accessToken);
  expect(said).toMatchObject({ aud: String(user.clientId), sub: expect.stringMatching(/^\d+$/), tenant: tenantId });
  expect(said.jti).not.toEqual(decodeJwt((await login()).accessToken).jti);
  expect([expiresInSeconds, (said.exp ?? 0) - (said.iat ?? 0)]).toEqual([2_592_000, 2_592_000]);
  expect(refreshToken).toMatch(/^def50200[0-9a-f]{128}$/);
  const bearer = await oauth.verify(kind, accessToken);
  expect(bearer?.identity).toEqual({ tenantId, kind, name: 'api@provedor.example', role: null });
  expect(await oauth.verify('sgp', accessToken)).toMatchObject({ identity: undefined });
  clock.advance(30 * day - 1_000);
  expect(await opens(accessToken)).toBe(true);
  clock.advance(1_000);
  expect(await opens(accessToken)).toBe(false);
  const tables = ['oauth_client', 'credential', 'refresh_token'] as const;
  const kept = JSON.stringify(await Promise.all(tables.map((table) => db.selectFrom(table).selectAll().execute())));
  for (const secret of [user.clientSecret, user.password, refreshToken, refreshToken.slice(8)]) {
    expect(kept).not.toContain(secret);
  }
});

test('a wrong client, user or password gives nothing, and takes the same work', async () => {
  const other = await access.create(await newTenant(), { kind, name: 'api@outro.example' });
  const right = byPassword();
  const wrong = [
    { ...right, client: { ...right.client, secret: 'x' } },
    { ...right, client: { ...right.client, id: '4' } },
    { ...right, client: { id: '\u0000', secret: '\u0000' } },
    { ...right, client: clientOf(other) },
    { ...right, username: 'nobody@provedor.example' },
    { ...right, username: 'a\0b' },
    { ...right, password: other.password },
    { ...right, password: 'x'.repeat(1_000) },
  ];
  for (const request of wrong as GrantRequest[]) expect(await oauth.grant(kind, request)).toBeUndefined();
  expect(await oauth.grant('intelbras', right)).toBeUndefined();
  expect(await isPassword(undefined, 'any')).toBe(false);
  const cost = (hash: string) => hash.split('$').slice(1, 4);
  expect(cost(await hashPassword('x'))).toEqual(['argon2id', 'v=19', 'm=19456,t=2,p=1']);
});

test('several users share a client, and it goes with the last of them', async () => {
  const second = await access.create(tenantId, { kind, name: 'crm@provedor.example', clientId: user.clientId });
  expect(second).not.toHaveProperty('clientSecret');
  const { accessToken } = await login({ ...second, clientSecret: user.clientSecret });
  await access.revoke(tenantId, kind, user.name);
  expect(await opens(accessToken)).toBe(true);
  expect(await access.list(tenantId)).toMatchObject([{ name: second.name, clientId: user.clientId }]);
  await access.revoke(tenantId, kind, second.name);
  const clients = await db.selectFrom('oauth_client').selectAll().where('tenant_id', '=', tenantId).execute();
  expect(clients).toEqual([]);
  const orphan = access.create(tenantId, { kind, name: 'c@provedor.example', clientId: user.clientId });
  await expect(orphan).rejects.toMatchObject({ code: 'not_found' });
});

test('clients made at once get numbers of their own, and a name that is taken leaves no client behind', async () => {
  const names = ['a', 'b', 'c', 'd'].map((name) => `${name}@provedor.example`);
  const made = await Promise.all(names.map((name) => access.create(tenantId, { kind, name })));
  expect(new Set(made.map(({ clientId }) => clientId))).toEqual(new Set([4, 5, 6, 7]));
  await expect(access.create(tenantId, { kind, name: user.name })).rejects.toMatchObject({ code: 'conflict' });
  const { count } = await db
    .selectFrom('oauth_client')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('tenant_id', '=', tenantId)
    .executeTakeFirstOrThrow();
  expect(count).toBe(5);
});

test('a token that was changed, or signed by somebody else, is none of ours', async () => {
  const { accessToken } = await login();
  const [header = '', , signature = ''] = accessToken.split('.');
  const said = decodeJwt(accessToken);
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const { kid = '' } = decodeProtectedHeader(accessToken);
  const row = await db.selectFrom('signing_key').selectAll().where('kid', '=', kid).executeTakeFirstOrThrow();
  const publicPem = createPublicKey(row.private_key).export({ type: 'spki', format: 'pem' });
  const signedAs = (name: string, secret: string) =>
    new SignJWT(said).setProtectedHeader({ alg: 'HS256', kid: name }).sign(Buffer.from(secret));
  const forged = [
    `${accessToken.slice(0, -4)}AAAA`,
    `${header}.${encoded({ ...said, tenant: tenantId + 1 })}.${signature}`,
    `${encoded({ alg: 'none', kid })}.${encoded(said)}.`,
    new UnsecuredJWT(said).encode(),
    await signedAs(kid, String(publicPem)),
    `${encoded({ typ: 'JWT', alg: 'RS256', kid: 'unknown' })}.${encoded(said)}.${signature}`,
    `${encoded({ typ: 'JWT', alg: 'RS256' })}.${encoded(said)}.${signature}`,
    `${encoded({ alg: 'RS256', kid, crit: ['exp'] })}.${encoded(said)}.${signature}`,
    'x',
    '..',
    'Bearer',
    'a.b.c',
  ];
  for (const token of forged) expect([token, await oauth.verify(kind, token)]).toEqual([token, undefined]);
  expect(await opens(accessToken)).toBe(true);
});

test('a token is good for its own tenant only, and one that says less than it must for none', async () => {
  const { accessToken } = await login();
  const { kid = '' } = decodeProtectedHeader(accessToken);
  const row = await db.selectFrom('signing_key').selectAll().where('kid', '=', kid).executeTakeFirstOrThrow();
  const said = decodeJwt(accessToken);
  const signed = (claims: object) =>
    new SignJWT({ ...said, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid })
      .sign(createPrivateKey(row.private_key));
  expect(await opens(await signed({}))).toBe(true);
  expect(await opens(await signed({ tenant: await newTenant() }))).toBe(false);
  for (const claims of [{ exp: undefined }, { grant: 'x' }, { sub: '9'.repeat(30) }, { tenant: undefined }]) {
    expect(await oauth.verify(kind, await signed(claims))).toBeUndefined();
  }
});

test('a refresh token is good once; its successor goes on, and so does the access token', async () => {
  const first = await login();
  const second = await refreshed(first.refreshToken);
  expect(second.refreshToken).not.toBe(first.refreshToken);
  const third = await refreshed(second.refreshToken);
  for (const { accessToken } of [first, second, third]) expect(await opens(accessToken)).toBe(true);
  const other = await access.create(tenantId, { kind, name: 'other@provedor.example' });
  const stolen = { ...byRefresh(third.refreshToken), client: clientOf(other) };
  expect(await oauth.grant(kind, stolen)).toBeUndefined();
  clock.advance(60 * day - 1);
  await refreshed(third.refreshToken);
  const late = await login();
  clock.advance(60 * day);
  expect(await oauth.grant(kind, byRefresh(late.refreshToken))).toBe('over');
});

test('fifty refreshes with one token at once, in two processes, all give the same next one', async () => {
  const { refreshToken } = await login();
  const others = process();
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) => (n % 2 === 0 ? oauth : others.oauth).grant(kind, byRefresh(refreshToken))),
  );
  const tokens = answers.map((answer) => (typeof answer === 'object' ? answer.tokens : undefined));
  expect(new Set(tokens.map((each) => each?.refreshToken)).size).toBe(1);
  for (const each of tokens) expect(await opens(each?.accessToken ?? '')).toBe(true);
  // An answer that was lost is asked for again.
  clock.advance(29_000);
  expect((await refreshed(refreshToken)).refreshToken).toBe(tokens[0]?.refreshToken);
  await refreshed(tokens[0]?.refreshToken ?? '');
});

test('a refresh token that comes back late ends its whole login, and no other login', async () => {
  const [first, another] = [await login(), await login()];
  const second = await refreshed(first.refreshToken);
  const elsewhere = process();
  expect(await opens(second.accessToken, elsewhere.oauth)).toBe(true);
  clock.advance(31_000);
  expect(await oauth.grant(kind, byRefresh(first.refreshToken))).toBe('over');
  expect(await opens(second.accessToken)).toBe(false);
  expect(await opens(first.accessToken)).toBe(false);
  expect(await oauth.grant(kind, byRefresh(second.refreshToken))).toBe('over');
  expect(await opens(another.accessToken)).toBe(true);
  await refreshed(another.refreshToken);
  clock.advance(revokedWithinMs);
  expect(await opens(second.accessToken, elsewhere.oauth)).toBe(false);
});

test.each(['accessToken', 'refreshToken'] as const)('revoking the %s ends both', async (which) => {
  const tokens = await login();
  const other = await access.create(tenantId, { kind, name: 'other@provedor.example' });
  expect(await oauth.revoke(kind, { ...clientOf(user), secret: 'x' }, tokens[which])).toBeUndefined();
  expect(await oauth.revoke(kind, clientOf(other), tokens[which])).toBe('of_another_client');
  expect(await oauth.revoke(kind, clientOf(user), 'no token at all')).toBe('revoked');
  expect(await opens(tokens.accessToken)).toBe(true);
  expect(await oauth.revoke(kind, clientOf(user), tokens[which])).toBe('revoked');
  expect(await oauth.revoke(kind, clientOf(user), tokens[which])).toBe('revoked');
  expect(await opens(tokens.accessToken)).toBe(false);
  expect(await oauth.grant(kind, byRefresh(tokens.refreshToken))).toBe('over');
});

test('a revoked user’s tokens end: here at once, in another process within five seconds; made again, they stay ended', async () => {
  const tokens = await login();
  const running = process();
  expect(await opens(tokens.accessToken, running.oauth)).toBe(true);
  await access.revoke(tenantId, kind, user.name);
  expect(await opens(tokens.accessToken)).toBe(false);
  clock.advance(revokedWithinMs);
  expect(await opens(tokens.accessToken, running.oauth)).toBe(false);
  user = await access.create(tenantId, { kind, name: user.name });
  expect(await opens(tokens.accessToken)).toBe(false);
  expect(await oauth.grant(kind, byRefresh(tokens.refreshToken))).toBeUndefined();
  expect(await opens((await login()).accessToken)).toBe(true);
});

test('a token that was right a moment ago costs no query, no signature to check, and no waiting', async () => {
  const { accessToken } = await login();
  expect(oauth.recall(kind, accessToken)).toBeUndefined();
  const bearer = await oauth.verify(kind, accessToken);
  expect(oauth.recall(kind, accessToken)).toBe(bearer);
  clock.advance(revokedWithinMs);
  expect(oauth.recall(kind, accessToken)).toBeInstanceOf(Promise);
});

test('control planes that start at once agree on one key', async () => {
  await db.deleteFrom('signing_key').execute();
  clock.advance(revokedWithinMs);
  const planes = Array.from({ length: 4 }, process);
  const granted = await Promise.all(planes.map((plane) => plane.oauth.grant(kind, byPassword())));
  const tokens = granted.map((each) => (typeof each === 'object' ? each?.tokens.accessToken : undefined) ?? '');
  expect(new Set(tokens.map((token) => decodeProtectedHeader(token).kid)).size).toBe(1);
  for (const plane of planes) for (const token of tokens) expect(await opens(token, plane.oauth)).toBe(true);
});

test('a new key signs, the old one verifies until its tokens are over; one that is distrusted at once does not', async () => {
  const before = await login();
  await oauth.rotateKeys({ distrustOld: false });
  const after = await login();
  const kids = [before, after].map(({ accessToken }) => decodeProtectedHeader(accessToken).kid);
  expect(kids[0]).not.toBe(kids[1]);
  expect([await opens(before.accessToken), await opens(after.accessToken)]).toEqual([true, true]);
  const running = process();
  expect(await opens(after.accessToken, running.oauth)).toBe(true);
  await oauth.rotateKeys({ distrustOld: true });
  expect([await oauth.verify(kind, before.accessToken), await oauth.verify(kind, after.accessToken)]).toEqual([
    undefined,
    undefined,
  ]);
  clock.advance(2 * revokedWithinMs);
  expect(await running.oauth.verify(kind, after.accessToken)).toBeUndefined();
  const { count } = await db
    .selectFrom('signing_key')
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  expect(count).toBe(1);
});

test('a user of the demonstration is refused where others can reach the address, with any token', async () => {
  user = await access.create(tenantId, { kind, name: 'demo@provedor.example' }, { demo: true });
  const { accessToken, refreshToken } = await login();
  const open = createAccess({ db, clock, ids: systemIds, withDemo: false });
  expect(await open.oauth.grant(kind, byPassword())).toBeUndefined();
  expect(await open.oauth.grant(kind, byRefresh(refreshToken))).toBe('over');
  expect(await opens(accessToken, open.oauth)).toBe(false);
  expect(await opens(accessToken)).toBe(true);
});

test('a user who is revoked while the token is made gets one that opens nothing', async () => {
  const [granted] = await Promise.all([oauth.grant(kind, byPassword()), access.revoke(tenantId, kind, user.name)]);
  const tokens = typeof granted === 'object' ? granted.tokens : undefined;
  expect(await opens(tokens?.accessToken ?? '')).toBe(false);
  expect(await oauth.grant(kind, byRefresh(tokens?.refreshToken ?? 'none'))).not.toBeTypeOf('object');
});

test('a database that is away is trouble, and not a wrong token or password', async () => {
  const { accessToken, refreshToken } = await login();
  const away = await testDatabase();
  await away.close();
  const without = createAccess({ db: away.db, clock, ids: systemIds, withDemo: true }).oauth;
  const asked = [
    () => without.verify(kind, accessToken),
    () => without.grant(kind, byPassword()),
    () => without.grant(kind, byRefresh(refreshToken)),
    () => without.revoke(kind, clientOf(user), accessToken),
  ];
  for (const ask of asked) await expect(ask()).rejects.toMatchObject({ code: '3D000' });
});

test('a program that logs in for each request leaves a thousand refresh tokens behind, not more', async () => {
  const { refreshToken } = await login();
  const [row] = await db.selectFrom('refresh_token').selectAll().where('tenant_id', '=', tenantId).execute();
  const { tenant_id = 0, credential_id = 0, grant_id = '' } = row ?? {};
  const expires_at = new Date(clock.now().getTime() + 60 * day + 1_000);
  const more = Array.from({ length: 1_100 }, (_, n) => ({ token_hash: `${tenantId} ${n}`, successor_key: 'x' }));
  await db
    .insertInto('refresh_token')
    .values(more.map((each) => ({ ...each, tenant_id, credential_id, grant_id, expires_at })))
    .execute();
  clock.advance(2_000);
  const last = await login();
  expect(await oauth.grant(kind, byRefresh(refreshToken))).toBeUndefined();
  await refreshed(last.refreshToken);
});
