import { afterAll, expect, test } from 'vitest';
import { testDatabase, testTenant } from '../../test/helpers/database.ts';
import { createAccess } from '../access/service.ts';
import { systemClock } from '../kernel/clock.ts';
import { systemIds } from '../kernel/ids.ts';
import { readCredentialCommand, runCredentialCommand } from './credential-commands.ts';

const database = await testDatabase();
afterAll(() => database.close());
const access = createAccess({ db: database.db, clock: systemClock, ids: systemIds, withDemo: true });
const tenantId = await testTenant(database.db);

const run = async (...args: string[]) =>
  (await runCredentialCommand(access, tenantId, readCredentialCommand(args))).join('\n');

test('an application is made, listed without its secret, used and revoked', async () => {
  const made = await run('create', 'sgp', 'Voice menu');
  expect(made).toMatch(/app {4}Voice menu/);
  const token = /token {2}(\S+)/.exec(made)?.[1] ?? '';
  expect(await run('list')).toMatch(/sgp +Voice menu +\d{4}-\d\d-\d\d \d\d:\d\d +never$/m);
  expect(await access.verifyToken('sgp', token, 'Voice menu')).toMatchObject({ tenantId });
  expect(await run('list')).not.toContain('never');
  expect(await run('list')).not.toContain(token);
  expect(await run('revoke', 'sgp', 'Voice menu')).toContain('5 seconds');
  expect(await access.verifyToken('sgp', token, 'Voice menu')).toBeUndefined();
  expect(await run('list')).toBe('There are no credentials.');
});

test('a user of an API with OAuth2 is made with a client, and another one of the same client', async () => {
  const made = await run('create', 'hubsoft', 'api@provedor.example');
  const shown = Object.fromEntries(
    [...made.matchAll(/^ {2}(\w+) +(\S+)$/gm)].map(([, label, value]) => [label, value]),
  );
  expect(Object.keys(shown)).toEqual(['client_id', 'client_secret', 'username', 'password']);
  const { client_id: id = '', client_secret: secret = '', username = '', password = '' } = shown;
  const login = { grantType: 'password' as const, client: { id, secret }, username, password };
  expect(await access.oauth.grant('hubsoft', login)).toMatchObject({ identity: { tenantId } });
  const second = await run('create', 'hubsoft', 'crm@provedor.example', '--client', id);
  expect(second).toMatch(/client_secret {2}as it was given out with the client/);
  expect(await run('list')).toMatch(/hubsoft +api@provedor.example +3 +\d{4}/);
  expect(await run('rotate')).toContain('good until their time is over');
  await run('revoke', 'hubsoft', 'api@provedor.example');
  expect(await access.oauth.grant('hubsoft', login)).toBeUndefined();
});

test.each([
  [[], /Say what to do.[^]*npm run credentials -- list/],
  [['make', 'sgp', 'x'], /"make sgp x" is not known/],
  [['create', 'console', 'x'], /kind: /],
  [['create', 'sgp', ''], /name: must not be empty/],
  [['create', 'sgp', 'Voice', 'menu'], /quotation marks/],
  [['create', 'api', 'x', '--role', 'king'], /role: /],
  [['create', 'hubsoft', 'api'], /name: must be an e-mail address/],
  [['create', 'hubsoft', 'api@provedor.example', '--client', '0'], /Use: /],
  [['create', 'sgp', 'bot', '--client', '3'], /Only users of kind hubsoft have a client/],
  [['create', 'hubsoft', 'a@b.example', '--role', 'administrator'], /have no role/],
  [['list', '--tenant', 'x'], /Use: /],
])('what is not understood gets a sentence and the way it is used: %j', (args, sentence) => {
  expect(() => readCredentialCommand(args)).toThrow(sentence);
});
