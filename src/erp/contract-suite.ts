import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDays, localDate } from '../kernel/clock.ts';
import type { Outcome } from '../kernel/outcome.ts';
import { requireTaxId } from '../kernel/tax-id.ts';
import type { ContractStatus, Erp, OpenTicket, TrustUnlock } from './port.ts';

/** What a subscriber of the suite is like; the same words as the demo data's. */
export type Situation =
  | 'active'
  | 'suspended'
  | 'suspended-unlock-used'
  | 'two-contracts'
  | 'company'
  | 'maintenance'
  | 'offline'
  | 'no-email'
  | 'no-phone'
  | 'no-open-invoice'
  | 'cancelled'
  | 'installing';

export interface FixtureSubscriber {
  /** Digits (or the characters of an alphanumeric CNPJ) without punctuation. */
  readonly document: string;
  /** E.164, of this subscriber alone; undefined for `no-phone`. */
  readonly phone: string | undefined;
  /** At least one; two for `two-contracts`. */
  readonly contractIds: readonly [string, ...string[]];
}

/**
 * What the wire of another system cannot express. The suite then asks for the honest answer in its place.
 * `terms_of_a_lost_unlock`: that an unlock was granted, and its protocol, can be found out later; its days cannot.
 * `unlocks_of_the_month`: how many unlocks a contract had is not told.
 * `maintenance`: works on the way are not told from a subscriber's own trouble; the provider's alerts tell of them.
 * `alerts_for_everyone`: are told with each subscriber only.
 */
export type Limitation = 'terms_of_a_lost_unlock' | 'unlocks_of_the_month' | 'maintenance' | 'alerts_for_everyone';

/** An ERP under test, with the hooks by which the suite prepares it and looks behind its answers. */
export interface ErpSubject {
  readonly erp: Erp;
  readonly cannot: readonly Limitation[];
  /** The provider's time zone and instant, by which promises are counted. */
  readonly timeZone: string;
  now(): Date;
  /** A subscriber in that situation whom no test has acted upon: made anew, or taken from a supply. */
  subscriber(situation: Situation): Promise<FixtureSubscriber>;
  contractStatus(contractId: string): Promise<ContractStatus>;
  countUnlocks(contractId: string): Promise<number>;
  countTickets(contractId: string): Promise<number>;
  /** Invoices that went out by e-mail or SMS for a contract. */
  countInvoicesSent(contractId: string): Promise<number>;
  /** The address of the call that a contract's newest ticket holds. */
  linkOf(contractId: string): Promise<string | undefined>;
  /** Puts up an alert for every caller. */
  announce(text: string): Promise<void>;
  close(): Promise<void>;
}

/** Registers the tests that every implementation of the port must pass. */
export function erpContractSuite(name: string, makeSubject: () => Promise<ErpSubject>): void {
  describe(`${name} as the ERP of a contact centre`, () => {
    let subject: ErpSubject;
    beforeAll(async () => {
      subject = await makeSubject();
    });
    afterAll(() => subject.close());
    const current = () => subject;
    lookups(current);
    invoices(current);
    unlocks(current);
    access(current);
    tickets(current);
    alerts(current);
  });
}

const signal = new AbortController().signal;
const unknownDocument = requireTaxId('52998224725');
let serial = 0;

function unlockOf(contractId: string, key = `suite-unlock-${++serial}`): TrustUnlock {
  return { key, contractId, callId: `suite-call-${serial}`, callerNumber: '+5534999990000' };
}

function ticketOf(contractId: string, key = `suite-ticket-${++serial}`): OpenTicket {
  const description = 'Sem conexão depois de reiniciar o modem.';
  return { ...unlockOf(contractId, key), subject: 'support', description, fieldVisit: false };
}

function lookups(subject: () => ErpSubject): void {
  test.each(['active', 'company'] as const)(
    '%s: found by document, by contract and by phone, as the same one',
    async (situation) => {
      const fixture = await subject().subscriber(situation);
      const byDocument = await subject().erp.findByDocument(requireTaxId(fixture.document), signal);
      const byContract = await subject().erp.findByContract(fixture.contractIds[0], signal);
      const byPhone = await subject().erp.findByPhone(fixture.phone ?? '', signal);
      const found = value(byDocument);
      expect(found.document.reveal()).toBe(fixture.document);
      expect(found.name.reveal()).not.toBe('');
      expect(found.contracts.map((contract) => contract.id)).toEqual(fixture.contractIds);
      expect(byContract).toMatchObject({ kind: 'done', value: { id: found.id } });
      expect(byPhone).toMatchObject({ kind: 'done', value: [{ id: found.id }] });
    },
  );

  test('a document, a contract and a phone nobody has are not found, which is not an error', async () => {
    const notFound = { kind: 'nothing_to_do', reason: 'not_found' };
    expect(await subject().erp.findByDocument(unknownDocument, signal)).toMatchObject(notFound);
    expect(await subject().erp.findByContract('999999999', signal)).toMatchObject(notFound);
    expect(await subject().erp.findByContract("1' or '1'='1", signal)).toMatchObject(notFound);
    expect(await subject().erp.findByPhone('+5511900000000', signal)).toMatchObject(notFound);
  });

  test('a subscriber with two contracts has both, each with its street', async () => {
    const fixture = await subject().subscriber('two-contracts');
    const found = value(await subject().erp.findByDocument(requireTaxId(fixture.document), signal));
    expect(found.contracts).toHaveLength(2);
    for (const contract of found.contracts) expect(contract.street).not.toBe('');
  });

  test.each([
    ['active', 'active'],
    ['suspended', 'suspended'],
    ['cancelled', 'cancelled'],
    ['installing', 'installing'],
  ] as const)('the contract of %s has status %s', async (situation, status) => {
    const fixture = await subject().subscriber(situation);
    const found = await subject().erp.findByContract(fixture.contractIds[0], signal);
    expect(found).toMatchObject({ kind: 'done', value: { contracts: [{ id: fixture.contractIds[0], status }] } });
  });

  test('a suspended contract says that it is for debt, and how much is overdue', async () => {
    const fixture = await subject().subscriber('suspended');
    const found = value(await subject().erp.findByContract(fixture.contractIds[0], signal));
    const open = value(await subject().erp.openInvoices(fixture.contractIds[0], signal));
    const contract = found.contracts[0];
    const overdue = open.filter((invoice) => invoice.overdue);
    expect(contract).toMatchObject({ suspendedFor: 'debt', overdueCount: overdue.length });
    expect(contract?.overdueCents).toBe(sum(overdue.map((invoice) => invoice.amountCents)));
    expect(contract?.openCents).toBe(sum(open.map((invoice) => invoice.amountCents)));
    expect(contract?.overdueCents).toBeGreaterThan(0);
  });
}

function invoices(subject: () => ErpSubject): void {
  test('open invoices come with the earliest due first, each payable', async () => {
    const fixture = await subject().subscriber('suspended');
    const found = value(await subject().erp.openInvoices(fixture.contractIds[0], signal));
    const days = found.map((invoice) => invoice.dueOn);
    expect(days).toEqual(days.toSorted());
    expect(days.length).toBeGreaterThan(0);
    for (const invoice of found) {
      expect(Number.isInteger(invoice.amountCents)).toBe(true);
      expect(invoice.boletoLine ?? '0'.repeat(47)).toMatch(/^\d{47}$/);
      expect(invoice.boletoLine ?? invoice.pixCode).toBeDefined();
    }
  });

  test('nothing open is an empty list; the invoices of no contract are not found', async () => {
    const fixture = await subject().subscriber('no-open-invoice');
    expect(await subject().erp.openInvoices(fixture.contractIds[0], signal)).toEqual({ kind: 'done', value: [] });
    const notFound = { kind: 'nothing_to_do', reason: 'not_found' };
    expect(await subject().erp.openInvoices('999999999', signal)).toMatchObject(notFound);
  });

  test.each(['email', 'sms'] as const)(
    'an invoice goes out by %s once for one key, to a masked address',
    async (by) => {
      const contractId = (await subject().subscriber('suspended')).contractIds[0];
      const act = { ...unlockOf(contractId, `suite-invoice-${++serial}`), by };
      const sent = await subject().erp.sendInvoice(act, signal);
      expect(String(value(sent).to ?? '***')).toContain('***');
      expect(await subject().countInvoicesSent(contractId)).toBe(1);
      expect((await subject().erp.sendInvoice(act, signal)).kind).toBe('done');
      expect(await subject().countInvoicesSent(contractId)).toBe(1);
    },
  );

  test.each([
    ['no-email', 'email', 'refused', 'no_contact'],
    ['no-phone', 'sms', 'refused', 'no_contact'],
    ['no-open-invoice', 'email', 'nothing_to_do', 'no_open_invoice'],
  ] as const)('%s: asked for the invoice by %s, the answer is %s, %s', async (situation, by, kind, reason) => {
    const contractId = (await subject().subscriber(situation)).contractIds[0];
    const act = { ...unlockOf(contractId, `suite-invoice-${++serial}`), by };
    expect(await subject().erp.sendInvoice(act, signal)).toMatchObject({ kind, reason });
    expect(await subject().countInvoicesSent(contractId)).toBe(0);
  });

  test('the invoice of a contract that is not there is not found', async () => {
    const act = { ...unlockOf('999999999'), by: 'email' as const };
    const notFound = { kind: 'nothing_to_do', reason: 'not_found' };
    expect(await subject().erp.sendInvoice(act, signal)).toMatchObject(notFound);
  });
}

function unlocks(subject: () => ErpSubject): void {
  const status = async (contractId: string) => ({
    status: await subject().contractStatus(contractId),
    unlocks: await subject().countUnlocks(contractId),
  });

  test('a suspended contract is active after the trust unlock, until the day that was said', async () => {
    const contractId = (await subject().subscriber('suspended')).contractIds[0];
    const before = subject().now();
    const unlocked = value(await subject().erp.trustUnlock(unlockOf(contractId), signal));
    expect(unlocked.days).toBeGreaterThan(0);
    const today = localDate(before, subject().timeZone);
    expect(unlocked.until).toBe(addDays(today, unlocked.days ?? 0));
    expect(await status(contractId)).toEqual({ status: 'active', unlocks: 1 });
    const found = await subject().erp.findByContract(contractId, signal);
    const unlocksThisMonth = subject().cannot.includes('unlocks_of_the_month') ? 0 : 1;
    expect(found).toMatchObject({ kind: 'done', value: { contracts: [{ status: 'active', unlocksThisMonth }] } });
  });

  test('the same key twice is one unlock with the same protocol', async () => {
    const contractId = (await subject().subscriber('suspended')).contractIds[0];
    const act = unlockOf(contractId);
    const first = await subject().erp.trustUnlock(act, signal);
    expect(first.kind).toBe('done');
    expect(await subject().erp.trustUnlock(act, signal)).toEqual(first);
    expect(await status(contractId)).toEqual({ status: 'active', unlocks: 1 });
  });

  test('twenty at once under one key are one unlock', async () => {
    const contractId = (await subject().subscriber('suspended')).contractIds[0];
    const act = unlockOf(contractId);
    const all = await Promise.all(Array.from({ length: 20 }, () => subject().erp.trustUnlock(act, signal)));
    const granted = all.flatMap((one) => (one.kind === 'done' ? [one.value] : []));
    expect(granted.length).toBeGreaterThan(0);
    expect(granted).toEqual(granted.map(() => granted[0]));
    expect(await status(contractId)).toEqual({ status: 'active', unlocks: 1 });
  });

  test('twenty at once under twenty keys are still one unlock', async () => {
    const contractId = (await subject().subscriber('suspended')).contractIds[0];
    const all = await Promise.all(
      Array.from({ length: 20 }, () => subject().erp.trustUnlock(unlockOf(contractId), signal)),
    );
    expect(all.filter((one) => one.kind === 'done')).toHaveLength(1);
    expect(await status(contractId)).toEqual({ status: 'active', unlocks: 1 });
  });

  test('a second unlock in the month is refused as already used, and the contract stays suspended', async () => {
    const contractId = (await subject().subscriber('suspended-unlock-used')).contractIds[0];
    const before = await status(contractId);
    const answer = await subject().erp.trustUnlock(unlockOf(contractId), signal);
    expect(answer).toMatchObject({ kind: 'refused', reason: 'already_used' });
    expect(before.status).toBe('suspended');
    expect(await status(contractId)).toEqual(before);
  });

  test.each([
    ['active', 'not_suspended'],
    ['cancelled', 'cancelled'],
  ] as const)('%s: there is nothing to unlock (%s)', async (situation, reason) => {
    const contractId = (await subject().subscriber(situation)).contractIds[0];
    const before = await status(contractId);
    const answer = await subject().erp.trustUnlock(unlockOf(contractId), signal);
    expect(answer).toMatchObject({ kind: 'nothing_to_do', reason });
    expect(await status(contractId)).toEqual(before);
  });

  test('a granted unlock is found by who lost the answer; before it, and since later, there is none', async () => {
    const contractId = (await subject().subscriber('suspended')).contractIds[0];
    const since = subject().now();
    const notFound = { kind: 'nothing_to_do', reason: 'not_found' };
    expect(await subject().erp.findUnlock(contractId, since, signal)).toMatchObject(notFound);
    const unlocked = await subject().erp.trustUnlock(unlockOf(contractId), signal);
    const lostTerms = subject().cannot.includes('terms_of_a_lost_unlock') ? { days: undefined, until: undefined } : {};
    const known = { kind: 'done', value: { ...value(unlocked), ...lostTerms } };
    expect(await subject().erp.findUnlock(contractId, since, signal)).toEqual(known);
    const tomorrow = new Date(subject().now().getTime() + 48 * 3_600_000);
    expect(await subject().erp.findUnlock(contractId, tomorrow, signal)).toMatchObject(notFound);
  });

  test('an act whose signal was aborted beforehand does not happen', async () => {
    const contractId = (await subject().subscriber('suspended')).contractIds[0];
    const answer = await subject().erp.trustUnlock(unlockOf(contractId), AbortSignal.abort());
    expect(answer.kind).toBe('unavailable');
    expect(await status(contractId)).toEqual({ status: 'suspended', unlocks: 0 });
  });
}

function access(subject: () => ErpSubject): void {
  test.each([
    ['active', 'online'],
    ['offline', 'offline'],
    ['maintenance', 'maintenance'],
  ] as const)('the connection of %s is %s', async (situation, state) => {
    const contractId = (await subject().subscriber(situation)).contractIds[0];
    const checked = value(await subject().erp.checkAccess(contractId, signal));
    const [contract] = value(await subject().erp.findByContract(contractId, signal)).contracts;
    const isTold = state === 'maintenance' && subject().cannot.includes('maintenance') && contract?.alerts.length !== 0;
    expect(isTold ? 'maintenance' : checked.state).toBe(state);
    expect(checked.forecast instanceof Date).toBe(checked.state === 'maintenance');
  });

  test('dropping the session: done when one runs, nothing to do when none does; refused where it cannot be asked for', async () => {
    const online = (await subject().subscriber('active')).contractIds[0];
    const offline = (await subject().subscriber('offline')).contractIds[0];
    const { can } = subject().erp;
    const notPossible = { kind: 'refused', reason: 'not_possible' };
    const noSession = { kind: 'nothing_to_do', reason: 'no_session' };
    const isDone = { kind: 'done', value: null };
    expect(await subject().erp.resetSession(online, signal)).toMatchObject(can.resetSession ? isDone : notPossible);
    expect(await subject().erp.resetSession(offline, signal)).toMatchObject(can.resetSession ? noSession : notPossible);
    expect(await subject().erp.resetMac(offline, signal)).toMatchObject(can.resetMac ? isDone : notPossible);
  });
}

function tickets(subject: () => ErpSubject): void {
  test('a ticket has a protocol, and one key opens one ticket', async () => {
    const contractId = (await subject().subscriber('offline')).contractIds[0];
    const before = await subject().countTickets(contractId);
    const act = ticketOf(contractId);
    const notFound = { kind: 'nothing_to_do', reason: 'not_found' };
    expect(await subject().erp.findTicket(contractId, act.key, signal)).toMatchObject(notFound);
    const opened = await subject().erp.openTicket(act, signal);
    expect(value(opened).protocol).toMatch(/^\d{6,}$/);
    expect(await subject().erp.openTicket(act, signal)).toEqual(opened);
    expect(await subject().erp.findTicket(contractId, act.key, signal)).toEqual(opened);
    expect(await subject().countTickets(contractId)).toBe(before + 1);
  });

  test('a ticket is linked to its call, as often as that is asked; refused where there is no place for it', async () => {
    const contractId = (await subject().subscriber('offline')).contractIds[0];
    const act = ticketOf(contractId);
    const ticket = value(await subject().erp.openTicket(act, signal));
    const url = 'https://ura.provedor.example/api/calls/7';
    const link = { key: `${act.key}:link`, contractId, ticket, callId: '7', url };
    const { linkCall } = subject().erp.can;
    const answer = linkCall ? { kind: 'done', value: null } : { kind: 'refused', reason: 'not_possible' };
    expect(await subject().erp.linkCall(link, signal)).toMatchObject(answer);
    expect(await subject().erp.linkCall(link, signal)).toMatchObject(answer);
    expect(await subject().linkOf(contractId)).toBe(linkCall ? url : undefined);
  });

  test('an agent’s window opens, and closes where it can be closed', async () => {
    const contractId = (await subject().subscriber('offline')).contractIds[0];
    const notice = { contractId, extension: '1001', callId: `suite-call-${++serial}`, callerNumber: '+5534999990000' };
    const isDone = { kind: 'done', value: null };
    const notPossible = { kind: 'refused', reason: 'not_possible' };
    expect(await subject().erp.notifyAgent({ ...notice, lost: false }, signal)).toMatchObject(isDone);
    const closed = subject().erp.can.closeNotice ? isDone : notPossible;
    expect(await subject().erp.notifyAgent({ ...notice, lost: true }, signal)).toMatchObject(closed);
    const unknown = { ...notice, contractId: '999999999', lost: false };
    const notFound = { kind: 'nothing_to_do', reason: 'not_found' };
    expect(await subject().erp.notifyAgent(unknown, signal)).toMatchObject(notFound);
  });

  test('it can be asked whether it is there', async () => {
    expect(await subject().erp.answers(signal)).toEqual({ kind: 'done', value: null });
  });

  test('a ticket for a contract that is not there is not opened', async () => {
    const notFound = { kind: 'nothing_to_do', reason: 'not_found' };
    expect(await subject().erp.openTicket(ticketOf('999999999'), signal)).toMatchObject(notFound);
  });
}

function alerts(subject: () => ErpSubject): void {
  async function alertsTold() {
    if (!subject().cannot.includes('alerts_for_everyone')) return value(await subject().erp.providerAlerts(signal));
    const [contractId] = (await subject().subscriber('active')).contractIds;
    return value(await subject().erp.findByContract(contractId, signal)).contracts[0]?.alerts ?? [];
  }

  test('an alert for every caller is told, with its words', async () => {
    const text = `Estamos com instabilidade na região ${++serial}.`;
    await subject().announce(text);
    const told = await alertsTold();
    expect(told.map((alert) => alert.text)).toContain(text);
  });
}

function value<T>(outcome: Outcome<T, string, string>): T {
  if (outcome.kind !== 'done') throw new Error(`The ERP answered ${outcome.kind}, ${outcome.reason}.`);
  return outcome.value;
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
