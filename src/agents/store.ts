import type { Database } from '../storage/database.ts';
import { type AgentStateName, agentStates } from './agent-state.ts';
import type { AgentChange } from './schemas.ts';

/** An agent with the state that is open, as the database has them. */
export interface StoredAgent {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly skills: Readonly<Record<string, number>>;
  readonly enabled: boolean;
  readonly extension: string | null;
  readonly nextPause: string | null;
  readonly misses: number;
  /** Null for one that has never logged in. */
  readonly open: StateRow | null;
  /** Calls answered since the login, and the later of the login and the end of the last of them. */
  readonly answered: number;
  readonly idleSince: Date | null;
}

/** A row of `agent_state`. */
export interface StateRow {
  readonly id: string;
  readonly state: AgentStateName;
  readonly reason: string | null;
  readonly extension: string | null;
  readonly queue: string | null;
  readonly callId: string | null;
  readonly startedAt: Date;
}

/** All agents of a tenant, by their codes. `withDemo`: whether those made with the demo data count. */
export async function readAgents(db: Database, tenantId: number, withDemo: boolean): Promise<StoredAgent[]> {
  const agents = await db
    .selectFrom('agent')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .$if(!withDemo, (query) => query.where('demo', '=', false))
    .orderBy('code')
    .execute();
  const open = await db
    .selectFrom('agent_state')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('ended_at', 'is', null)
    .execute();
  const states = new Map(open.map((row) => [row.agent_id, row]));
  const shifts = await readShifts(db, tenantId);
  return agents.map((agent) => {
    const row = states.get(agent.id);
    const shift = shifts.get(agent.id);
    return {
      id: agent.id,
      code: agent.code,
      name: agent.name,
      skills: agent.skills as Record<string, number>,
      enabled: agent.enabled,
      extension: agent.extension,
      nextPause: agent.next_pause,
      misses: agent.misses,
      open:
        row === undefined
          ? null
          : { ...row, state: stateOf(row.state), callId: row.call_id, startedAt: row.started_at },
      answered: shift?.answered ?? 0,
      idleSince: shift?.idleSince ?? null,
    };
  });
}

/** What who is logged in has done since the login. */
async function readShifts(db: Database, tenantId: number) {
  const rows = await db
    .selectFrom('agent')
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom('agent_state')
          .select(['agent_state.agent_id', 'agent_state.started_at as at'])
          .whereRef('agent_state.tenant_id', '=', 'agent.tenant_id')
          .whereRef('agent_state.agent_id', '=', 'agent.id')
          .where('agent_state.state', '=', 'logged_in')
          .orderBy('agent_state.started_at', 'desc')
          .limit(1)
          .as('login'),
      (join) => join.onTrue(),
    )
    .leftJoin('agent_state as talk', (join) =>
      join
        .onRef('talk.tenant_id', '=', 'agent.tenant_id')
        .onRef('talk.agent_id', '=', 'agent.id')
        .onRef('talk.started_at', '>=', 'login.at')
        .on('talk.state', '=', 'talking')
        .on('talk.ended_at', 'is not', null),
    )
    .select((eb) => [
      'agent.id',
      'login.at',
      eb.fn.count<string>('talk.id').as('answered'),
      eb.fn.max('talk.ended_at').as('lastAt'),
    ])
    .where('agent.tenant_id', '=', tenantId)
    .where('agent.extension', 'is not', null)
    .groupBy(['agent.id', 'login.at'])
    .execute();
  return new Map(
    rows.map(({ id, at, answered, lastAt }) => [id, { answered: Number(answered), idleSince: lastAt ?? at }]),
  );
}

function stateOf(text: string): AgentStateName {
  return agentStates.find((state) => state === text) ?? 'logged_out';
}

/** What is stored of an agent besides its state. */
export interface AgentFacts {
  readonly extension: string | null;
  readonly nextPause: string | null;
  readonly misses: number;
}

/** Ends the state that is open, where it is another, and begins this one. Written again, it changes nothing. */
export async function writeState(
  db: Database,
  who: { readonly tenantId: number; readonly agentId: number },
  row: StateRow,
): Promise<void> {
  await db
    .updateTable('agent_state')
    .set({ ended_at: row.startedAt })
    .where('tenant_id', '=', who.tenantId)
    .where('agent_id', '=', who.agentId)
    .where('ended_at', 'is', null)
    .where('id', '<>', row.id)
    .execute();
  await db
    .insertInto('agent_state')
    .values({
      tenant_id: who.tenantId,
      agent_id: who.agentId,
      id: row.id,
      state: row.state,
      reason: row.reason,
      extension: row.extension,
      queue: row.queue,
      call_id: row.callId,
      started_at: row.startedAt,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doNothing())
    .execute();
}

/** What an agent did in one call was done in another, with which it was joined. */
export async function writeCall(
  db: Database,
  who: { readonly tenantId: number; readonly agentId: number },
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  await db
    .updateTable('agent_state')
    .set({ call_id: to })
    .where('tenant_id', '=', who.tenantId)
    .where('agent_id', '=', who.agentId)
    .where('call_id', '=', from)
    .execute();
}

export async function writeFacts(
  db: Database,
  who: { readonly tenantId: number; readonly agentId: number },
  facts: AgentFacts,
): Promise<void> {
  await db
    .updateTable('agent')
    .set({ extension: facts.extension, next_pause: facts.nextPause, misses: facts.misses })
    .where('tenant_id', '=', who.tenantId)
    .where('id', '=', who.agentId)
    .execute();
}

/** @returns false when the code is taken */
export async function addAgent(
  db: Database,
  tenantId: number,
  agent: {
    readonly code: string;
    readonly name: string;
    readonly pinHash: string;
    readonly skills: Readonly<Record<string, number>>;
  },
): Promise<boolean> {
  const { code, name, pinHash: pin_hash, skills } = agent;
  const added = await db
    .insertInto('agent')
    .values({ tenant_id: tenantId, code, name, pin_hash, skills: JSON.stringify(skills) })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'code']).doNothing())
    .executeTakeFirst();
  return Number(added.numInsertedOrUpdatedRows ?? 0) > 0;
}

/** @returns false when there is no such agent */
export async function changeAgent(
  db: Database,
  tenantId: number,
  code: string,
  { pinHash, name, skills, enabled }: Omit<AgentChange, 'pin'> & { readonly pinHash?: string },
): Promise<boolean> {
  const set = {
    ...(name === undefined ? {} : { name }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(skills === undefined ? {} : { skills: JSON.stringify(skills) }),
    ...(pinHash === undefined ? {} : { pin_hash: pinHash }),
  };
  const changed = await db
    .updateTable('agent')
    .set({ code, ...set })
    .where('tenant_id', '=', tenantId)
    .where('code', '=', code)
    .executeTakeFirst();
  return changed.numUpdatedRows > 0n;
}

/** Undefined when there is no such agent. */
export async function readPinHash(db: Database, tenantId: number, code: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('agent')
    .select('pin_hash')
    .where('tenant_id', '=', tenantId)
    .where('code', '=', code)
    .where('enabled', '=', true)
    .executeTakeFirst();
  return row?.pin_hash;
}

/** What an agent says that a call was about; of the last time the agent had it. @returns false when there is none */
export async function writeDisposition(
  db: Database,
  where: { readonly tenantId: number; readonly callId: string; readonly agentId: number },
  tabs: { readonly tab1: string; readonly tab2: string | null; readonly tab3: string | null },
): Promise<boolean> {
  const changed = await db
    .updateTable('queue_call')
    .set(tabs)
    .where('tenant_id', '=', where.tenantId)
    .where('id', '=', (eb) =>
      eb
        .selectFrom('queue_call')
        .select('id')
        .where('tenant_id', '=', where.tenantId)
        .where('call_id', '=', where.callId)
        .where('agent_id', '=', where.agentId)
        .orderBy('entered_at', 'desc')
        .limit(1),
    )
    .executeTakeFirst();
  return changed.numUpdatedRows > 0n;
}
