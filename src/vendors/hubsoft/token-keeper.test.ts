import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type PlayedHubsoft, playHubsoft } from '../../../test/helpers/played-hubsoft.ts';
import { requireTaxId } from '../../kernel/tax-id.ts';

const signal = new AbortController().signal;
const document = requireTaxId('52998224725');
const minute = 60_000;
const day = 24 * 60 * minute;
let hubsoft: PlayedHubsoft;
beforeEach(async () => {
  hubsoft = await playHubsoft();
});
afterEach(() => hubsoft.close());

const nobody = () => hubsoft.erp.findByDocument(document, signal);
const logIns = () => hubsoft.requests.filter(({ path }) => path === '/oauth/token');
const grants = () => logIns().map(({ body }) => (JSON.parse(body) as { grant_type: string }).grant_type);
const bearers = () => hubsoft.requests.flatMap(({ head }) => /^authorization: Bearer (\S+)/im.exec(head)?.[1] ?? []);

describe('an access token', () => {
  test('is got by password, as documented, once for all who ask at first', async () => {
    hubsoft.play({ cliente: 'no-clients' });
    await Promise.all(Array.from({ length: 20 }, nobody));
    expect(logIns().map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      {
        grant_type: 'password',
        client_id: '3',
        client_secret: hubsoft.login.clientSecret,
        username: 'ura@provedor.example',
        password: hubsoft.login.password,
      },
    ]);
    expect(new Set(bearers())).toEqual(new Set(['the-first-access-token']));
  });

  test('is renewed before it ends by what was given for that, once for all who ask then', async () => {
    hubsoft.play({ 'oauth/token': ['token', 'token-refreshed'], cliente: 'no-clients' });
    await nobody();
    hubsoft.clock.advance(30 * day - 11 * minute);
    await nobody();
    expect(grants()).toEqual(['password']);
    hubsoft.clock.advance(2 * minute);
    await Promise.all(Array.from({ length: 20 }, nobody));
    // The old one holds, so that none of them waited.
    await expect.poll(grants).toEqual(['password', 'refresh_token']);
    expect(logIns()[1]?.body).toContain('the-first-refresh-token');
    await vi.waitFor(async () => {
      await nobody();
      expect(bearers().at(-1)).toBe('the-second-access-token');
    });
  });

  test.each(['wrong-login', 'html-with-500', 'cuts'])(
    'is got by password again when the renewal meets %s',
    async (answer) => {
      hubsoft.play({ 'oauth/token': ['token', answer, 'token-refreshed'], cliente: 'no-clients' });
      await nobody();
      hubsoft.clock.advance(31 * day);
      expect((await nobody()).kind).toBe('nothing_to_do');
      expect(grants()).toEqual(['password', 'refresh_token', 'password']);
      expect(bearers().at(-1)).toBe('the-second-access-token');
    },
  );

  test('that still holds is used when none can be got in its place', async () => {
    hubsoft.play({ 'oauth/token': ['token', 'bad-gateway'], cliente: 'no-clients' });
    await nobody();
    hubsoft.clock.advance(30 * day - minute);
    for (let i = 0; i < 5; i += 1) expect((await nobody()).kind).toBe('nothing_to_do');
    await expect.poll(grants).toEqual(['password', 'refresh_token', 'password']);
    hubsoft.clock.advance(minute);
    expect(await nobody()).toMatchObject({ kind: 'unavailable', reason: 'down' });
  });

  test.each([
    ['token-as-text', 54 * minute, 7 * minute],
    ['token-alone', 54 * minute, 7 * minute],
  ])('of an hour (%s) is renewed in the last tenth of it', async (answer, before, after) => {
    hubsoft.play({ 'oauth/token': answer, cliente: 'no-clients' });
    await nobody();
    hubsoft.clock.advance(before - 1);
    await nobody();
    expect(logIns()).toHaveLength(1);
    hubsoft.clock.advance(after);
    await nobody();
    await expect.poll(() => logIns().length).toBe(2);
  });

  test('that is turned away is replaced, once for all, and what was asked is asked again, acts too', async () => {
    hubsoft.play({ 'oauth/token': ['token', 'token-refreshed'], cliente: 'no-clients' });
    await nobody();
    hubsoft.clock.advance(2 * minute);
    hubsoft.play({
      'oauth/token': 'token-refreshed',
      cliente: ['unauthenticated', 'unauthenticated', 'unauthenticated', 'no-clients'],
      'cliente/reset_mac_addr': ['unauthenticated', 'mac-reset'],
    });
    const all = await Promise.all([nobody(), nobody(), nobody()]);
    expect(all.map(({ kind }) => kind)).toEqual(['nothing_to_do', 'nothing_to_do', 'nothing_to_do']);
    expect(grants()).toEqual(['refresh_token']);
    hubsoft.clock.advance(2 * minute);
    expect(await hubsoft.erp.resetMac('11201', signal)).toEqual({ kind: 'done', value: null });
  });

  test('that is turned away as soon as it was given is not replaced again and again', async () => {
    hubsoft.play({ cliente: 'unauthenticated', 'cliente/reset_mac_addr': 'unauthenticated' });
    for (let i = 0; i < 5; i += 1) expect(await nobody()).toMatchObject({ kind: 'unavailable' });
    expect(await hubsoft.erp.resetMac('11201', signal)).toMatchObject({ kind: 'unavailable', reason: 'down' });
    expect(logIns()).toHaveLength(1);
  });
});

describe('without an access token', () => {
  test.each(['wrong-login', 'invalid-grant'])('%s: it is told once, and tried again once a minute', async (answer) => {
    hubsoft.play({ 'oauth/token': answer, cliente: 'no-clients' });
    const refused = {
      kind: 'unavailable',
      reason: 'malformed_answer',
      message: expect.stringContaining('HUBSOFT_PASSWORD') as string,
    };
    for (let i = 0; i < 5; i += 1) expect(await nobody()).toMatchObject(refused);
    expect(logIns()).toHaveLength(1);
    hubsoft.clock.advance(minute);
    await nobody();
    await nobody();
    expect(logIns()).toHaveLength(2);
    expect(hubsoft.log().match(/HubSoft refuses the credentials/g)).toHaveLength(1);
    hubsoft.play({ cliente: 'no-clients' });
    hubsoft.clock.advance(minute);
    expect((await nobody()).kind).toBe('nothing_to_do');
  });

  test('told of too many logins: it is tried again in a minute, and is not taken for a wrong password', async () => {
    hubsoft.play({ 'oauth/token': ['too-many', 'token'], cliente: 'no-clients' });
    for (let i = 0; i < 5; i += 1) expect(await nobody()).toMatchObject({ kind: 'unavailable', reason: 'down' });
    expect(logIns()).toHaveLength(1);
    expect(hubsoft.log()).not.toContain('refuses the credentials');
    hubsoft.clock.advance(minute);
    expect((await nobody()).kind).toBe('nothing_to_do');
  });

  test.each([
    'html-with-200',
    'html-with-500',
    'token-without-token',
    'empty-body',
    'login-page',
    'cuts',
    'unknown-route',
  ])('%s: nothing was asked, so that an act may be tried again', async (answer) => {
    hubsoft.play({ 'oauth/token': answer, 'cliente/reset_mac_addr': 'mac-reset' });
    expect(await hubsoft.erp.resetMac('11201', signal)).toMatchObject({ kind: 'unavailable', reason: 'down' });
    expect(hubsoft.asked()).toEqual([]);
  });

  test('who cannot wait for it goes away, and has sent nothing', async () => {
    hubsoft.play({ 'oauth/token': 'hangs', 'cliente/reset_mac_addr': 'mac-reset' });
    const deadline = new AbortController();
    const answer = hubsoft.erp.resetMac('11201', deadline.signal);
    await expect.poll(() => logIns().length).toBe(1);
    deadline.abort();
    expect(await answer).toMatchObject({ kind: 'unavailable', reason: 'down' });
    expect(hubsoft.asked()).toEqual([]);
  });
});
