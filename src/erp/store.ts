import { sql } from 'kysely';
import { AppError } from '../kernel/errors.ts';
import type { Outcome } from '../kernel/outcome.ts';
import type { Database } from '../storage/database.ts';
import { type ActKey, linkSuffix } from './act-key.ts';
import { type ActState, statesBefore } from './act-state.ts';

export type ActName = 'unlock' | 'invoice' | 'ticket' | 'link';

export interface ActRow {
  readonly key: string;
  readonly act: ActName;
  readonly contractId: string;
  readonly callId: string | undefined;
  readonly period: string;
  readonly state: ActState;
  /** As it was answered, with personal values masked. */
  readonly outcome: Outcome<unknown, string, string> | undefined;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly sentAt: Date;
  /** When its outcome was written. */
  readonly settledAt: Date | undefined;
  readonly holdsUntil: string | undefined;
}

export interface Intent extends ActKey {
  readonly act: ActName;
  readonly contractId: string;
  readonly callId: string | undefined;
  readonly at: Date;
}

/** The acts of one tenant. */
export function createActStore(db: Database, tenantId: number) {
  const acts = () => db.selectFrom('erp_act').where('erp_act.tenant_id', '=', tenantId);

  async function byKey(key: string): Promise<ActRow | undefined> {
    return toRow(await acts().selectAll().where('key', '=', key).executeTakeFirst());
  }

  /** The latest unlock act of a contract, of whatever month. */
  async function latestUnlock(contractId: string): Promise<ActRow | undefined> {
    const query = acts().selectAll().where('contract_id', '=', contractId).where('act', '=', 'unlock');
    return toRow(await query.orderBy('created_at', 'desc').orderBy('period', 'desc').limit(1).executeTakeFirst());
  }

  /**
   * Writes that the act is about to be sent: a new row, or one attempt more of one that did not happen.
   * @throws AppError `conflict` when the act is done or in doubt, so that it must not be sent.
   */
  async function intend(intent: Intent): Promise<ActRow> {
    const { at, key, act, period, contractId, callId } = intent;
    const first = { created_at: at, contract_id: contractId, call_id: callId ?? null };
    const sent = { sent_at: at, state: 'running', outcome: null, settled_at: null } as const;
    const row = await db
      .insertInto('erp_act')
      .values({ tenant_id: tenantId, key, act, period, attempts: 1, ...first, ...sent })
      .onConflict((conflict) =>
        conflict
          .columns(['tenant_id', 'key'])
          .doUpdateSet({ ...sent, attempts: sql`erp_act.attempts + 1` })
          .where('erp_act.state', 'in', statesBefore('running')),
      )
      .returningAll()
      .executeTakeFirst();
    const written = toRow(row);
    if (written === undefined) throw new AppError('conflict', 'This act was sent already.', { key });
    return written;
  }

  /** Writes what became of one attempt. @returns false when it was settled otherwise, or tried again, meanwhile. */
  async function settle(
    attempt: Pick<ActRow, 'key' | 'attempts'>,
    state: Exclude<ActState, 'running'>,
    at: Date,
    outcome?: Outcome<unknown, string, string>,
    holdsUntil?: string,
  ): Promise<boolean> {
    const result = await db
      .updateTable('erp_act')
      .set({
        state,
        settled_at: at,
        outcome: outcome === undefined ? null : JSON.stringify(outcome),
        holds_until: holdsUntil ?? null,
      })
      .where('tenant_id', '=', tenantId)
      .where('key', '=', attempt.key)
      .where('attempts', '=', attempt.attempts)
      .where('state', 'in', statesBefore(state))
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }

  /** Acts nobody knows the end of, the oldest first; those the ERP cannot be asked about only while `running`. */
  async function inDoubt(sentBefore: Date, limit: number): Promise<ActRow[]> {
    const rows = await acts()
      .selectAll()
      .where('state', 'in', ['running', 'unknown'])
      .where((where) => where.or([where('act', '!=', 'invoice'), where('state', '=', 'running')]))
      .where('sent_at', '<=', sentBefore)
      .orderBy('sent_at')
      .limit(limit)
      .execute();
    return rows.map((row) => toRow(row));
  }

  /**
   * Tickets without a link to their call: of one call, or of all those whose link failed, or that were opened a while ago.
   */
  async function unlinked(of: { callId: string } | { openedFrom: Date; openedBefore: Date }): Promise<ActRow[]> {
    const tickets = acts()
      .leftJoin('erp_act as link', (join) =>
        join
          .onRef('link.tenant_id', '=', 'erp_act.tenant_id')
          .on('link.key', '=', sql<string>`erp_act.key || ${linkSuffix}`),
      )
      .selectAll('erp_act')
      .where('erp_act.act', '=', 'ticket')
      .where('erp_act.state', '=', 'done')
      .where((where) => where.or([where('link.state', 'is', null), where('link.state', '=', 'intended')]));
    const query =
      'callId' in of
        ? tickets.where('erp_act.call_id', '=', of.callId)
        : tickets
            .where('erp_act.call_id', 'is not', null)
            .where('erp_act.created_at', '>=', of.openedFrom)
            .where((where) =>
              where.or([where('erp_act.created_at', '<', of.openedBefore), where('link.state', '=', 'intended')]),
            );
    const rows = await query.orderBy('erp_act.created_at').limit(100).execute();
    return rows.map((row) => toRow(row));
  }

  return { byKey, latestUnlock, intend, settle, inDoubt, unlinked };
}

export type ActStore = ReturnType<typeof createActStore>;

interface StoredAct {
  key: string;
  act: string;
  contract_id: string;
  call_id: string | null;
  period: string;
  state: string;
  outcome: unknown;
  attempts: number;
  created_at: Date;
  sent_at: Date;
  settled_at: Date | null;
  holds_until: string | null;
}

function toRow(row: StoredAct): ActRow;
function toRow(row: StoredAct | undefined): ActRow | undefined;
function toRow(row: StoredAct | undefined): ActRow | undefined {
  if (row === undefined) return undefined;
  return {
    key: row.key,
    act: row.act as ActName,
    contractId: row.contract_id,
    callId: row.call_id ?? undefined,
    period: row.period,
    state: row.state as ActState,
    outcome: (row.outcome ?? undefined) as ActRow['outcome'],
    attempts: row.attempts,
    createdAt: row.created_at,
    sentAt: row.sent_at,
    settledAt: row.settled_at ?? undefined,
    holdsUntil: row.holds_until ?? undefined,
  };
}
