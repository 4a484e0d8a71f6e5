import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestProvider, testProvider } from '../../test/helpers/isp.ts';
import { systemIds } from '../kernel/ids.ts';
import { createInvoiceLinks } from './billing/service.ts';
import { type BackOffice, createBackOffice } from './service.ts';

let isp: TestProvider;
let office: BackOffice;
let foreign: BackOffice;
beforeAll(async () => {
  isp = await testProvider({ others: 150 });
  const { db, clock } = isp.provider;
  const { id: otherTenant } = await db
    .insertInto('tenant')
    .values({ name: 'Outro', time_zone: 'America/Sao_Paulo' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const invoiceLinks = createInvoiceLinks({
    db,
    clock,
    ids: systemIds,
    publicUrl: 'https://ura.provedor.example',
    linkDays: undefined,
  });
  const officeOf = (tenantId: number) =>
    createBackOffice({
      provider: { ...isp.provider, tenantId },
      erp: isp.erp,
      messaging: { sendEmail: async () => 'accepted', sendSms: async () => 'accepted' },
      push: { of: async () => [], send: async () => {} },
      paintBoleto: async () => Buffer.alloc(0),
      invoiceLinks,
      schedulePromiseEnd: async () => {},
    });
  office = officeOf(isp.provider.tenantId);
  foreign = officeOf(otherTenant);
});
afterAll(() => isp.close());

const all = { offset: 0, limit: 1_000 };
const signal = new AbortController().signal;

test('a contract is found by its id, its document, its telephone and its login, as the same one', async () => {
  const subscriber = isp.demo.find((one) => one.situation === 'active');
  const [byId] = await office.contracts({ contract: isp.contractOf('active') });
  expect(byId).toMatchObject({
    document: subscriber?.document,
    state: 'active',
    installedAt: { state: expect.stringMatching(/^[A-Z]{2}$/) },
  });
  expect(byId?.phones[0]).toMatch(/^\+55/);
  for (const key of [
    { document: byId?.document ?? '' },
    { phone: byId?.phones[0] ?? '' },
    { login: byId?.login ?? '' },
    { subscribers: [byId?.subscriberId ?? 0] },
  ]) {
    expect(await office.contracts(key)).toEqual([byId]);
    expect(await foreign.contracts(key)).toEqual([]);
  }
});

test('pages put together are the whole list of subscribers, each once', async () => {
  const first = await office.subscribers({}, { offset: 0, limit: 100 });
  const second = await office.subscribers({}, { offset: 100, limit: 100 });
  expect(first.total).toBe(isp.demo.length + 150);
  expect(first.rows).toHaveLength(100);
  expect(new Set([...first.rows, ...second.rows].map((row) => row.id)).size).toBe(first.total);
  const [one] = first.rows;
  expect(await office.subscribers({ name: one?.name.toLowerCase() }, all)).toMatchObject({ rows: [one] });
  expect((await office.subscribers({ name: '%' }, all)).total).toBe(0);
  expect((await office.subscribers({ states: ['cancelled'] }, all)).total).toBeGreaterThan(0);
  expect((await foreign.subscribers({}, all)).total).toBe(0);
});

test('invoices are filtered by where they stand, and the open ones add up to what the contract owes', async () => {
  const contract = isp.contractOf('suspended');
  const open = await office.invoices({ contract, status: 'open' }, all);
  const [record] = await office.contracts({ contract });
  expect(open.rows.map((row) => row.dueOn)).toEqual(open.rows.map((row) => row.dueOn).toSorted());
  expect(open.total).toBe(record?.openCount);
  expect(open.rows.reduce((sum, row) => sum + row.amountCents, 0)).toBe(record?.openCents);
  expect(open.rows[0]?.daysLate).toBeGreaterThan(0);
  const [invoice] = open.rows;
  expect((await office.invoices({ number: invoice?.number }, all)).rows).toEqual([invoice]);
  expect((await office.invoices({ document: record?.document, status: 'paid' }, all)).rows[0]).toMatchObject({
    status: 'paid',
    paidOn: expect.any(String),
    daysLate: 0,
  });
  expect((await foreign.invoices({}, all)).total).toBe(0);
});

test('maintenance says on what, and where', async () => {
  const [work] = await office.maintenances();
  expect(work).toMatchObject({ goingOn: true, part: { kind: 'equipment', role: 'olt', name: 'OLT Anel Norte' } });
  expect(await foreign.maintenances()).toEqual([]);
});

test('a ticket asked for by kind and reason stands in the list with its order, under its protocol', async () => {
  const contractId = isp.contractOf('offline');
  const request = {
    contractId,
    kindId: 5,
    order: { reasonId: 40 },
    text: 'Sem conexão.',
    key: 'a',
    contactPhone: '34999990000',
    contactName: 'Ana',
    department: 'Nenhum',
  };
  const opened = await office.openTicket(request, signal);
  expect(await office.openTicket(request, signal)).toEqual(opened);
  expect(await office.openTicket({ ...request, key: 'b', kindId: 999 }, signal)).toBe('unknown_kind');
  expect(await office.openTicket({ ...request, key: 'b', order: { reasonId: 999 } }, signal)).toBe('unknown_reason');
  expect(await foreign.openTicket({ ...request, key: 'b' }, signal)).toBe('not_found');
  const latest = { by: 'opened', descending: true } as const;
  const since = { of: 'opened', from: '2026-11-21' } as const;
  const { total, rows } = await office.tickets({ contract: contractId, days: since }, all, latest);
  expect(total).toBe(1);
  expect(rows[0]).toMatchObject({
    ...(opened as object),
    kind: { id: 5 },
    openingText: 'Sem conexão.',
    orders: [{ reason: { id: 40 } }],
  });
  const until = { of: 'opened', to: '2026-11-20' } as const;
  expect((await office.tickets({ contract: contractId, days: until }, all, latest)).total).toBe(0);
});
