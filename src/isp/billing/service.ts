import type { TrustUnlock, Unlocked, UnlockNothing, UnlockRefusal } from '../../erp/port.ts';
import { addDays, localDate, startOfMonth } from '../../kernel/clock.ts';
import type { Cents } from '../../kernel/money.ts';
import { done, nothingToDo, type Outcome } from '../../kernel/outcome.ts';
import { inTransaction, type Provider, type ProviderTransaction } from '../provider.ts';
import { nextContractState } from '../subscribers/contract-state.ts';
import { applyContractEvent, lockContract } from '../subscribers/service.ts';
import { recordTicket } from '../tickets/service.ts';
import { debtRules } from './debt-rules.ts';
import { decideUnlock, promiseEnd, promiseText } from './promise.ts';
import { owesSince } from './store.ts';

export { formatBoletoLine } from './boleto.ts';
export { sendBill } from './dispatch.ts';
export { boletoPdf, createInvoiceLinks, invoicePages } from './invoice-link.ts';
export { openInvoices } from './open-invoices.ts';

/** A trust unlock as asked for: for so many days from today, or for as many as the provider allows. */
export type UnlockRequest = Omit<TrustUnlock, 'contractId'> & {
  contractId: number;
  days?: number | undefined;
  /** What the one who asked wants to stand in the ticket. */
  note?: string | undefined;
};

/** Called inside the transaction that grants a promise, so that its end is never forgotten. */
export type SchedulePromiseEnd = (
  transaction: ProviderTransaction,
  promiseId: number,
  expiresAt: Date,
) => Promise<void>;

/**
 * Restores a contract suspended for debt on a promise to pay, with a ticket under the same protocol. All of it happens
 * together; requests for one contract wait for each other, so that of any number at once one is granted. The same key
 * again gets the first answer.
 */
export function unlockOnTrust(
  provider: Provider,
  request: UnlockRequest,
  schedule: SchedulePromiseEnd,
  signal?: AbortSignal,
): Promise<Outcome<Unlocked, UnlockRefusal, UnlockNothing>> {
  const grant = async (transaction: ProviderTransaction) => {
    const { db, tenantId, clock, timeZone } = transaction;
    const contract = await lockContract(transaction, request.contractId);
    if (contract === undefined) return nothingToDo('not_found');
    const now = clock.now();
    const today = localDate(now, timeZone);
    const month = startOfMonth(today);
    const { earlier, thisMonth } = await promisesAgainst(transaction, request, month);
    if (earlier !== undefined) return done(asUnlocked(earlier));

    const { unlockDays: mostDays } = await debtRules(transaction);
    const days = request.days ?? mostDays;
    const decision = decideUnlock({ state: contract.state, promiseThisMonth: thisMonth?.status, days, mostDays });
    if (decision !== 'grant') return decision;

    const { until, expiresAt } = promiseEnd(today, days, timeZone);
    await applyContractEvent(transaction, contract, 'unlock_on_trust');
    const { protocol } = await recordTicket(transaction, {
      contractId: request.contractId,
      subject: 'unlock',
      text: [promiseText(days, until), request.note].filter(Boolean).join('\n'),
      closed: true,
      key: request.key,
      callId: request.callId,
      contactPhone: request.callerNumber,
    });
    const promise = await db
      .insertInto('promise')
      .values({
        tenant_id: tenantId,
        contract_id: request.contractId,
        act_key: request.key,
        month,
        granted_at: now,
        days,
        until,
        expires_at: expiresAt,
        status: 'open',
        protocol,
        call_id: request.callId,
        caller_number: request.callerNumber,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await schedule(transaction, promise.id, expiresAt);
    return done({ protocol, days, until });
  };
  return inTransaction(provider, grant, signal);
}

/** The latest trust unlock of a contract granted at or after an instant. */
export async function findUnlock(provider: Provider, contractId: number, since: Date): Promise<Unlocked | undefined> {
  const row = await promises(provider)
    .where('contract_id', '=', contractId)
    .where('granted_at', '>=', since)
    .orderBy('granted_at', 'desc')
    .executeTakeFirst();
  return row === undefined ? undefined : asUnlocked(row);
}

/**
 * Records that an invoice was paid. When nothing overdue is left the contract works again and its promise is kept.
 * @param paidOn the bank's day of payment, `YYYY-MM-DD`
 */
export function registerPayment(
  provider: Provider,
  payment: { invoiceId: number; paidOn: string; paidCents: Cents },
): Promise<'paid' | 'not_open' | 'not_found'> {
  return inTransaction(provider, async (transaction) => {
    const { db, tenantId } = transaction;
    const invoice = await db
      .selectFrom('invoice')
      .select('contract_id')
      .where('tenant_id', '=', tenantId)
      .where('id', '=', payment.invoiceId)
      .executeTakeFirst();
    if (invoice === undefined) return 'not_found';
    const contract = await lockContract(transaction, invoice.contract_id);
    const paid = await db
      .updateTable('invoice')
      .set({ status: 'paid', paid_on: payment.paidOn, paid_cents: payment.paidCents })
      .where('tenant_id', '=', tenantId)
      .where('id', '=', payment.invoiceId)
      .where('status', '=', 'open')
      .executeTakeFirst();
    if (paid.numUpdatedRows === 0n) return 'not_open';
    if (contract === undefined || (await isOverdue(transaction, contract.id))) return 'paid';
    await settlePromises(transaction, contract.id, 'fulfilled');
    if (nextContractState(contract.state, 'clear_debt') !== undefined) {
      await applyContractEvent(transaction, contract, 'clear_debt');
    }
    return 'paid';
  });
}

/** Whether a contract has any invoice open past its due day. */
export function isOverdue(transaction: ProviderTransaction, contractId: number): Promise<boolean> {
  const yesterday = addDays(localDate(transaction.clock.now(), transaction.timeZone), -1);
  return owesSince(transaction, contractId, yesterday);
}

/** Ends the open promises of a contract. */
export async function settlePromises(
  { db, tenantId, clock }: ProviderTransaction,
  contractId: number,
  as: 'fulfilled' | 'broken',
): Promise<void> {
  await db
    .updateTable('promise')
    .set({ status: as, settled_at: clock.now() })
    .where('tenant_id', '=', tenantId)
    .where('contract_id', '=', contractId)
    .where('status', '=', 'open')
    .execute();
}

/** The promise that this very request made earlier, and the contract's promise of the month. */
async function promisesAgainst(transaction: ProviderTransaction, request: UnlockRequest, month: string) {
  const rows = await promises(transaction)
    .select('act_key')
    .where((eb) =>
      eb.or([
        eb('act_key', '=', request.key),
        eb.and([eb('contract_id', '=', request.contractId), eb('month', '=', month)]),
      ]),
    )
    .execute();
  return {
    earlier: rows.find((row) => row.act_key === request.key),
    thisMonth: rows.find((row) => row.act_key !== request.key),
  };
}

function promises({ db, tenantId }: ProviderTransaction) {
  return db
    .selectFrom('promise')
    .select(['protocol', 'days', 'until'])
    .select((eb) => eb.ref('status').$castTo<'open' | 'fulfilled' | 'broken'>().as('status'))
    .where('tenant_id', '=', tenantId);
}

function asUnlocked(row: { protocol: string; days: number; until: string }): Unlocked {
  return { protocol: row.protocol, days: row.days, until: row.until };
}
