import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PlayedHubsoft, playHubsoft } from '../../../test/helpers/played-hubsoft.ts';
import { requireTaxId } from '../../kernel/tax-id.ts';

const signal = new AbortController().signal;
const document = requireTaxId('52998224725');
let hubsoft: PlayedHubsoft;
beforeAll(async () => {
  hubsoft = await playHubsoft();
});
afterAll(() => hubsoft.close());

const contract = { id: '11201', status: 'suspended', suspendedFor: 'debt', openCents: 22_100 };
const found = (change: object) => ({ kind: 'done', value: { contracts: [{ ...contract, ...change }] } });
const ana = found({});
const notFound = { kind: 'nothing_to_do', reason: 'not_found' };
const malformed = { kind: 'unavailable', reason: 'malformed_answer' };
const down = { kind: 'unavailable', reason: 'down' };
const active = { status: 'active', suspendedFor: undefined };

describe('looking up by document, HubSoft may answer', () => {
  const longest = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n${'x'.repeat(2_000_000)}`);
  test.each<readonly [string, string | Buffer, object]>([
    ['as documented', 'as-documented', ana],
    ['as later versions do', 'later-version', ana],
    ['with numbers as text', 'numbers-as-text', ana],
    ['with lists as objects', 'lists-as-objects', found({ alerts: [{ text: 'Manutenção no seu bairro hoje.' }] })],
    ['with null in most fields', 'fields-null', found({ ...active, plan: '', street: '' })],
    ['without most fields', 'missing-fields', found({ ...active, alerts: [] })],
    ['with the document masked', 'masked-document', ana],
    ['with the document punctuated', 'punctuated-document', ana],
    ['with a byte order mark and blanks', 'bom-and-blanks', ana],
    ['with JSON labelled as HTML', 'labelled-html', ana],
    ['in Latin-1', 'latin-1', found({ street: 'Avenida São João' })],
    ['with the address in one field', 'address-in-one', found({ street: 'Praça Getúlio Vargas', streetNumber: '100' })],
    ['with a status of the provider’s own', 'provider-status', found(active)],
    ['with the status in words only', 'status-in-words', found({ suspendedFor: 'request' })],
    ['with alerts', 'with-alerts', found({ alerts: [{ kind: 'notice' }, { text: 'A equipe já está a caminho.' }] })],
    ['with alerts that are off', 'with-alerts-off', found({ alerts: [] })],
    ['with an empty list', 'no-clients', notFound],
    ['with a sentence and no list', 'no-clients-in-words', notFound],
    ['with nobody, and status 400', 'refused-with-400', notFound],
    ['with somebody else', 'somebody-else', malformed],
    ['without the id of the service', 'without-service-id', malformed],
    ['without any id of the client', 'without-client-id', malformed],
    ['without a list', 'without-list', malformed],
    ['that a field is wrong', 'validation-error', malformed],
    ['that a field is wrong, by status 422', 'unprocessable', malformed],
    ['a page in HTML with 200', 'html-with-200', malformed],
    ['a page in HTML with 500', 'html-with-500', down],
    ['JSON with 500', 'json-with-500', down],
    ['502 of a proxy', 'bad-gateway', down],
    ['a redirect to its login page', 'login-page', malformed],
    ['that the user may not do this', 'forbidden', malformed],
    ['404', 'unknown-route', malformed],
    ['405', 'wrong-method', malformed],
    ['that it is asked too often', 'too-many', malformed],
    ['nothing', 'empty-body', malformed],
    ['a body that breaks off', 'truncated', down],
    ['JSON that breaks off', 'truncated-json', malformed],
    ['more than 1 MB', longest, malformed],
  ])('%s', async (_, answer, outcome) => {
    hubsoft.play({ cliente: answer, 'cliente/financeiro': 'invoices' });
    expect(await hubsoft.erp.findByDocument(document, signal)).toMatchObject(outcome);
    expect(hubsoft.asked()[0]).toBe('GET cliente busca=cpf_cnpj termo_busca=52998224725 limit=20 cancelado=nao');
  });

  test('and what is known of the subscriber is what the answers hold', async () => {
    hubsoft.play({ cliente: 'as-documented', 'cliente/financeiro': 'invoices' });
    const subscriber = await hubsoft.erp.findByDocument(document, signal);
    expect(subscriber).toEqual({
      kind: 'done',
      value: {
        id: '71',
        name: expect.anything() as unknown,
        firstName: 'Ana',
        document,
        contracts: [
          {
            ...contract,
            plan: 'FIBRA 500',
            street: 'Rua Das Acácias',
            streetNumber: '12',
            overdueCents: 12_050,
            overdueCount: 1,
            unlocksThisMonth: 0,
            alerts: [],
          },
        ],
      },
    });
    expect(hubsoft.asked().slice(1)).toEqual([
      'GET cliente/financeiro busca=id_cliente_servico termo_busca=11201 apenas_pendente=sim order_by=data_vencimento order_type=asc limit=50',
    ]);
  });

  test('several services, each with what it owes; a document that was registered twice; a company by its trade name', async () => {
    const byService = 'cliente/financeiro?termo_busca=11201';
    hubsoft.play({ cliente: 'two-services', [byService]: 'invoices', 'cliente/financeiro': 'no-invoices-in-words' });
    const contracts = [contract, { id: '11202', status: 'active', openCents: 0, street: 'Rua Minas Gerais' }];
    expect(await hubsoft.erp.findByDocument(document, signal)).toMatchObject({ kind: 'done', value: { contracts } });
    hubsoft.play({ cliente: 'registered-twice', 'cliente/financeiro': 'no-invoices' });
    const twice = { id: '71', contracts: [{ id: '11201' }, { id: '12000' }] };
    expect(await hubsoft.erp.findByDocument(document, signal)).toMatchObject({ kind: 'done', value: twice });
    hubsoft.play({ cliente: 'company', 'cliente/financeiro': 'no-invoices' });
    const company = await hubsoft.erp.findByDocument(requireTaxId('11222333000181'), signal);
    expect(company).toMatchObject({ kind: 'done', value: { firstName: 'Padaria Pão De Mel' } });
  });

  test('services that ended are told only when there are no others', async () => {
    hubsoft.play({ 'cliente?cancelado=nao': 'without-services', 'cliente?cancelado=sim': 'cancelled-service' });
    const ended = found({ status: 'cancelled', suspendedFor: undefined, openCents: 0 });
    expect(await hubsoft.erp.findByDocument(document, signal)).toMatchObject(ended);
    hubsoft.play({ cliente: 'without-services' });
    const none = { kind: 'done', value: { contracts: [] } };
    expect(await hubsoft.erp.findByDocument(document, signal)).toMatchObject(none);
  });

  test('and if its invoices cannot be had, who is in good order goes on, and who owes is not told a wrong amount', async () => {
    hubsoft.play({ cliente: 'enabled-service', 'cliente/financeiro': 'forbidden' });
    expect(await hubsoft.erp.findByDocument(document, signal)).toMatchObject(found({ ...active, openCents: 0 }));
    hubsoft.play({ cliente: 'as-documented', 'cliente/financeiro': 'html-with-500' });
    expect(await hubsoft.erp.findByDocument(document, signal)).toMatchObject(down);
  });
});

describe('looking up otherwise', () => {
  test('by service: only that one counts, and a masked document proves nobody', async () => {
    hubsoft.play({ cliente: 'two-services', 'cliente/financeiro': 'no-invoices' });
    const one = { kind: 'done', value: { id: '71', contracts: [{ id: '11202' }] } };
    expect(await hubsoft.erp.findByContract('11202', signal)).toMatchObject(one);
    expect(hubsoft.asked()[0]).toContain('busca=id_cliente_servico termo_busca=11202');
    hubsoft.play({ cliente: 'masked-document', 'cliente/financeiro': 'no-invoices' });
    expect(await hubsoft.erp.findByContract('11201', signal)).toMatchObject(malformed);
  });

  test('by service where that search is not known: by way of what it owes or owed', async () => {
    const cliente = {
      'cliente?busca=id_cliente_servico': 'unknown-search',
      'cliente?busca=codigo_cliente': 'as-documented',
    };
    hubsoft.play({ ...cliente, 'cliente/financeiro': 'invoices' });
    expect(await hubsoft.erp.findByContract('11201', signal)).toMatchObject(ana);
    expect(await hubsoft.erp.findByContract('999', signal)).toMatchObject(notFound);
    hubsoft.play({ ...cliente, 'cliente/financeiro': 'no-invoices' });
    expect(await hubsoft.erp.findByContract('11201', signal)).toMatchObject(notFound);
  });

  test('by what is no number of a service: HubSoft is not asked', async () => {
    hubsoft.play({});
    expect(await hubsoft.erp.findByContract("1' or '1'='1", signal)).toMatchObject(notFound);
    expect(hubsoft.requests).toEqual([]);
  });

  test.each([
    ['as-documented', 'done', 1],
    ['other-phones', 'done', 1],
    ['two-people-one-phone', 'done', 2],
    ['phones-of-others', 'nothing_to_do', 0],
    ['masked-document', 'nothing_to_do', 0],
    ['no-clients', 'nothing_to_do', 0],
    ['unknown-search', 'nothing_to_do', 0],
    ['html-with-500', 'unavailable', 0],
  ])('by telephone, HubSoft answering %s: %s', async (answer, kind, people) => {
    hubsoft.play({ cliente: answer, 'cliente/financeiro': 'no-invoices' });
    const outcome = await hubsoft.erp.findByPhone('+5534999991234', signal);
    expect(outcome).toMatchObject({ kind });
    expect(outcome.kind === 'done' ? outcome.value.length : 0).toBe(people);
    expect(hubsoft.asked()[0]).toContain('busca=telefone termo_busca=34999991234');
  });

  test('open invoices: the earliest due first, with what pays them, and none that is paid', async () => {
    const due = { overdue: true, pixCode: undefined };
    const first = { id: '901', dueOn: '2026-11-10', amountCents: 12_050, ...due };
    const line = '75691432790104567890123456780015112340000012050';
    const later = { id: '902', dueOn: '2026-12-10', amountCents: 10_050, overdue: false, boletoLine: undefined };
    hubsoft.play({ 'cliente/financeiro': 'invoices' });
    expect(await hubsoft.erp.openInvoices('11201', signal)).toEqual({
      kind: 'done',
      value: [
        { ...first, boletoLine: line },
        { ...later, pixCode: '00020126BR.GOV.BCB.PIX' },
      ],
    });
    hubsoft.play({ 'cliente/financeiro': 'invoices-as-text' });
    const asText = { kind: 'done', value: [{ ...first, amountCents: 112_050 }] };
    expect(await hubsoft.erp.openInvoices('11201', signal)).toMatchObject(asText);
    hubsoft.play({ 'cliente/financeiro': 'paid-among-pending' });
    // Due today is not overdue yet, and half a line pays nothing.
    const today = { id: '900', dueOn: '2026-11-21', overdue: false, boletoLine: undefined };
    expect(await hubsoft.erp.openInvoices('11201', signal)).toMatchObject({ kind: 'done', value: [today] });
  });

  test.each(['no-invoices', 'no-invoices-in-words'])(
    'nothing open (%s) and no such service are told apart',
    async (none) => {
      hubsoft.play({ 'cliente/financeiro': none, cliente: 'as-documented' });
      expect(await hubsoft.erp.openInvoices('11201', signal)).toEqual({ kind: 'done', value: [] });
      hubsoft.play({ 'cliente/financeiro': none, cliente: 'no-clients' });
      expect(await hubsoft.erp.openInvoices('11201', signal)).toMatchObject(notFound);
    },
  );

  test.each([
    ['online', { kind: 'done', value: { state: 'online' } }],
    ['online-as-text', { kind: 'done', value: { state: 'online' } }],
    ['as-documented', { kind: 'done', value: { state: 'offline' } }],
    ['never-connected', { kind: 'done', value: { state: 'offline' } }],
    ['connection-untold', { kind: 'done', value: { state: 'other' } }],
    ['no-clients', notFound],
    ['html-with-500', down],
  ])('the connection: %s', async (answer, outcome) => {
    hubsoft.play({ cliente: answer });
    expect(await hubsoft.erp.checkAccess('11201', signal)).toMatchObject(outcome);
    expect(hubsoft.asked()[0]).toContain('ultima_conexao=sim');
  });

  test('there are no alerts for everyone; whether it answers is found out by asking for nobody', async () => {
    hubsoft.play({ cliente: 'no-clients' });
    expect(await hubsoft.erp.providerAlerts(signal)).toEqual({ kind: 'done', value: [] });
    expect(hubsoft.requests).toEqual([]);
    expect(await hubsoft.erp.answers(signal)).toEqual({ kind: 'done', value: null });
    hubsoft.play({ cliente: 'bad-gateway' });
    expect(await hubsoft.erp.answers(signal)).toMatchObject(down);
  });
});
