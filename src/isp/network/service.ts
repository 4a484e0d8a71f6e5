import type { Access } from '../../erp/port.ts';
import type { Database } from '../../storage/database.ts';
import { inTransaction, type Provider } from '../provider.ts';
import { type ContractState, parseContractState } from '../subscribers/contract-state.ts';
import { accessOf, mayConnect } from './access.ts';
import { selectAccess } from './store.ts';

/** An open session as RADIUS accounting holds it: what a Disconnect-Request (RFC 5176) has to name. */
export interface RadiusSession {
  readonly login: string;
  readonly sessionId: string;
  /** The concentrator that opened it. */
  readonly nasAddress: string;
}

/** Sends a Disconnect-Request; `unreachable` when the concentrator did not answer in time. */
export type Disconnect = (session: RadiusSession, signal: AbortSignal) => Promise<'done' | 'refused' | 'unreachable'>;

/** Checks a contract's connection: maintenance, session, permission. Undefined when there is no such contract. */
export async function checkAccess(provider: Provider, contractId: number): Promise<Access | undefined> {
  const now = provider.clock.now();
  const row = await selectAccess(provider, contractId, now);
  if (row === undefined) return undefined;
  const maintenance = (row.maintenance ?? []).map((work) => ({
    description: work.description,
    expectedEnd: work.expected_end_at === null ? undefined : new Date(work.expected_end_at),
    ofConcentrator: work.of_concentrator,
  }));
  return accessOf({ state: parseContractState(row.state), hasSession: row.has_session, maintenance }, now);
}

/** The open session of a contract; undefined when there is no such contract, null when it has none. */
export async function openSession(provider: Provider, contractId: number): Promise<RadiusSession | null | undefined> {
  const row = await provider.db
    .selectFrom('contract as c')
    .leftJoin('radacct as r', (join) =>
      join.onRef('r.username', '=', 'c.radius_login').on('r.acctstoptime', 'is', null),
    )
    .select(['r.username', 'r.acctsessionid', 'r.nasipaddress'])
    .where('c.tenant_id', '=', provider.tenantId)
    .where('c.id', '=', contractId)
    .orderBy('r.acctstarttime', 'desc')
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.username === null || row.acctsessionid === null || row.nasipaddress === null) return null;
  return { login: row.username, sessionId: row.acctsessionid, nasAddress: row.nasipaddress };
}

/**
 * Forgets the hardware address that a contract's login is bound to, so that the next modem to dial in is taken.
 * @returns false when there is no such contract or it has no login
 */
export function forgetMac(provider: Provider, contractId: number): Promise<boolean> {
  return inTransaction(provider, async ({ db, tenantId }) => {
    const contract = await db
      .updateTable('contract')
      .set({ mac: null })
      .where('tenant_id', '=', tenantId)
      .where('id', '=', contractId)
      .where('radius_login', 'is not', null)
      .returning('radius_login')
      .executeTakeFirst();
    if (contract === undefined) return false;
    await db
      .deleteFrom('radcheck')
      .where('username', '=', contract.radius_login)
      .where('attribute', '=', 'Calling-Station-Id')
      .execute();
    return true;
  });
}

/** Puts a login into the RADIUS group that its contract's state calls for: the plan's, or none that may connect. */
export async function setRadiusGroup(
  db: Database,
  login: string,
  state: ContractState,
  planGroup: string,
): Promise<void> {
  await db
    .updateTable('radusergroup')
    .set({ groupname: mayConnect(state) ? planGroup : 'blocked' })
    .where('username', '=', login)
    .execute();
}
