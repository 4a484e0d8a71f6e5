import { localDate } from '../../kernel/clock.ts';
import { inTransaction, type Provider } from '../provider.ts';
import { nextContractState, statesThatAllow } from '../subscribers/contract-state.ts';
import { applyContractEvent, lockContract } from '../subscribers/service.ts';
import { debtRules, suspendingDueDay } from './debt-rules.ts';
import { isOverdue, settlePromises } from './service.ts';
import { owesSince } from './store.ts';

export interface DebtRun {
  readonly promisesKept: number;
  readonly promisesBroken: number;
  readonly suspended: number;
}

/**
 * Applies the provider's rules about debt: ends the promises that have expired, then suspends what is overdue for too
 * long. Each contract is one transaction and is looked at again under its lock, so running it twice, or twice at once,
 * changes nothing more; what a run missed the next one does.
 */
export async function applyDebtRules(provider: Provider): Promise<DebtRun> {
  const { db, tenantId, clock } = provider;
  const expired = await db
    .selectFrom('promise')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('status', '=', 'open')
    .where('expires_at', '<=', clock.now())
    .execute();
  const ends = { kept: 0, broken: 0, none: 0 };
  for (const promise of expired) ends[await endPromise(provider, promise.id)] += 1;

  let suspended = 0;
  for (const contractId of await contractsToSuspend(provider)) {
    if (await suspendForDebt(provider, contractId)) suspended += 1;
  }
  return { promisesKept: ends.kept, promisesBroken: ends.broken, suspended };
}

/** Ends a promise whose time is over: kept when nothing overdue is left, otherwise broken and the contract suspended again. */
export function endPromise(provider: Provider, promiseId: number): Promise<'kept' | 'broken' | 'none'> {
  return inTransaction(provider, async (transaction) => {
    const { db, tenantId, clock } = transaction;
    const promise = db.selectFrom('promise').where('tenant_id', '=', tenantId).where('id', '=', promiseId);
    const of = await promise.select('contract_id').executeTakeFirst();
    if (of === undefined) return 'none';
    const contract = await lockContract(transaction, of.contract_id);
    const due = await promise
      .select('id')
      .where('status', '=', 'open')
      .where('expires_at', '<=', clock.now())
      .executeTakeFirst();
    if (contract === undefined || due === undefined) return 'none';
    const overdue = await isOverdue(transaction, contract.id);
    await settlePromises(transaction, contract.id, overdue ? 'broken' : 'fulfilled');
    if (overdue && nextContractState(contract.state, 'fall_into_debt') !== undefined) {
      await applyContractEvent(transaction, contract, 'fall_into_debt');
    }
    return overdue ? 'broken' : 'kept';
  });
}

async function contractsToSuspend(provider: Provider): Promise<number[]> {
  const { db, tenantId } = provider;
  const rows = await db
    .selectFrom('invoice as i')
    .innerJoin('contract as c', (join) =>
      join.onRef('c.tenant_id', '=', 'i.tenant_id').onRef('c.id', '=', 'i.contract_id'),
    )
    .select('c.id')
    .distinct()
    .where('i.tenant_id', '=', tenantId)
    .where('i.status', '=', 'open')
    .where('i.due_on', '<=', await lastDueDay(provider))
    .where('c.state', 'in', statesThatAllow('fall_into_debt'))
    .execute();
  return rows.map((row) => row.id);
}

function suspendForDebt(provider: Provider, contractId: number): Promise<boolean> {
  return inTransaction(provider, async (transaction) => {
    const contract = await lockContract(transaction, contractId);
    if (contract === undefined || nextContractState(contract.state, 'fall_into_debt') === undefined) return false;
    const promised = await transaction.db
      .selectFrom('promise')
      .select('id')
      .where('tenant_id', '=', transaction.tenantId)
      .where('contract_id', '=', contractId)
      .where('status', '=', 'open')
      .executeTakeFirst();
    if (promised !== undefined) return false;
    if (!(await owesSince(transaction, contractId, await lastDueDay(transaction)))) return false;
    await applyContractEvent(transaction, contract, 'fall_into_debt');
    return true;
  });
}

async function lastDueDay(provider: Omit<Provider, 'pool'>): Promise<string> {
  return suspendingDueDay(localDate(provider.clock.now(), provider.timeZone), await debtRules(provider));
}
