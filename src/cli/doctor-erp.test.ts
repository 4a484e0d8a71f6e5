import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpPlayer, playHttp, recordedAnswer } from '../../test/helpers/http-player.ts';
import { readConfig } from '../config.ts';
import { requireTaxId } from '../kernel/tax-id.ts';
import { lookAtErp } from './doctor-erp.ts';

/** What `consultacliente` answers, and what the lists do. */
let played = { lookup: '', lists: 'unknown-route' };
let player: HttpPlayer;
beforeAll(async () => {
  player = await playHttp((path) => {
    const answer = path.includes('/list/') ? played.lists : path.includes('titulos') ? 'no-invoices' : played.lookup;
    return recordedAnswer(new URL(`../vendors/sgp/fixtures/${answer}.http`, import.meta.url));
  });
});
afterAll(() => player.close());

function look(document?: string, url = player.url) {
  const config = readConfig({ ERP: 'sgp', SGP_URL: url, SGP_TOKEN: 'a-secret-token', SGP_APP: 'ura' });
  return lookAtErp(config, document === undefined ? undefined : requireTaxId(document));
}

test.each([
  ['wrong-credentials', 'Credentials', 'check SGP_TOKEN and SGP_APP'],
  ['unknown-route', 'Web service', 'check the path in SGP_URL'],
  ['login-page', 'Web service', 'check the address in SGP_URL'],
  ['html-with-200', 'Web service', 'something else than JSON'],
  ['html-with-500', 'Web service', 'failed inside'],
  ['truncated', 'Reachable', 'broke before the answer was whole'],
  ['neither-contracts-nor-words', 'A lookup', 'lacks what it must hold'],
])('SGP answering with %s: %s is what is missing, and a sentence says what to do', async (lookup, what, remedy) => {
  played = { lookup, lists: 'unknown-route' };
  const missing = (await look()).filter(({ state }) => state === 'missing');
  expect(missing).toMatchObject([{ what, remedy: expect.stringContaining(remedy) as string }]);
});

test('nobody listening is told from a wrong password', async () => {
  const missing = (await look(undefined, 'http://127.0.0.1:9')).filter(({ state }) => state === 'missing');
  expect(missing).toMatchObject([{ what: 'Reachable' }]);
});

test('all is well: what the version lacks is told with what that means, and a subscriber is shown masked', async () => {
  played = { lookup: 'as-documented', lists: 'unknown-route' };
  const findings = await look('52998224725');
  expect(findings.map(({ what, state }) => `${what} ${state}`)).toEqual([
    'Settings found',
    'Reachable found',
    'Web service found',
    'Credentials found',
    'A lookup found',
    'Alerts for all found',
    'List of tickets found',
  ]);
  const shown = JSON.stringify(findings);
  expect(shown).toContain('529.***.247-**: 10800 suspended');
  expect(shown).toContain('none are told to callers');
  expect(shown).not.toMatch(/52998224725|a-secret-token/);
});

test('a document nobody has is missing', async () => {
  played = { lookup: 'no-contracts', lists: 'unknown-route' };
  const missing = (await look('52998224725')).filter(({ state }) => state === 'missing');
  expect(missing).toMatchObject([{ what: 'A lookup' }]);
});

test('the embedded ERP needs nothing', async () => {
  expect(await lookAtErp(readConfig({}), undefined)).toMatchObject([{ what: 'ERP', state: 'found' }]);
});
