import type { Access } from '../../erp/port.ts';
import { done, nothingToDo, type Outcome, refused, unavailable } from '../../kernel/outcome.ts';
import type { Database } from '../../storage/database.ts';
import { inTransaction, type Provider } from '../provider.ts';
import { type ContractState, parseContractState } from '../subscribers/contract-state.ts';
import { accessOf, type ConcentratorAnswer, mayConnect, newsNeeded, type SessionFacts } from './access.ts';
import type { Concentrators } from './concentrators.ts';
import {
  type AccessRow,
  closeSession,
  type RadiusSession,
  selectAccess,
  selectAccountingNews,
  selectOpenSessions,
} from './store.ts';

/** A concentrator that has just denied the session is near; together with the question this fits into a lookup. */
const dropPatienceMs = 800;
/** What an act may take, less what the database needs. */
const resetPatienceMs = 6_000;
/** A Stop may be on its way so long, repeated by the concentrator; it tells more than we know. */
const stopGraceMs = 120_000;

/**
 * Checks a contract's connection: maintenance on its way, then the RADIUS session, then whether the concentrator still
 * has that session. One that it does not have is dropped there, so that nothing of it is left, and its row is closed.
 * @returns undefined when there is no such contract
 */
export async function checkAccess(
  provider: Provider,
  concentrators: Concentrators,
  contractId: number,
  signal: AbortSignal,
): Promise<Access | undefined> {
  const now = provider.clock.now();
  const row = await selectAccess(provider, contractId, now);
  if (row === undefined) return undefined;
  const maintenance = (row.maintenance ?? []).map((work) => ({
    description: work.description,
    expectedEnd: work.expected_end_at === null ? undefined : new Date(work.expected_end_at),
    ofConcentrator: work.of_concentrator,
  }));
  const session = maintenance.length > 0 ? undefined : await findSession(provider, concentrators, row, now, signal);
  return accessOf({ state: parseContractState(row.state), session, maintenance }, now);
}

/** The session that counts: one that its concentrator has, or else the one heard of last that it does not deny. */
async function findSession(
  provider: Provider,
  concentrators: Concentrators,
  { sessions }: AccessRow,
  now: Date,
  signal: AbortSignal,
): Promise<SessionFacts | undefined> {
  const asked = await Promise.all(
    sessions.map(async (session) => ({ session, answer: await concentrators.knows(provider, session, signal) })),
  );
  const denied = asked.filter(({ answer }) => answer === 'unknown');
  await Promise.all(denied.map(({ session }) => endDenied(provider, concentrators, session, now, signal)));
  const counts = asked.find(({ answer }) => answer === 'known') ?? asked.find(isOpen);
  if (counts === undefined || !isOpen(counts)) return undefined;
  const { session, answer } = counts;
  const { seenAt, nasAddress } = session;
  const news = newsNeeded(answer, seenAt, now) ? await selectAccountingNews(provider, nasAddress) : undefined;
  return { answer, seenAt, news };
}

function isOpen<T extends { answer: ConcentratorAnswer }>(
  asked: T,
): asked is T & { answer: Exclude<ConcentratorAnswer, 'unknown'> } {
  return asked.answer !== 'unknown';
}

async function endDenied(
  provider: Provider,
  concentrators: Concentrators,
  session: RadiusSession,
  now: Date,
  signal: AbortSignal,
): Promise<void> {
  const dropped = await concentrators.drop(provider, session, dropPatienceMs, signal);
  const isGone = dropped === 'dropped' || dropped === 'no_session';
  if (isGone) await closeAfterGrace(provider, session, now);
}

async function closeAfterGrace(provider: Provider, session: RadiusSession, now: Date): Promise<void> {
  if (now.getTime() - session.seenAt.getTime() > stopGraceMs) await closeSession(provider, session);
}

/**
 * Has the concentrator drop the contract's session, so that the modem dials in again. The row is closed by accounting
 * once the concentrator has sent its Stop; by us only when the concentrator has no such session.
 */
export async function resetSession(
  provider: Provider,
  concentrators: Concentrators,
  contractId: number,
  signal: AbortSignal,
): Promise<Outcome<null, 'not_possible', 'not_found' | 'no_session'>> {
  const sessions = await selectOpenSessions(provider, contractId);
  if (sessions === undefined) return nothingToDo('not_found');
  for (const session of sessions) {
    const dropped = await concentrators.drop(provider, session, resetPatienceMs / sessions.length, signal);
    if (dropped === 'dropped') return done(null);
    if (dropped === 'refused') return refused('not_possible', 'The concentrator refused.');
    if (dropped === 'not_controlled') {
      return refused('not_possible', 'It is not set how the concentrator takes requests.');
    }
    if (dropped === 'silent') return unavailable('unknown', 'The concentrator did not answer.');
    await closeAfterGrace(provider, session, provider.clock.now());
  }
  return nothingToDo('no_session');
}

/**
 * Forgets the hardware address that the contract is bound to, and has its session dropped. Done once the binding is
 * forgotten: it is the next dial-in that counts, whether or not the session drops now.
 */
export async function resetMac(
  provider: Provider,
  concentrators: Concentrators,
  contractId: number,
  signal: AbortSignal,
): Promise<Outcome<null, never, 'not_found'>> {
  if (!(await forgetMac(provider, contractId))) return nothingToDo('not_found');
  await resetSession(provider, concentrators, contractId, signal);
  return done(null);
}

/**
 * Forgets the hardware address that a contract's login is bound to, so that the next modem to dial in is taken.
 * @returns false when there is no such contract or it has no login
 */
function forgetMac(provider: Provider, contractId: number): Promise<boolean> {
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
