import type { Alert, Contract, Subscriber } from '../../erp/port.ts';
import { localDate, startOfMonth } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import { Personal } from '../../kernel/personal.ts';
import { requireTaxId, type TaxId } from '../../kernel/tax-id.ts';
import { setRadiusGroup } from '../network/service.ts';
import type { Provider, ProviderTransaction } from '../provider.ts';
import {
  type ContractEvent,
  type ContractState,
  contractStatus,
  nextContractState,
  parseContractState,
} from './contract-state.ts';
import { type AlertRow, type ContractRow, selectContracts, selectProviderAlerts } from './store.ts';

/** The subscriber with this CPF or CNPJ and all their contracts. */
export async function findByDocument(provider: Provider, document: TaxId): Promise<Subscriber | undefined> {
  return (await find(provider, 'document', document.reveal()))[0];
}

/** The subscriber of a contract, with that contract only. */
export async function findByContract(provider: Provider, contractId: number): Promise<Subscriber | undefined> {
  return (await find(provider, 'contract', contractId))[0];
}

/** A subscriber by our id, by the provider's number for them, or by one of their contracts; with all their contracts. */
export async function findWhole(
  provider: Provider,
  by: { readonly subscriber: number } | { readonly code: number } | { readonly wholeOfContract: number },
): Promise<Subscriber | undefined> {
  const [[kind, key] = []] = Object.entries(by) as ['subscriber' | 'code' | 'wholeOfContract', number][];
  return kind === undefined || key === undefined ? undefined : (await find(provider, kind, key))[0];
}

/** Everyone on whose record a telephone number (E.164) stands. */
export function findByPhone(provider: Provider, phone: string): Promise<Subscriber[]> {
  return find(provider, 'phone', phone);
}

/** What the provider wants every caller to hear now. */
export async function alertsForEveryone(provider: Provider): Promise<Alert[]> {
  const now = provider.clock.now();
  const rows = await selectProviderAlerts(provider, now);
  return rows.map((row) => asAlert({ ...row, forecast_at: row.forecast_at?.toISOString() ?? null }, now));
}

/** A contract's id as the ERP's port gives it; undefined when it cannot be one of ours. */
export function parseContractId(text: string): number | undefined {
  const id = /^\d{1,10}$/.test(text) ? Number(text) : undefined;
  return id !== undefined && id < 2 ** 31 ? id : undefined;
}

/** A contract whose row this transaction holds: nobody else changes it before the transaction ends. */
export interface LockedContract {
  readonly id: number;
  readonly state: ContractState;
}

/** Locks a contract until the transaction ends, so that acts on one contract happen one after another. */
export async function lockContract(
  { db, tenantId }: ProviderTransaction,
  contractId: number,
): Promise<LockedContract | undefined> {
  const row = await db
    .selectFrom('contract')
    .select('state')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', contractId)
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? undefined : { id: contractId, state: parseContractState(row.state) };
}

/**
 * The only way a contract changes its state: by the transition table, with a line in its history, and with its access to
 * the network (the RADIUS group) following.
 * @throws AppError `conflict` when the event may not happen in the contract's state.
 */
export async function applyContractEvent(
  { db, tenantId, clock }: ProviderTransaction,
  contract: LockedContract,
  event: ContractEvent,
): Promise<LockedContract> {
  const { id, state: from } = contract;
  const to = nextContractState(from, event);
  if (to === undefined) {
    throw new AppError('conflict', `The contract ${id} is ${from}: ${event} is not possible.`, { from, event });
  }
  const at = clock.now();
  const changed = await db
    .updateTable('contract as c')
    .from('plan as p')
    .set({
      state: to,
      state_since: at,
      ...(to === 'cancelled' ? { cancelled_at: at } : {}),
      ...(from === 'installing' && to === 'active' ? { activated_at: at } : {}),
    })
    .where('c.tenant_id', '=', tenantId)
    .where('c.id', '=', id)
    .whereRef('p.tenant_id', '=', 'c.tenant_id')
    .whereRef('p.id', '=', 'c.plan_id')
    .returning(['c.radius_login', 'p.radius_group'])
    .executeTakeFirstOrThrow();
  await db
    .insertInto('contract_state_change')
    .values({ tenant_id: tenantId, contract_id: id, at, event, from_state: from, to_state: to })
    .execute();
  if (changed.radius_login !== null) await setRadiusGroup(db, changed.radius_login, to, changed.radius_group);
  return { id, state: to };
}

async function find(provider: Provider, by: Parameters<typeof selectContracts>[1], key: string | number) {
  const now = provider.clock.now();
  const today = localDate(now, provider.timeZone);
  const rows = await selectContracts(provider, by, key, { today, month: startOfMonth(today), now });
  const bySubscriber = Map.groupBy(rows, (row) => row.subscriber_id);
  return Array.from(bySubscriber.values(), (contracts) => asSubscriber(contracts, now));
}

function asSubscriber(rows: ContractRow[], now: Date): Subscriber {
  const [row] = rows;
  if (row === undefined) throw new RangeError('A subscriber has at least one row.');
  return {
    id: String(row.subscriber_id),
    name: new Personal(row.name, `${row.name.slice(0, 1)}***`),
    firstName: row.kind === 'company' ? (row.trade_name ?? row.name) : row.name.replace(/\s.*$/, ''),
    document: requireTaxId(row.document),
    contracts: rows.filter((each) => each.contract_id !== null).map((each) => asContract(each, now)),
  };
}

function asContract(row: ContractRow, now: Date): Contract {
  return {
    id: String(row.contract_id),
    ...contractStatus(parseContractState(row.state)),
    plan: row.plan,
    street: row.street,
    streetNumber: row.street_number,
    overdueCents: row.overdue_cents,
    overdueCount: row.overdue_count,
    openCents: row.open_cents,
    unlocksThisMonth: row.unlocks_this_month,
    alerts: (row.alerts ?? []).map((alert) => asAlert(alert, now)),
  };
}

/** A return that was expected for a time gone by is no forecast any more: a menu must not announce the past. */
function asAlert(row: AlertRow, now: Date): Alert {
  const forecast = row.forecast_at === null ? undefined : new Date(row.forecast_at);
  return {
    id: String(row.id),
    kind: row.kind,
    text: row.text,
    forecast: forecast !== undefined && forecast > now ? forecast : undefined,
  };
}
