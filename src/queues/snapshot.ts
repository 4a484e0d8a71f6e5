import { SortedList } from './sorted-list.ts';

/** Which of the free and able agents is rung first. */
export type Strategy = 'longest_idle' | 'round_robin' | 'fewest_calls' | 'skills' | 'ring_all';

/** What routing must know of a queue. */
export interface QueueRule {
  readonly number: string;
  readonly strategy: Strategy;
  /** Points for all its callers; see {@link dueMs}. */
  readonly weight: number;
  /** How soon its callers are to be answered. */
  readonly serviceLevelMs: number;
}

/** A skill that a caller needs, and how much of it after which wait: by and by less may do. */
export interface SkillNeed {
  readonly skill: string;
  /** In the order of `afterMs`, the first at 0. Level 0: the skill is not needed any more. */
  readonly levels: readonly { readonly afterMs: number; readonly level: number }[];
}

/** A caller in a queue who is offered to nobody just now. Instants are milliseconds of the epoch. */
export interface WaitingCaller {
  readonly id: string;
  readonly queue: string;
  readonly sinceMs: number;
  /** Points of the caller's own; see {@link dueMs}. */
  readonly priority: number;
  /** Callers who need the same had best share one list: what was found out for one is then known for all, at once. */
  readonly needs: readonly SkillNeed[];
  /** Agents who are not offered this caller, each until an instant: who has just not answered, for one. */
  readonly excluded: ReadonlyMap<number, number>;
}

/** An agent who can be rung now. */
export interface ReadyAgent {
  readonly id: number;
  /** Skill to level. */
  readonly skills: ReadonlyMap<string, number>;
  /** The later of login and the end of the last talk; not answering does not move it. */
  readonly idleSinceMs: number;
  /** Calls taken since login. */
  readonly callsTaken: number;
  readonly queues: readonly Membership[];
}

export interface Membership {
  readonly queue: string;
  /** Who comes first where nothing else decides. */
  readonly order: number;
  /** When the agent was last rung for this queue; null: never. */
  readonly lastOfferedMs: number | null;
}

/** A caller's place in a queue. */
export interface Place {
  readonly caller: WaitingCaller;
  readonly dueMs: number;
}

/** A free agent in one of the queues. */
export interface Seat {
  readonly agent: ReadyAgent;
  readonly order: number;
  /** Less comes first; which figure it is is the strategy's matter. */
  readonly rank: number;
}

/** A queue with who waits in it, the most urgent first, and who is free for it, in the order in which they are rung. */
export interface Line {
  readonly rule: QueueRule;
  readonly waiting: SortedList<Place>;
  readonly free: SortedList<Seat>;
}

/** What one point of priority or weight is worth. */
export const pointMs = 60_000;

/**
 * The instant by which callers are ranked, in all queues alike: when the queue's service level is due, a minute earlier for
 * each point of the caller's priority and of the queue's weight. It does not move while the caller waits, so nobody is
 * overtaken by who comes more than the difference in points and service levels later: nobody starves.
 */
export function dueMs(caller: WaitingCaller, rule: QueueRule): number {
  return caller.sinceMs + rule.serviceLevelMs - (caller.priority + rule.weight) * pointMs;
}

/** Whether one place is more urgent than another: negative then. */
export function byUrgency(a: Place, b: Place): number {
  return a.dueMs - b.dueMs || (a.caller.id < b.caller.id ? -1 : a.caller.id === b.caller.id ? 0 : 1);
}

/**
 * Who waits and who is free in one tenant's queues, kept in the orders in which routing looks at them. Agents who are busy
 * and callers who are being offered are not in it: whoever keeps it takes them out.
 */
export class Snapshot {
  #lines = new Map<string, Line>();
  readonly #callers = new Map<string, WaitingCaller>();
  readonly #agents = new Map<number, ReadyAgent>();

  /** Every queue. */
  lines(): IterableIterator<Line> {
    return this.#lines.values();
  }

  /** These are the queues from now on. Who waits or is free in one that is not among them is left alone until it is. */
  setQueues(rules: readonly QueueRule[]): void {
    this.#lines = new Map(
      rules.map((rule) => [
        rule.number,
        { rule, waiting: new SortedList(byUrgency), free: new SortedList(byRank) } satisfies Line,
      ]),
    );
    for (const caller of this.#callers.values()) this.#place(caller, 'add');
    for (const agent of this.#agents.values()) this.#seat(agent, 'add');
  }

  /** A caller waits from now on, or what is known of one has changed. */
  wait(caller: WaitingCaller): void {
    this.leave(caller.id);
    this.#callers.set(caller.id, caller);
    this.#place(caller, 'add');
  }

  /** A caller is offered or has gone. */
  leave(callerId: string): void {
    const caller = this.#callers.get(callerId);
    if (caller === undefined) return;
    this.#callers.delete(callerId);
    this.#place(caller, 'remove');
  }

  /** An agent can be rung from now on, or what is known of one has changed. */
  ready(agent: ReadyAgent): void {
    this.busy(agent.id);
    this.#agents.set(agent.id, agent);
    this.#seat(agent, 'add');
  }

  /** An agent rings, talks, pauses or has gone. */
  busy(agentId: number): void {
    const agent = this.#agents.get(agentId);
    if (agent === undefined) return;
    this.#agents.delete(agentId);
    this.#seat(agent, 'remove');
  }

  #place(caller: WaitingCaller, act: 'add' | 'remove'): void {
    const line = this.#lines.get(caller.queue);
    line?.waiting[act]({ caller, dueMs: dueMs(caller, line.rule) });
  }

  #seat(agent: ReadyAgent, act: 'add' | 'remove'): void {
    for (const membership of agent.queues) {
      const line = this.#lines.get(membership.queue);
      if (line === undefined) continue;
      const rank = ranks[line.rule.strategy](agent, membership);
      line.free[act]({ agent, order: membership.order, rank });
    }
  }
}

/** By what each strategy ranks those who are free; `skills` asks each caller besides. Of equals the longest idle is first. */
const ranks: Readonly<Record<Strategy, (agent: ReadyAgent, membership: Membership) => number>> = {
  longest_idle: ({ idleSinceMs }) => idleSinceMs,
  round_robin: (_, { lastOfferedMs }) => lastOfferedMs ?? Number.MIN_SAFE_INTEGER,
  fewest_calls: ({ callsTaken }) => callsTaken,
  skills: ({ idleSinceMs }) => idleSinceMs,
  ring_all: () => 0,
};

function byRank(a: Seat, b: Seat): number {
  return a.rank - b.rank || a.agent.idleSinceMs - b.agent.idleSinceMs || a.order - b.order || a.agent.id - b.agent.id;
}
