import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../kernel/clock.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { Logger } from '../kernel/logger.ts';
import type { NewLiveEvent } from '../live/service.ts';
import { extensionTopic } from '../screen-pop/service.ts';
import { type AgentMove, type AgentStateName, moved } from './agent-state.ts';
import type { Journal } from './journal.ts';
import type { ShownAgent } from './schemas.ts';
import { type AgentFacts, type StateRow, type StoredAgent, writeCall, writeFacts, writeState } from './store.ts';

/** An agent as it is now. */
export interface Agent {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly skills: Readonly<Record<string, number>>;
  readonly enabled: boolean;
  readonly state: AgentStateName;
  /** Undefined for who has never logged in. */
  readonly since: Date | undefined;
  readonly reason: string | undefined;
  readonly nextPause: string | undefined;
  readonly extension: string | undefined;
  readonly queue: string | undefined;
  readonly callId: string | undefined;
  /** Calls in a row that were not answered. */
  readonly misses: number;
  /** Calls answered since the login. */
  readonly answered: number;
  /** The later of the login and the end of the last call answered. */
  readonly idleSince: Date;
}

/** What a move tells besides itself; what is left out is nothing. */
export interface MoveFacts {
  readonly reason?: string | undefined;
  /** Stays as it is when left out. */
  readonly extension?: string | undefined;
  readonly queue?: string | undefined;
  readonly callId?: string | undefined;
  /** When it was, if that was before now. */
  readonly at?: Date | undefined;
}

/** The agents of a tenant as they are now, in memory; every change of a state goes into the journal. */
export interface Roster {
  readonly all: readonly Agent[];
  byId(id: number): Agent | undefined;
  byCode(code: string): Agent | undefined;
  /** Who is logged in there. */
  at(extension: string): Agent | undefined;
  /** @returns false where the agent's state does not allow it; then nothing is changed */
  move(id: number, move: AgentMove, facts?: MoveFacts): boolean;
  /** Remembers the pause that begins after the call; undefined: none. */
  pauseNext(id: number, reason: string | undefined): void;
  missed(id: number, misses: number): void;
  /** The call in which an agent is goes on as another one. */
  moveCall(id: number, to: string): void;
  /**
   * Takes what agents are made of as the database has it; what they do is known better here.
   * @param anew what they do too: another process may have written it until now
   */
  reload(stored: readonly StoredAgent[], anew?: boolean): void;
  /** Tells of each change. */
  onChange(listener: (agent: Agent, before: Agent) => void): void;
}

interface Parts {
  readonly tenantId: number;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
}

/** A roster, still empty. */
export function createRoster({ tenantId, journal, clock, ids, logger }: Parts): Roster {
  const agents = new Map<number, Agent>();
  const listeners: ((agent: Agent, before: Agent) => void)[] = [];

  function replace(before: Agent, agent: Agent): void {
    agents.set(agent.id, agent);
    for (const listener of listeners) {
      try {
        listener(agent, before);
      } catch (error) {
        logger.error({ err: error, agent: agent.code }, 'a change of an agent was not taken in');
      }
    }
  }

  function store(before: Agent, agent: Agent, row: StateRow | undefined, listening: string | undefined): void {
    const who = { tenantId, agentId: agent.id };
    const facts = factsOf(agent);
    const isOther = !isDeepStrictEqual(facts, factsOf(before));
    const events: NewLiveEvent[] =
      listening === undefined
        ? []
        : [{ topic: extensionTopic(listening), type: 'agent.changed', data: { agent: shownOf(agent) } }];
    journal.write(async (db) => {
      if (row !== undefined) await writeState(db, who, row);
      if (isOther) await writeFacts(db, who, facts);
      return events;
    });
  }

  return {
    get all() {
      return [...agents.values()];
    },
    byId: (id) => agents.get(id),
    byCode: (code) => [...agents.values()].find((agent) => agent.code === code),
    at: (extension) => [...agents.values()].find((agent) => agent.extension === extension),
    move(id, move, facts = {}) {
      const before = agents.get(id);
      const state = before === undefined ? undefined : moved(before.state, move);
      if (before === undefined || state === undefined) return false;
      const at = facts.at ?? clock.now();
      // No two begin at one instant: their order is told by when they began.
      const since = before.since !== undefined && before.since >= at ? new Date(before.since.getTime() + 1) : at;
      const extension = state === 'logged_out' ? undefined : (facts.extension ?? before.extension);
      const { reason, queue, callId } = facts;
      const login = move === 'log_in' ? { answered: 0, idleSince: since, misses: 0 } : {};
      const talked = move === 'hang_up' ? { answered: before.answered + 1, idleSince: since } : {};
      const heard = state === 'talking' ? { misses: 0 } : {};
      const nextPause = state === 'paused' || state === 'logged_out' ? undefined : before.nextPause;
      const told = { state, since, reason, extension, queue, callId, nextPause };
      const agent: Agent = { ...before, ...told, ...login, ...talked, ...heard };
      const row = {
        id: ids.uuid(),
        state,
        reason: reason ?? null,
        extension: extension ?? before.extension ?? null,
        queue: queue ?? null,
        callId: callId ?? null,
        startedAt: since,
      };
      store(before, agent, row, extension ?? before.extension);
      replace(before, agent);
      return true;
    },
    pauseNext(id, reason) {
      const before = agents.get(id);
      if (before === undefined || before.nextPause === reason) return;
      const agent = { ...before, nextPause: reason };
      store(before, agent, undefined, agent.extension);
      replace(before, agent);
    },
    missed(id, misses) {
      const before = agents.get(id);
      if (before === undefined || before.misses === misses) return;
      const agent = { ...before, misses };
      agents.set(id, agent);
      store(before, agent, undefined, undefined);
    },
    moveCall(id, to) {
      const before = agents.get(id);
      if (before?.callId === undefined) return;
      const calls = { from: before.callId, to };
      journal.write(async (db) => {
        await writeCall(db, { tenantId, agentId: id }, calls);
        return [];
      });
      const agent = { ...before, callId: to };
      store(before, agent, undefined, agent.extension);
      replace(before, agent);
    },
    reload(stored, anew = false) {
      for (const row of stored) {
        const { id, code, name, skills, enabled } = row;
        const before = agents.get(id);
        const agent = before === undefined || anew ? agentOf(row) : { ...before, code, name, skills, enabled };
        if (before === undefined) agents.set(id, agent);
        else replace(before, agent);
      }
      // Also one that another process has switched off.
      for (const { id, enabled } of agents.values()) if (!enabled) this.move(id, 'log_out', { reason: 'disabled' });
      const there = new Set(stored.map(({ id }) => id));
      for (const id of agents.keys()) if (!there.has(id)) agents.delete(id);
    },
    onChange: (listener) => void listeners.push(listener),
  };
}

function factsOf({ extension, nextPause, misses }: Agent): AgentFacts {
  return { extension: extension ?? null, nextPause: nextPause ?? null, misses };
}

function agentOf({ open, ...stored }: StoredAgent): Agent {
  return {
    ...stored,
    state: open?.state ?? 'logged_out',
    since: open?.startedAt,
    reason: open?.reason ?? undefined,
    nextPause: stored.nextPause ?? undefined,
    extension: stored.extension ?? undefined,
    queue: open?.queue ?? undefined,
    callId: open?.callId ?? undefined,
    idleSince: stored.idleSince ?? new Date(0),
  };
}

/** An agent as programs see it. */
export function shownOf(agent: Agent): ShownAgent {
  const { code, name, skills, enabled, state, since, answered } = agent;
  return {
    code,
    name,
    skills,
    enabled,
    state,
    reason: agent.reason ?? null,
    nextPause: agent.nextPause ?? null,
    extension: agent.extension ?? null,
    queue: agent.queue ?? null,
    callId: agent.callId ?? null,
    since: since?.toISOString() ?? null,
    answered,
  };
}
