import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PlayedSgp, playSgp } from '../../../test/helpers/played-sgp.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { createSgpErp } from './client.ts';
import { openSgpConnection } from './connection.ts';

const signal = new AbortController().signal;
const act = { key: '10800:unlock', contractId: '10800', callId: 'call-1', callerNumber: '+5534999991234' };
const ticket = { ...act, key: '10800:ticket:support:call-1', subject: 'support', description: 'Sem conexão.' } as const;
const notFound = { kind: 'nothing_to_do', reason: 'not_found' };
const malformed = { kind: 'unavailable', reason: 'malformed_answer' };
const down = { kind: 'unavailable', reason: 'down' };

let sgp: PlayedSgp;
beforeAll(async () => {
  sgp = await playSgp();
});
afterAll(() => sgp.close());

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
    sgp.play({ liberacaopromessa: answer });
    expect(await sgp.erp.trustUnlock(act, signal)).toMatchObject(outcome);
    const [request, ...others] = sgp.requests;
    expect(others).toEqual([]);
    expect(request?.head).toMatch(/^idempotency-key: 10800:unlock\r?$/im);
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      token: sgp.token,
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
    sgp.play({ enviafatura: answer });
    expect(await sgp.erp.sendInvoice({ ...act, by: 'sms' }, signal)).toMatchObject(outcome);
    expect(sgp.requests[0]?.body).toContain('tipo=sms');
  });

  test.each<readonly [string, object]>([
    ['ticket-opened', { kind: 'done', value: { protocol: '161201180200' } }],
    ['ticket-rejected', { kind: 'refused', reason: 'rejected' }],
    ['contract-not-found', notFound],
  ])('opening a ticket answered with %s', async (answer, outcome) => {
    sgp.play({ chamado: answer });
    expect(await sgp.erp.openTicket({ ...ticket, fieldVisit: true }, signal)).toMatchObject(outcome);
    const sent = Object.fromEntries(new URLSearchParams(sgp.requests[0]?.body));
    expect(sent).toMatchObject({ ocorrenciatipo: '7', motivoos: '41', contrato: '10800' });
    expect(sent['conteudo']).toMatch(/^Sem conexão\.\n\[ref\. [0-9a-f]{12}\]$/);
  });

  test('telling an agent: the window opens; closing it is not possible', async () => {
    const notice = { contractId: '10800', extension: '1001', callId: 'call-1', callerNumber: undefined };
    sgp.play({ notificacaosistema: 'notified' });
    expect(await sgp.erp.notifyAgent({ ...notice, lost: false }, signal)).toEqual({ kind: 'done', value: null });
    expect(sgp.requests[0]?.body).toContain('uraagent=1001');
    expect(await sgp.erp.notifyAgent({ ...notice, lost: true }, signal)).toMatchObject({ kind: 'refused' });
    expect(sgp.requests).toHaveLength(1);
  });

  test('of a kind SGP has no method for is said to be impossible', async () => {
    const refusal = { kind: 'refused', reason: 'not_possible' };
    expect(await sgp.erp.resetSession('10800', signal)).toMatchObject(refusal);
    expect(await sgp.erp.resetMac('10800', signal)).toMatchObject(refusal);
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
    sgp.play({ liberacaopromessa: answer });
    expect(await sgp.erp.trustUnlock(act, signal)).toMatchObject({ kind: 'unavailable', reason });
    const paths = sgp.requests.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
  });

  test('without an answer ends with its deadline, and may have happened; one given up before was not sent', async () => {
    sgp.play({ liberacaopromessa: 'hangs' });
    const deadline = new AbortController();
    const answer = sgp.erp.trustUnlock(act, deadline.signal);
    await expect.poll(() => sgp.requests.length).toBe(1);
    deadline.abort();
    expect(await answer).toMatchObject({ kind: 'unavailable', reason: 'unknown' });
    expect(await sgp.erp.trustUnlock(act, AbortSignal.abort())).toMatchObject(down);
    expect(sgp.requests).toHaveLength(1);
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
    sgp.play({ consultacliente: contract, titulos: 'no-invoices', 'ocorrencia/list': tickets });
    expect(await sgp.erp.findUnlock('10800', since, signal)).toMatchObject(outcome);
  });

  test('of an unlock, an earlier one of the month is not taken for it', async () => {
    sgp.play({ consultacliente: 'active-after-promise', titulos: 'no-invoices', 'ocorrencia/list': 'tickets' });
    sgp.clock.advance(3_600_000);
    expect(await sgp.erp.findUnlock('10800', sgp.clock.now(), signal)).toMatchObject(notFound);
    sgp.clock.advance(-3_600_000);
  });

  test.each([
    ['its reference is found', 'tickets', ticket.key, { kind: 'done', value: { protocol: '20261121000006' } }],
    ['it is not there', 'tickets', 'another key', notFound],
    ['texts are not told', 'tickets-without-texts', ticket.key, malformed],
    ['there is no list', 'unknown-route', ticket.key, malformed],
  ])('of a ticket, %s', async (_, tickets, key, outcome) => {
    sgp.play({ 'ocorrencia/list': tickets });
    expect(await sgp.erp.findTicket('10800', key, signal)).toMatchObject(outcome);
  });
});

test('where nobody listens an act was certainly not carried out', async () => {
  const away = openSgpConnection({ url: 'http://127.0.0.1:9', token: 'token', app: 'ura' });
  const parts = { clock: sgp.clock, timeZone: 'America/Sao_Paulo', logger: silentLogger };
  const erp = createSgpErp({ ...parts, connection: away, ticketType: undefined, orderReason: undefined });
  expect(await erp.trustUnlock(act, signal)).toMatchObject(down);
  await away.close();
});

test('what is no contract number is not even asked about', async () => {
  sgp.play({});
  expect(await sgp.erp.trustUnlock({ ...act, contractId: 'x' }, signal)).toMatchObject(notFound);
  expect(await sgp.erp.openTicket({ ...ticket, contractId: '1;2', fieldVisit: false }, signal)).toMatchObject(notFound);
  expect(sgp.requests).toEqual([]);
});
