import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PlayedSgp, playSgp } from '../../../test/helpers/played-sgp.ts';
import { requireTaxId } from '../../kernel/tax-id.ts';

const signal = new AbortController().signal;
const document = requireTaxId('52998224725');
let sgp: PlayedSgp;
beforeAll(async () => {
  sgp = await playSgp();
});
afterAll(() => sgp.close());

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
    sgp.play({ consultacliente: answer, titulos: 'no-invoices' });
    expect(await sgp.erp.findByDocument(document, signal)).toMatchObject(outcome);
    expect(sgp.requests[0]).toMatchObject({ path: '/PROVEDORX/ws/ura/consultacliente/' });
  });

  test('and what is known of the subscriber is what the answer holds', async () => {
    sgp.play({ consultacliente: 'later-version', titulos: 'invoices' });
    const found = await sgp.erp.findByDocument(document, signal);
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
    sgp.play({ consultacliente: 'later-version', titulos: 'html-with-500' });
    const owed = { overdueCents: 12_050, overdueCount: 2 };
    expect(await sgp.erp.findByDocument(document, signal)).toMatchObject({
      kind: 'done',
      value: { contracts: [owed] },
    });
  });
});

describe('looking up otherwise', () => {
  test('by contract, with the document in clear; masked, nobody can be known by it', async () => {
    sgp.play({ consultacliente: 'as-documented', titulos: 'invoices' });
    expect(await sgp.erp.findByContract('10800', signal)).toMatchObject(ana);
    sgp.play({ consultacliente: 'masked-document', titulos: 'invoices' });
    expect(await sgp.erp.findByContract('10800', signal)).toMatchObject(malformed);
  });

  test('by what is no contract number: SGP is not asked', async () => {
    sgp.play({});
    expect(await sgp.erp.findByContract("1' or '1'='1", signal)).toMatchObject(notFound);
    expect(sgp.requests).toEqual([]);
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
    sgp.play({ consultacliente: answer, titulos: 'no-invoices' });
    expect(await sgp.erp.findByPhone('+5534999991234', signal)).toMatchObject({ kind });
    expect(sgp.requests[0]?.body).toContain('telefone=34999991234');
  });

  test('open invoices: the earliest due first, with what pays them, and none that is paid', async () => {
    sgp.play({ titulos: 'invoices' });
    expect(await sgp.erp.openInvoices('10800', signal)).toEqual({
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
    sgp.play({ titulos: 'no-invoices', consultacliente: 'as-documented' });
    expect(await sgp.erp.openInvoices('10800', signal)).toEqual({ kind: 'done', value: [] });
    sgp.play({ titulos: 'no-invoices', consultacliente: 'no-contracts' });
    expect(await sgp.erp.openInvoices('10800', signal)).toMatchObject(notFound);
  });

  test.each([
    ['online', { state: 'online', forecast: undefined }],
    ['offline', { state: 'offline', forecast: undefined }],
    ['maintenance', { state: 'maintenance', forecast: undefined }],
    ['concentrator-down', { state: 'concentrator_down', forecast: new Date('2026-11-21T15:30:00Z') }],
    ['nothing-done', { state: 'other' }],
  ])('the connection: %s', async (answer, value) => {
    sgp.play({ verificaacesso: answer });
    expect(await sgp.erp.checkAccess('10800', signal)).toMatchObject({ kind: 'done', value });
  });

  test('alerts for everyone are the works that name no place, until when they last; without the list there are none', async () => {
    sgp.play({ 'manutencao/list': 'works' });
    expect(await sgp.erp.providerAlerts(signal)).toEqual({
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
    expect(sgp.requests[0]?.head).toMatch(/^GET /);
    sgp.play({});
    expect(await sgp.erp.providerAlerts(signal)).toEqual({ kind: 'done', value: [] });
  });
});

test('where a version has the methods at /api/ura/ only, they are found there, and asked there at once afterwards', async () => {
  sgp.play({ '/PROVEDORX/ws/ura/verificaacesso/': 'unknown-route', '/PROVEDORX/api/ura/verificaacesso/': 'online' });
  expect((await sgp.erp.checkAccess('10800', signal)).kind).toBe('done');
  expect((await sgp.erp.checkAccess('10800', signal)).kind).toBe('done');
  expect(sgp.requests.map(({ path }) => path)).toEqual([
    '/PROVEDORX/ws/ura/verificaacesso/',
    '/PROVEDORX/api/ura/verificaacesso/',
    '/PROVEDORX/api/ura/verificaacesso/',
  ]);
});
