import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type HttpPlayer, playHttp, recordedAnswer } from '../../../test/helpers/http-player.ts';
import { ManualClock } from '../../../test/helpers/manual-clock.ts';
import type { Erp } from '../../erp/port.ts';
import { requireTaxId } from '../../kernel/tax-id.ts';
import { createSgpErp } from './client.ts';
import { openSgpConnection, type SgpConnection } from './connection.ts';

const clock = new ManualClock('2026-11-21T14:00:00Z');
const document = requireTaxId('52998224725');
const token = 'a-token-that-no-log-may-hold';
const signal = new AbortController().signal;
const act = { key: '10800:unlock', contractId: '10800', callId: 'call-1', callerNumber: '+5534999991234' };
const ticket = { ...act, key: '10800:ticket:support:call-1', subject: 'support', description: 'Sem conexão.' } as const;

/** What each method answers: a recorded answer's name, or what the network does. */
type Script = Readonly<Record<string, string | Buffer>>;

const logged: string[] = [];
let script: Script = {};
let player: HttpPlayer;
let connection: SgpConnection;
let sgp: Erp;

beforeAll(async () => {
  player = await playHttp((path) => {
    const method = /\/(?:ws|api)\/ura\/(.+)\/$/.exec(path)?.[1] ?? path;
    const answer = script[path] ?? script[method] ?? 'unknown-route';
    if (answer === 'hangs' || answer === 'cuts' || typeof answer !== 'string') return answer;
    return recordedAnswer(new URL(`./fixtures/${answer}.http`, import.meta.url));
  });
  const logger = pino({ level: 'debug' }, { write: (line: string) => logged.push(line) });
  connection = openSgpConnection({ url: `${player.url}/PROVEDORX/`, token, app: 'ura' }, logger);
  sgp = createSgpErp({
    connection,
    timeZone: 'America/Sao_Paulo',
    clock,
    logger,
    ticketType: 7,
    orderReason: '41',
  });
});
afterAll(async () => {
  await connection.close();
  await player.close();
});
beforeEach(() => {
  script = {};
  player.requests.length = 0;
});

const ana = { kind: 'done', value: { contracts: [{ id: '10800', status: 'suspended', openCents: 12_050 }] } };
const notFound = { kind: 'nothing_to_do', reason: 'not_found' };
const malformed = { kind: 'unavailable', reason: 'malformed_answer' };
const down = { kind: 'unavailable', reason: 'down' };

describe('looking up by document, SGP may answer', () => {
  const longest = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n${'x'.repeat(2_000_000)}`);
  test.each<readonly [string, string | Buffer, object]>([
    ['as documented', 'as-documented', ana],
    ['as later versions do', 'later-version', ana],
    ['with the document masked', 'masked-document', ana],
    ['with the document masked in another way', 'masked-otherwise', ana],
    ['with the document punctuated', 'punctuated-document', ana],
    [
      'with numbers as text',
      'numbers-as-text',
      { kind: 'done', value: { id: '71', contracts: [{ openCents: 112_050 }] } },
    ],
    [
      'with the status in words only',
      'status-in-words',
      { kind: 'done', value: { contracts: [{ status: 'reduced' }] } },
    ],
    ['without most fields', 'missing-fields', { kind: 'done', value: { contracts: [{ status: 'active', plan: '' }] } }],
    ['with null in most fields', 'fields-null', { kind: 'done', value: { contracts: [{ status: 'active' }] } }],
    ['with telephones as objects', 'telephones-as-objects', ana],
    ['with a byte order mark and blanks', 'bom-and-blanks', ana],
    ['with JSON labelled as HTML', 'labelled-html', ana],
    [
      'in Latin-1',
      'latin-1',
      { kind: 'done', value: { firstName: 'José', contracts: [{ street: 'Avenida São João' }] } },
    ],
    ['with an empty list', 'no-contracts', notFound],
    ['with a sentence and no list', 'no-contracts-but-words', notFound],
    ['with neither', 'neither-contracts-nor-words', malformed],
    ['with somebody else', 'somebody-else', malformed],
    ['without the id of the contract', 'without-contract-id', malformed],
    ['with a status nobody knows', 'unknown-status', malformed],
    ['a page in HTML with 200', 'html-with-200', malformed],
    ['a page in HTML with 500', 'html-with-500', down],
    ['502 of a proxy', 'bad-gateway', down],
    ['a redirect to its login page', 'login-page', malformed],
    ['that the credentials are wrong', 'wrong-credentials', malformed],
    ['that there are no credentials', 'no-credentials', malformed],
    ['404', 'unknown-route', malformed],
    ['that it is asked too often', 'too-many', malformed],
    ['nothing', 'empty-body', malformed],
    ['a body that breaks off', 'truncated', down],
    ['JSON that breaks off', 'truncated-json', malformed],
    ['more than 1 MB', longest, malformed],
  ])('%s', async (_, answer, outcome) => {
    script = { consultacliente: answer, titulos: 'no-invoices' };
    expect(await sgp.findByDocument(document, signal)).toMatchObject(outcome);
    expect(player.requests[0]).toMatchObject({ path: '/PROVEDORX/ws/ura/consultacliente/' });
  });

  test('and what is known of the subscriber is what the answer holds', async () => {
    script = { consultacliente: 'later-version', titulos: 'invoices' };
    const found = await sgp.findByDocument(document, signal);
    expect(found).toMatchObject({
      kind: 'done',
      value: {
        id: '71',
        firstName: 'Ana',
        contracts: [
          {
            plan: 'Fibra 500',
            street: 'Rua Das Acácias',
            streetNumber: '12',
            suspendedFor: 'debt',
            overdueCents: 12_050,
            overdueCount: 1,
            unlocksThisMonth: 0,
          },
        ],
      },
    });
    expect(found.kind === 'done' && found.value.document.reveal()).toBe('52998224725');
  });

  test('and without its invoices what is open is said to be owed', async () => {
    script = { consultacliente: 'later-version', titulos: 'html-with-500' };
    const owed = { overdueCents: 12_050, overdueCount: 2 };
    expect(await sgp.findByDocument(document, signal)).toMatchObject({ kind: 'done', value: { contracts: [owed] } });
  });
});

describe('looking up otherwise', () => {
  test('by contract, with the document in clear; masked, nobody can be known by it', async () => {
    script = { consultacliente: 'as-documented', titulos: 'invoices' };
    expect(await sgp.findByContract('10800', signal)).toMatchObject(ana);
    script = { consultacliente: 'masked-document', titulos: 'invoices' };
    expect(await sgp.findByContract('10800', signal)).toMatchObject(malformed);
  });

  test('by what is no contract number: SGP is not asked', async () => {
    expect(await sgp.findByContract("1' or '1'='1", signal)).toMatchObject(notFound);
    expect(await sgp.trustUnlock({ ...act, contractId: 'x' }, signal)).toMatchObject(notFound);
    expect(player.requests).toEqual([]);
  });

  test.each([
    ['later-version', 'done'],
    ['telephones-as-objects', 'done'],
    ['telephones-with-posts', 'done'],
    ['telephones-of-others', 'nothing_to_do'],
    ['as-documented', 'nothing_to_do'],
    ['masked-document', 'nothing_to_do'],
    ['no-contracts', 'nothing_to_do'],
    ['unknown-route', 'nothing_to_do'],
    ['neither-contracts-nor-words', 'nothing_to_do'],
    ['html-with-500', 'unavailable'],
  ])('by telephone, SGP answering %s: %s', async (answer, kind) => {
    script = { consultacliente: answer, titulos: 'no-invoices' };
    expect(await sgp.findByPhone('+5534999991234', signal)).toMatchObject({ kind });
    expect(player.requests[0]?.body).toContain('telefone=34999991234');
  });

  test('open invoices: the earliest due first, with what pays them, and none that is paid', async () => {
    script = { titulos: 'invoices' };
    expect(await sgp.openInvoices('10800', signal)).toEqual({
      kind: 'done',
      value: [
        {
          id: '901',
          dueOn: '2026-11-10',
          amountCents: 12_050,
          overdue: true,
          boletoLine: '75691432790104567890123456780015112340000012050',
          pixCode: '00020126BR.GOV.BCB.PIX',
        },
        {
          id: '902',
          dueOn: '2026-12-10',
          amountCents: 10_050,
          overdue: false,
          boletoLine: undefined,
          pixCode: undefined,
        },
      ],
    });
  });

  test('nothing open, and no such contract, are told apart', async () => {
    script = { titulos: 'no-invoices', consultacliente: 'as-documented' };
    expect(await sgp.openInvoices('10800', signal)).toEqual({ kind: 'done', value: [] });
    script = { titulos: 'no-invoices', consultacliente: 'no-contracts' };
    expect(await sgp.openInvoices('10800', signal)).toMatchObject(notFound);
  });

  test.each([
    ['online', { state: 'online', forecast: undefined }],
    ['offline', { state: 'offline', forecast: undefined }],
    ['maintenance', { state: 'maintenance', forecast: undefined }],
    ['concentrator-down', { state: 'concentrator_down', forecast: new Date('2026-11-21T15:30:00Z') }],
    ['nothing-done', { state: 'other' }],
  ])('the connection: %s', async (answer, value) => {
    script = { verificaacesso: answer };
    expect(await sgp.checkAccess('10800', signal)).toMatchObject({ kind: 'done', value });
  });

  test('alerts for everyone are the works that name no place, until when they last; without the list there are none', async () => {
    script = { 'manutencao/list': 'works' };
    expect(await sgp.providerAlerts(signal)).toEqual({
      kind: 'done',
      value: [
        {
          id: '7',
          kind: 'outage',
          text: 'Há um rompimento de fibra na rodovia.',
          forecast: new Date('2026-11-21T21:30:00Z'),
        },
      ],
    });
    expect(player.requests[0]?.head).toMatch(/^GET /);
    script = {};
    expect(await sgp.providerAlerts(signal)).toEqual({ kind: 'done', value: [] });
  });
});

describe('an act', () => {
  const unlocked = { kind: 'done', value: { protocol: '20161201181601' } };
  test.each<readonly [string, object]>([
    ['unlocked', unlocked],
    ['unlocked-with-days', { ...unlocked, value: { days: 3, until: '2026-11-24' } }],
    ['unlocked-with-date', { ...unlocked, value: { days: 3, until: '2026-11-24' } }],
    ['unlocked-without-protocol', { kind: 'done', value: { protocol: undefined } }],
    ['unlocked-and-not', { kind: 'unavailable', reason: 'unknown' }],
    ['unlock-used', { kind: 'refused', reason: 'already_used' }],
    ['unlock-refused', { kind: 'refused', reason: 'not_allowed' }],
    ['unlock-not-suspended', { kind: 'nothing_to_do', reason: 'not_suspended' }],
    ['unlock-cancelled', { kind: 'nothing_to_do', reason: 'cancelled' }],
    ['contract-not-found', notFound],
    ['nothing-done', { kind: 'refused', reason: 'not_allowed' }],
  ])('trust unlock answered with %s', async (answer, outcome) => {
    script = { liberacaopromessa: answer };
    expect(await sgp.trustUnlock(act, signal)).toMatchObject(outcome);
    const [request, ...others] = player.requests;
    expect(others).toEqual([]);
    expect(request?.head).toMatch(/^idempotency-key: 10800:unlock\r?$/im);
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      token,
      app: 'ura',
      contrato: '10800',
      uracontato: '34999991234',
    });
  });

  test.each<readonly [string, object]>([
    ['invoice-sent', { kind: 'done', value: { protocol: '20161201181602', to: undefined } }],
    ['no-contact', { kind: 'refused', reason: 'no_contact' }],
    ['delivery-error', { kind: 'refused', reason: 'contact_refused' }],
    ['nothing-done', { kind: 'nothing_to_do', reason: 'no_open_invoice' }],
    ['contract-not-found', notFound],
  ])('sending an invoice answered with %s', async (answer, outcome) => {
    script = { enviafatura: answer };
    expect(await sgp.sendInvoice({ ...act, by: 'sms' }, signal)).toMatchObject(outcome);
    expect(player.requests[0]?.body).toContain('tipo=sms');
  });

  test.each<readonly [string, object]>([
    ['ticket-opened', { kind: 'done', value: { protocol: '161201180200' } }],
    ['ticket-rejected', { kind: 'refused', reason: 'rejected' }],
    ['contract-not-found', notFound],
  ])('opening a ticket answered with %s', async (answer, outcome) => {
    script = { chamado: answer };
    expect(await sgp.openTicket({ ...ticket, fieldVisit: true }, signal)).toMatchObject(outcome);
    const sent = Object.fromEntries(new URLSearchParams(player.requests[0]?.body));
    expect(sent).toMatchObject({ ocorrenciatipo: '7', motivoos: '41', contrato: '10800' });
    expect(sent['conteudo']).toMatch(/^Sem conexão\.\n\[ref\. [0-9a-f]{12}\]$/);
  });

  test('telling an agent: the window opens; closing it is not possible', async () => {
    const notice = { contractId: '10800', extension: '1001', callId: 'call-1', callerNumber: undefined };
    script = { notificacaosistema: 'notified' };
    expect(await sgp.notifyAgent({ ...notice, lost: false }, signal)).toEqual({ kind: 'done', value: null });
    expect(player.requests[0]?.body).toContain('uraagent=1001');
    expect(await sgp.notifyAgent({ ...notice, lost: true }, signal)).toMatchObject({ kind: 'refused' });
    expect(player.requests).toHaveLength(1);
  });

  test('of a kind SGP has no method for is said to be impossible', async () => {
    const refusal = { kind: 'refused', reason: 'not_possible' };
    expect(await sgp.resetSession('10800', signal)).toMatchObject(refusal);
    expect(await sgp.resetMac('10800', signal)).toMatchObject(refusal);
  });

  // Only what was certainly not carried out may be tried again by whoever asked.
  test.each<readonly [string, string]>([
    ['wrong-credentials', 'down'],
    ['unknown-route', 'down'],
    ['too-many', 'down'],
    ['html-with-500', 'unknown'],
    ['bad-gateway', 'unknown'],
    ['html-with-200', 'unknown'],
    ['login-page', 'unknown'],
    ['truncated', 'unknown'],
    ['truncated-json', 'unknown'],
    ['empty-body', 'unknown'],
    ['cuts', 'unknown'],
  ])('that meets %s is %s, and is not repeated', async (answer, reason) => {
    script = { liberacaopromessa: answer };
    expect(await sgp.trustUnlock(act, signal)).toMatchObject({ kind: 'unavailable', reason });
    const paths = player.requests.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
  });

  test('without an answer ends with its deadline, and may have happened; one given up before was not sent', async () => {
    script = { liberacaopromessa: 'hangs' };
    const deadline = new AbortController();
    const answer = sgp.trustUnlock(act, deadline.signal);
    await expect.poll(() => player.requests.length).toBe(1);
    deadline.abort();
    expect(await answer).toMatchObject({ kind: 'unavailable', reason: 'unknown' });
    expect(await sgp.trustUnlock(act, AbortSignal.abort())).toMatchObject(down);
    expect(player.requests).toHaveLength(1);
  });
});

describe('when an answer was lost', () => {
  const since = new Date('2026-11-21T14:00:00Z');
  const bare = { kind: 'done', value: { days: undefined, until: undefined } };
  test.each([
    [
      'the ticket tells the protocol',
      'active-after-promise',
      'tickets',
      { ...bare, value: { protocol: '20261121000007' } },
    ],
    [
      'no list of tickets: no protocol',
      'active-after-promise',
      'unknown-route',
      { ...bare, value: { protocol: undefined } },
    ],
    ['no such ticket yet: no protocol', 'active-after-promise', 'tickets-without-texts', bare],
    ['still suspended: it did not happen', 'as-documented', 'tickets', notFound],
    ['SGP does not answer: nobody knows', 'html-with-500', 'tickets', down],
  ])('of an unlock, %s', async (_, contract, tickets, outcome) => {
    script = { consultacliente: contract, titulos: 'no-invoices', 'ocorrencia/list': tickets };
    expect(await sgp.findUnlock('10800', since, signal)).toMatchObject(outcome);
  });

  test('of an unlock, an earlier one of the month is not taken for it', async () => {
    script = { consultacliente: 'active-after-promise', titulos: 'no-invoices', 'ocorrencia/list': 'tickets' };
    clock.advance(3_600_000);
    expect(await sgp.findUnlock('10800', clock.now(), signal)).toMatchObject(notFound);
    clock.advance(-3_600_000);
  });

  test.each([
    ['its reference is found', 'tickets', ticket.key, { kind: 'done', value: { protocol: '20261121000006' } }],
    ['it is not there', 'tickets', 'another key', notFound],
    ['texts are not told', 'tickets-without-texts', ticket.key, malformed],
    ['there is no list', 'unknown-route', ticket.key, malformed],
  ])('of a ticket, %s', async (_, tickets, key, outcome) => {
    script = { 'ocorrencia/list': tickets };
    expect(await sgp.findTicket('10800', key, signal)).toMatchObject(outcome);
  });
});

test('where a version has the methods at /api/ura/ only, they are found there, and asked there at once afterwards', async () => {
  script = { '/PROVEDORX/ws/ura/verificaacesso/': 'unknown-route', '/PROVEDORX/api/ura/verificaacesso/': 'online' };
  expect((await sgp.checkAccess('10800', signal)).kind).toBe('done');
  expect((await sgp.checkAccess('10800', signal)).kind).toBe('done');
  expect(player.requests.map(({ path }) => path)).toEqual([
    '/PROVEDORX/ws/ura/verificaacesso/',
    '/PROVEDORX/api/ura/verificaacesso/',
    '/PROVEDORX/api/ura/verificaacesso/',
  ]);
});

test('nothing of all this left credentials or personal data in the log, or credentials in an address', () => {
  const log = logged.join('');
  expect(log).toContain('refused_credentials');
  expect(log).not.toMatch(new RegExp(`${token}|52998224725|529\\.982|Ana|ANA TEIXEIRA|segredo|ana\\.teixeira|99999`));
  expect(player.requests.every(({ path }) => !path.includes(token))).toBe(true);
});
