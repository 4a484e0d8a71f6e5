import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpPlayer, playHttp, recordedAnswer } from '../../test/helpers/http-player.ts';
import { readConfig } from '../config.ts';
import { requireTaxId } from '../kernel/tax-id.ts';
import { lookAtErp } from './doctor-erp.ts';

/** What `oauth/token`, searches by document and by service, and the other lists answer. */
const well = { token: 'token', document: 'as-documented', service: 'no-clients', lists: 'no-invoices' };
let played = well;
let player: HttpPlayer;
beforeAll(async () => {
  player = await playHttp((path) => {
    const ofClients = path.includes('busca=id_cliente_servico') ? played.service : played.document;
    const answer = path.includes('/oauth/') ? played.token : path.includes('/cliente?') ? ofClients : played.lists;
    return recordedAnswer(new URL(`../vendors/hubsoft/fixtures/${answer}.http`, import.meta.url));
  });
});
afterAll(() => player.close());

function look(document?: string, url = player.url) {
  const config = readConfig({
    ERP: 'hubsoft',
    HUBSOFT_URL: url,
    HUBSOFT_CLIENT_ID: '3',
    HUBSOFT_CLIENT_SECRET: 'a-secret',
    HUBSOFT_USERNAME: 'ura@provedor.example',
    HUBSOFT_PASSWORD: 'a-secret-password',
  });
  return lookAtErp(config, document === undefined ? undefined : requireTaxId(document));
}

test.each([
  [{ token: 'wrong-login' }, 'Access token', 'HUBSOFT_PASSWORD'],
  [{ token: 'unknown-route' }, 'Access token', 'check the path in HUBSOFT_URL'],
  [{ token: 'html-with-200' }, 'Access token', 'something else than JSON'],
  [{ token: 'token-without-token' }, 'Access token', 'lacks what it must hold'],
  [{ token: 'truncated' }, 'Reachable', 'broke before the answer was whole'],
  [{ service: 'forbidden' }, 'API', 'what that user may do'],
  [{ service: 'html-with-500' }, 'API', 'failed inside'],
  [{ service: 'without-list' }, 'A lookup', 'lacks what it must hold'],
])(
  'HubSoft answering with %o: %s is what is missing, and a sentence says what to do',
  async (answers, what, remedy) => {
    played = { ...well, ...answers };
    const missing = (await look()).filter(({ state }) => state === 'missing');
    expect(missing).toMatchObject([{ what, remedy: expect.stringContaining(remedy) as string }]);
  },
);

test('nobody listening is told from a wrong password', async () => {
  const missing = (await look(undefined, 'http://127.0.0.1:9')).filter(({ state }) => state === 'missing');
  expect(missing).toMatchObject([{ what: 'Reachable' }]);
});

test('all is well: what the version lacks is told with what that means, and a subscriber is shown masked', async () => {
  played = { ...well, service: 'unknown-search' };
  const findings = await look('52998224725');
  expect(findings.map(({ what, state }) => `${what} ${state}`)).toEqual([
    'Settings found',
    'Reachable found',
    'Access token found',
    'API found',
    'A lookup found',
    'Search by service found',
    'List of tickets found',
  ]);
  const shown = JSON.stringify(findings);
  expect(shown).toContain('529.***.247-**: 11201 suspended');
  expect(shown).toContain('services are found by what they owe or owed');
  expect(shown).not.toMatch(/52998224725|a-secret/);
});

test('a document nobody has is missing', async () => {
  played = { ...well, document: 'no-clients' };
  const missing = (await look('52998224725')).filter(({ state }) => state === 'missing');
  expect(missing).toMatchObject([{ what: 'A lookup' }]);
});
