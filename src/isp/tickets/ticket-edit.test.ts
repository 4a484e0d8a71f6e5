import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestProvider, testProvider } from '../../../test/helpers/isp.ts';
import { editTicket } from './ticket-edit.ts';
import { ticketRecords } from './ticket-records.ts';
import { requestTicket, type TicketRequest } from './ticket-request.ts';

let isp: TestProvider;
let keys = 0;
beforeAll(async () => {
  isp = await testProvider();
});
afterAll(() => isp.close());

async function open(request: Partial<TicketRequest> = {}) {
  const opened = await requestTicket(isp.provider, {
    contractId: isp.contractOf('active'),
    kindId: undefined,
    order: { reasonId: 42 },
    text: 'Sem internet.',
    key: `key ${++keys}`,
    contactPhone: undefined,
    contactName: 'Ana',
    ...request,
  });
  if (typeof opened === 'string') throw new Error(opened);
  return (await ticket({ protocol: opened.protocol })).id;
}

async function ticket(filter: { id: number } | { protocol: string }) {
  const { rows } = await ticketRecords(
    isp.provider,
    filter,
    { offset: 0, limit: 1 },
    { by: 'opened', descending: true },
  );
  if (rows[0] === undefined) throw new Error('There is no such ticket.');
  return rows[0];
}

async function parametersOf(id: number): Promise<unknown> {
  const query = isp.provider.db.selectFrom('ticket').select('parameters').where('id', '=', id);
  return (await query.executeTakeFirstOrThrow()).parameters;
}

test('closing a ticket closes its service orders that are open, and only once when two close it at once', async () => {
  const id = await open();
  const close = () => editTicket(isp.provider, id, { closing: { text: 'Resolvido.' } });
  expect((await Promise.all([close(), close()])).toSorted()).toEqual(['already_closed', 'edited']);
  expect(await ticket({ id })).toMatchObject({
    status: { state: 'closed' },
    closingText: 'Resolvido.',
    closingResult: 'concluido',
    closedAt: isp.clock.now(),
    orders: [{ status: 'done', closingText: 'Resolvido.', finishedAt: isp.clock.now() }],
  });
});

test('a closed ticket keeps its text, and still takes the link to a recording that comes later', async () => {
  const id = await open({ parameters: { empresa: 'NeWave', canal: 'voz' } });
  expect(await editTicket(isp.provider, id, { text: 'Lento.', closing: {} })).toBe('edited');
  expect(await editTicket(isp.provider, id, { text: 'Outro.' })).toBe('already_closed');
  expect(await editTicket(isp.provider, id, { parameters: { canal: 'pbx', url: 'https://a/3' } })).toBe('edited');
  expect((await ticket({ id })).openingText).toBe('Lento.');
  expect(await parametersOf(id)).toEqual({ empresa: 'NeWave', canal: 'pbx', url: 'https://a/3' });
});

test('a ticket takes only what the lists of its provider hold', async () => {
  const id = await open();
  expect(await editTicket(isp.provider, id, { kindId: 999 })).toBe('unknown_kind');
  expect(await editTicket(isp.provider, id, { statusId: 999 })).toBe('unknown_status');
  expect(await editTicket(isp.provider, id, { closing: { reasonId: 999 } })).toBe('unknown_closing_reason');
  expect(await editTicket({ ...isp.provider, tenantId: isp.provider.tenantId + 1 }, id, {})).toBe('not_found');
  await expect(open({ statusId: 3 })).rejects.toThrow('unknown_status');
  await expect(open({ assignedToId: 999 })).rejects.toThrow('unknown_staff_member');
  await expect(open({ closing: { reasonId: 999 } })).rejects.toThrow('unknown_closing_reason');
  expect(await ticket({ id })).toMatchObject({ kind: { id: 7 }, status: { state: 'awaiting_review' } });
});

test('a status for what is closed closes the ticket, another only moves it', async () => {
  const id = await open();
  expect(await editTicket(isp.provider, id, { statusId: 2, kindId: 5 })).toBe('edited');
  expect(await ticket({ id })).toMatchObject({ kind: { id: 5 }, status: { state: 'pending' }, closedAt: null });
  expect(await editTicket(isp.provider, id, { statusId: 3 })).toBe('edited');
  expect(await ticket({ id })).toMatchObject({
    status: { id: 3 },
    closedAt: isp.clock.now(),
    orders: [{ status: 'done' }],
  });
});
