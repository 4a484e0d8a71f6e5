import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PlayedHubsoft, playHubsoft } from '../../../test/helpers/played-hubsoft.ts';

const signal = new AbortController().signal;
const act = { key: '11201:unlock', contractId: '11201', callId: 'call-1', callerNumber: '+5534999991234' };
const ticket = { ...act, key: '11201:ticket:support:call-1', subject: 'support', description: 'Sem conexão.' } as const;
const visit = { ...ticket, fieldVisit: true };
const notFound = { kind: 'nothing_to_do', reason: 'not_found' };
const malformed = { kind: 'unavailable', reason: 'malformed_answer' };
const down = { kind: 'unavailable', reason: 'down' };
const isDone = { kind: 'done', value: null };

let hubsoft: PlayedHubsoft;
beforeAll(async () => {
  hubsoft = await playHubsoft({ unlockDays: 3, ticketType: 44 });
});
afterAll(() => hubsoft.close());

describe('an act', () => {
  const until = { days: 3, until: '2026-11-24' };
  test.each<readonly [string, object]>([
    ['unlocked', { kind: 'done', value: { ...until, protocol: '202611210900111' } }],
    ['unlocked-without-day', { kind: 'done', value: until }],
    ['unlock-used', { kind: 'refused', reason: 'already_used' }],
    ['unlock-used-otherwise', { kind: 'refused', reason: 'already_used' }],
    ['unlock-too-long', { kind: 'refused', reason: 'not_allowed' }],
    ['unlock-not-allowed', { kind: 'refused', reason: 'not_allowed' }],
    ['unlock-not-suspended', { kind: 'nothing_to_do', reason: 'not_suspended' }],
    ['unlock-cancelled', { kind: 'nothing_to_do', reason: 'cancelled' }],
    ['service-not-found', notFound],
    ['refused-with-400', notFound],
  ])('trust unlock answered with %s', async (answer, outcome) => {
    hubsoft.play({ 'cliente/desbloqueio_confianca': answer, 'cliente/atendimento': 'tickets' });
    expect(await hubsoft.erp.trustUnlock(act, signal)).toMatchObject(outcome);
    const body = '{"id_cliente_servico":11201,"dias_desbloqueio":3}';
    expect(hubsoft.asked()[0]).toBe(`POST cliente/desbloqueio_confianca ${body}`);
    expect(hubsoft.requests.at(-1)?.head).toMatch(/^authorization: Bearer the-first-access-token\r?$/im);
  });

  test('that is an unlock has no protocol where HubSoft records none, and does not wait long for one', async () => {
    hubsoft.play({ 'cliente/desbloqueio_confianca': 'unlocked', 'cliente/atendimento': 'no-tickets-in-words' });
    const bare = { kind: 'done', value: { ...until, protocol: undefined } };
    expect(await hubsoft.erp.trustUnlock(act, signal)).toEqual(bare);
    hubsoft.play({ 'cliente/desbloqueio_confianca': 'unlocked', 'cliente/atendimento': 'html-with-500' });
    expect(await hubsoft.erp.trustUnlock(act, signal)).toEqual(bare);
    expect(hubsoft.requests[0]?.head).toMatch(/^idempotency-key: 11201:unlock\r?$/im);
  });

  test('that is an unlock for more days than are allowed is told to who set them', () => {
    expect(hubsoft.log()).toContain('HubSoft allows fewer days than HUBSOFT_UNLOCK_DAYS');
  });

  test.each<readonly [string, 'email' | 'sms', object]>([
    ['bill-by-email', 'email', { kind: 'done', value: { protocol: undefined } }],
    ['bill-by-sms', 'sms', { kind: 'done', value: { protocol: undefined } }],
    ['bill-without-job', 'sms', { kind: 'done', value: { to: undefined } }],
    ['no-email', 'email', { kind: 'refused', reason: 'no_contact' }],
    ['no-phone', 'sms', { kind: 'refused', reason: 'no_contact' }],
    ['bad-email', 'email', { kind: 'refused', reason: 'contact_refused' }],
    ['invoice-not-found', 'sms', { kind: 'nothing_to_do', reason: 'no_open_invoice' }],
    ['no-mail-server', 'email', down],
  ])('sending an invoice answered with %s', async (answer, by, outcome) => {
    const route = `cliente/financeiro/enviar_${by}`;
    hubsoft.play({ 'cliente/financeiro': 'invoices', [route]: answer });
    const sent = await hubsoft.erp.sendInvoice({ ...act, by }, signal);
    expect(sent).toMatchObject(outcome);
    // The one due first.
    expect(hubsoft.asked().at(-1)).toBe(`POST ${route} {"id_fatura":901}`);
    expect(hubsoft.requests.at(-1)?.head).toMatch(/^idempotency-key: 11201:unlock\r?$/im);
  });

  test('tells where a bill went, masked', async () => {
    hubsoft.play({
      'cliente/financeiro': 'invoices',
      'cliente/financeiro/enviar_email': 'bill-by-email',
      'cliente/financeiro/enviar_sms': 'bill-by-sms',
    });
    const to = async (by: 'email' | 'sms') => {
      const sent = await hubsoft.erp.sendInvoice({ ...act, by }, signal);
      return sent.kind === 'done' ? [String(sent.value.to), sent.value.to?.reveal()] : sent;
    };
    expect(await to('email')).toEqual(['a***@exemplo.com.br', 'ana.teixeira@exemplo.com.br']);
    expect(await to('sms')).toEqual(['**********1234', '+5534999991234']);
  });

  test('on what is not there, or when nothing is open, is not asked for', async () => {
    hubsoft.play({ 'cliente/financeiro': 'no-invoices', cliente: 'as-documented' });
    const nothing = { kind: 'nothing_to_do', reason: 'no_open_invoice' };
    expect(await hubsoft.erp.sendInvoice({ ...act, by: 'email' }, signal)).toMatchObject(nothing);
    hubsoft.play({ 'cliente/financeiro': 'html-with-500' });
    expect(await hubsoft.erp.sendInvoice({ ...act, by: 'email' }, signal)).toMatchObject(down);
    hubsoft.play({});
    expect(await hubsoft.erp.trustUnlock({ ...act, contractId: 'x' }, signal)).toMatchObject(notFound);
    expect(await hubsoft.erp.openTicket({ ...visit, contractId: '1;2' }, signal)).toMatchObject(notFound);
    expect(hubsoft.requests).toEqual([]);
  });

  const opened = { kind: 'done', value: { protocol: '202611211058216' } };
  test.each<readonly [string, object]>([
    ['ticket-opened', { ...opened, value: { ...opened.value, id: '300' } }],
    ['ticket-opened-in-words', opened],
    ['ticket-rejected', { kind: 'refused', reason: 'rejected' }],
    ['service-not-found', notFound],
    ['unknown-route', down],
    ['html-with-200', { kind: 'unavailable', reason: 'unknown' }],
  ])('opening a ticket answered with %s', async (answer, outcome) => {
    hubsoft.play({ cliente: 'as-documented', atendimento: answer });
    expect(await hubsoft.erp.openTicket(visit, signal)).toMatchObject(outcome);
    const sent = JSON.parse(hubsoft.requests.at(-1)?.body ?? '') as Record<string, unknown>;
    expect(sent).toEqual({
      id_cliente_servico: 11_201,
      descricao: expect.stringMatching(/^Sem conex.+o\.\n\[ref\. [0-9a-f]{12}\]$/) as string,
      nome: 'ANA TEIXEIRA',
      telefone: '34999991234',
      email: 'ana.teixeira@exemplo.com.br',
      abrir_os: true,
      id_tipo_atendimento: 44,
    });
  });

  test('that is a ticket is not begun when HubSoft does not even tell whose it is', async () => {
    hubsoft.play({ cliente: 'html-with-500', atendimento: 'ticket-opened' });
    expect(await hubsoft.erp.openTicket(visit, signal)).toMatchObject(down);
    hubsoft.play({ cliente: 'no-clients', atendimento: 'ticket-opened' });
    expect(await hubsoft.erp.openTicket(visit, signal)).toMatchObject(notFound);
  });

  test.each<readonly [string, string, object]>([
    ['disconnected', 'online', isDone],
    ['not-disconnected', 'as-documented', { kind: 'nothing_to_do', reason: 'no_session' }],
    ['not-disconnected', 'online', { kind: 'refused', reason: 'not_possible' }],
    ['service-not-found', 'online', notFound],
    ['html-with-500', 'online', { kind: 'unavailable', reason: 'unknown' }],
  ])('dropping a session answered with %s, the client being %s', async (answer, cliente, outcome) => {
    hubsoft.play({ 'cliente/solicitar_desconexao/11201': answer, cliente });
    expect(await hubsoft.erp.resetSession('11201', signal)).toMatchObject(outcome);
    expect(hubsoft.asked()[0]).toBe('GET cliente/solicitar_desconexao/11201');
  });

  test.each<readonly [string, object]>([
    ['mac-reset', isDone],
    ['no-authentication', { kind: 'refused', reason: 'not_possible' }],
    ['service-not-found', notFound],
  ])('forgetting a modem answered with %s', async (answer, outcome) => {
    hubsoft.play({ 'cliente/reset_mac_addr': answer });
    expect(await hubsoft.erp.resetMac('11201', signal)).toMatchObject(outcome);
  });

  test('telling an agent: the window opens and closes; the client is looked up once', async () => {
    const other = await playHubsoft({ agentField: 'identificador_interno' });
    const notice = { contractId: '11201', extension: '1001', callId: 'call-1', callerNumber: '+5534999991234' };
    other.play({
      cliente: 'as-documented',
      'pbx/ligacao/notificar': 'notified',
      'pbx/ligacao/cancelar': 'agent-not-found',
    });
    expect(await other.erp.notifyAgent({ ...notice, lost: false }, signal)).toEqual(isDone);
    expect(await other.erp.notifyAgent({ ...notice, lost: true, callerNumber: undefined }, signal)).toMatchObject(
      notFound,
    );
    expect(other.asked().slice(1)).toEqual([
      'POST pbx/ligacao/notificar {"identificador_interno":"1001","id_cliente":71,"telefone":"34999991234"}',
      'POST pbx/ligacao/cancelar {"identificador_interno":"1001","id_cliente":71}',
    ]);
    await other.close();
  });

  // Only what was certainly not carried out may be tried again by whoever asked.
  test.each<readonly [string, string]>([
    ['forbidden', 'down'],
    ['unknown-route', 'down'],
    ['wrong-method', 'down'],
    ['too-many', 'down'],
    ['unprocessable', 'down'],
    ['html-with-500', 'unknown'],
    ['json-with-500', 'unknown'],
    ['bad-gateway', 'unknown'],
    ['html-with-200', 'unknown'],
    ['login-page', 'unknown'],
    ['truncated', 'unknown'],
    ['truncated-json', 'unknown'],
    ['empty-body', 'unknown'],
    ['without-list', 'done'],
    ['cuts', 'unknown'],
  ])('that meets %s is %s, and is not repeated', async (answer, reason) => {
    hubsoft.play({ 'cliente/reset_mac_addr': answer });
    const outcome = await hubsoft.erp.resetMac('11201', signal);
    expect(outcome.kind === 'unavailable' ? outcome.reason : outcome.kind).toBe(reason);
    expect(hubsoft.asked()).toHaveLength(1);
  });

  test('without an answer ends with its deadline, and may have happened; one given up before was not sent', async () => {
    hubsoft.play({ 'cliente/desbloqueio_confianca': 'hangs' });
    const deadline = new AbortController();
    const answer = hubsoft.erp.trustUnlock(act, deadline.signal);
    await expect.poll(() => hubsoft.asked().length).toBe(1);
    deadline.abort();
    expect(await answer).toMatchObject({ kind: 'unavailable', reason: 'unknown' });
    expect(await hubsoft.erp.trustUnlock(act, AbortSignal.abort())).toMatchObject(down);
    expect(hubsoft.asked()).toHaveLength(1);
  });
});

describe('when an answer was lost', () => {
  const since = new Date('2026-11-21T14:00:00Z');
  const bare = { days: undefined, until: undefined };
  test.each([
    [
      'the ticket tells the protocol',
      'enabled-service',
      'tickets',
      { value: { ...bare, protocol: '202611210900111' } },
    ],
    ['no tickets: no protocol', 'enabled-service', 'no-tickets-in-words', { value: { ...bare, protocol: undefined } }],
    ['still suspended: it did not happen', 'as-documented', 'tickets', notFound],
    ['no such service', 'no-clients', 'tickets', notFound],
    ['HubSoft does not answer: nobody knows', 'html-with-500', 'tickets', down],
  ])('of an unlock, %s', async (_, cliente, tickets, outcome) => {
    hubsoft.play({ cliente, 'cliente/atendimento': tickets });
    expect(await hubsoft.erp.findUnlock('11201', since, signal)).toMatchObject(outcome);
  });

  const found = { kind: 'done', value: { protocol: '202611211058216', id: '300' } };
  test.each([
    ['its reference is found', 'tickets', ticket.key, found],
    ['it is not there', 'tickets', 'another key', notFound],
    ['there are none', 'no-tickets-in-words', ticket.key, notFound],
    ['texts are not told', 'tickets-without-texts', ticket.key, malformed],
    ['HubSoft does not answer', 'html-with-500', ticket.key, down],
  ])('of a ticket, %s', async (_, tickets, key, outcome) => {
    hubsoft.play({ 'cliente/atendimento': tickets });
    expect(await hubsoft.erp.findTicket('11201', key, signal)).toMatchObject(outcome);
    expect(hubsoft.asked()[0]).toContain('busca=id_cliente_servico termo_busca=11201 apenas_pendente=nao');
  });
});

describe('a ticket is linked to its call', () => {
  const url = 'https://ura.provedor.example/api/calls/call-1';
  const link = { key: 'link', contractId: '11201', callId: 'call-1', url };
  const body = `{"parametros":{"url_ligacao":"${url}","id_ligacao":"call-1"},"fechar_atendimento":false}`;

  test.each<readonly [string, object]>([
    ['linked', isDone],
    ['ticket-not-found', notFound],
    ['ticket-closed', { kind: 'refused', reason: 'not_possible' }],
    ['html-with-500', { kind: 'unavailable', reason: 'unknown' }],
  ])('by its id, HubSoft answering %s', async (answer, outcome) => {
    hubsoft.play({ 'atendimento/300': answer });
    const ofTicket = { ...link, ticket: { protocol: '202611211058216', id: '300' } };
    expect(await hubsoft.erp.linkCall(ofTicket, signal)).toMatchObject(outcome);
    expect(hubsoft.asked()).toEqual([`PUT atendimento/300 ${body}`]);
  });

  test('by its protocol, when that is all that is known', async () => {
    const ofTicket = { ...link, ticket: { protocol: '202611211058216' } };
    hubsoft.play({ 'cliente/atendimento?busca=protocolo': 'tickets', 'atendimento/300': 'linked' });
    expect(await hubsoft.erp.linkCall(ofTicket, signal)).toEqual(isDone);
    hubsoft.play({ 'cliente/atendimento': 'no-tickets-in-words' });
    expect(await hubsoft.erp.linkCall(ofTicket, signal)).toMatchObject(notFound);
    expect(await hubsoft.erp.linkCall({ ...link, ticket: { protocol: undefined } }, signal)).toMatchObject(notFound);
  });
});
