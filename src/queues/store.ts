import type { Selectable, Updateable } from 'kysely';
import type { Database } from '../storage/database.ts';
import type { DB } from '../storage/tables.generated.ts';
import { type NewQueue, type QueueChange, type QueueMember, type QueueSettings, queueSettings } from './schemas.ts';

/** Who serves which queue, by the agent's id. */
export interface MemberRow {
  readonly queue: string;
  readonly agentId: number;
  readonly code: string;
  readonly position: number;
}

/** All queues of a tenant, by number. */
export async function readQueues(db: Database, tenantId: number): Promise<QueueSettings[]> {
  const rows = await db.selectFrom('queue').selectAll().where('tenant_id', '=', tenantId).orderBy('number').execute();
  return rows.map(settingsOf);
}

/** All members of all queues of a tenant. */
export async function readMembers(db: Database, tenantId: number): Promise<MemberRow[]> {
  return db
    .selectFrom('queue_member as member')
    .innerJoin('agent', (join) =>
      join.onRef('agent.tenant_id', '=', 'member.tenant_id').onRef('agent.id', '=', 'member.agent_id'),
    )
    .select(['member.queue', 'member.agent_id as agentId', 'agent.code', 'member.position'])
    .where('member.tenant_id', '=', tenantId)
    .orderBy('member.queue')
    .orderBy('member.position')
    .orderBy('agent.code')
    .execute();
}

/** @returns false when the number is a queue's already */
export async function addQueue(db: Database, tenantId: number, queue: NewQueue): Promise<boolean> {
  const { number, name, ...rest } = queue;
  const added = await db
    .insertInto('queue')
    .values({ ...columnsOf(rest), tenant_id: tenantId, number, name })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return Number(added.numInsertedOrUpdatedRows ?? 0) > 0;
}

/** @returns false when there is no such queue */
export async function changeQueue(db: Database, tenantId: number, number: string, change: QueueChange) {
  const changed = await db
    .updateTable('queue')
    .set({ number, ...columnsOf(change) })
    .where('tenant_id', '=', tenantId)
    .where('number', '=', number)
    .executeTakeFirst();
  return changed.numUpdatedRows > 0n;
}

/** Says whether a queue has music of its own. */
export async function markMusic(db: Database, tenantId: number, number: string, isOwn: boolean): Promise<void> {
  await db
    .updateTable('queue')
    .set({ own_music: isOwn })
    .where('tenant_id', '=', tenantId)
    .where('number', '=', number)
    .execute();
}

/** @returns false when there is no such queue */
export async function removeQueue(db: Database, tenantId: number, number: string): Promise<boolean> {
  const removed = await db
    .deleteFrom('queue')
    .where('tenant_id', '=', tenantId)
    .where('number', '=', number)
    .executeTakeFirst();
  return removed.numDeletedRows > 0n;
}

/**
 * Puts these members in the place of all that a queue has.
 * @returns the codes that are no agent's; then nothing is changed
 */
export async function writeMembers(
  db: Database,
  tenantId: number,
  queue: string,
  members: readonly QueueMember[],
): Promise<string[]> {
  return db.transaction().execute(async (transaction) => {
    const agents = await transaction
      .selectFrom('agent')
      .select(['id', 'code'])
      .where('tenant_id', '=', tenantId)
      .execute();
    const ids = new Map(agents.map(({ id, code }) => [code, id]));
    const unknown = members.map(({ agent }) => agent).filter((code) => !ids.has(code));
    if (unknown.length > 0) return unknown;
    const places = new Map(members.map(({ agent, position }) => [ids.get(agent) ?? 0, position]));
    const rows = [...places].map(([id, position]) => ({ tenant_id: tenantId, queue, agent_id: id, position }));
    await transaction.deleteFrom('queue_member').where('tenant_id', '=', tenantId).where('queue', '=', queue).execute();
    if (rows.length > 0) await transaction.insertInto('queue_member').values(rows).execute();
    return [];
  });
}

const columns = {
  name: 'name',
  strategy: 'strategy',
  weight: 'weight',
  serviceLevelSeconds: 'service_level_seconds',
  maxWaitSeconds: 'max_wait_seconds',
  maxLength: 'max_length',
  overflow: 'overflow',
  overflowQueue: 'overflow_queue',
  overflowFlow: 'overflow_flow',
  overflowExtension: 'overflow_extension',
  announceSeconds: 'announce_seconds',
  announcePosition: 'announce_position',
  announceWait: 'announce_wait',
  sentences: 'sentences',
  ringSeconds: 'ring_seconds',
  misses: 'misses',
  wrapUpSeconds: 'wrap_up_seconds',
  autoAnswer: 'auto_answer',
  hours: 'hours',
  survey: 'survey',
  callback: 'callback',
  callbackAfterSeconds: 'callback_after_seconds',
} as const satisfies Record<Exclude<keyof QueueChange, 'skills'>, keyof Selectable<DB['queue']>>;

function columnsOf({ skills, ...change }: QueueChange): Updateable<DB['queue']> {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(given.map(([field, value]) => [columns[field as keyof typeof columns], value])),
    ...(skills === undefined ? {} : { skills: JSON.stringify(skills) }),
  };
}

function settingsOf(row: Selectable<DB['queue']>): QueueSettings {
  const rest = Object.entries(columns).map(([field, column]) => [field, row[column]]);
  return queueSettings.parse({
    number: row.number,
    ownMusic: row.own_music,
    skills: row.skills,
    ...Object.fromEntries(rest),
  });
}
