import { byInstant, type Change, type Cohort, Cohorts, nextChange } from './cohort.ts';
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
  /** Offered to one agent at a time, also in a queue that rings all: it is that agent's phone that calls. */
  readonly takesOne?: boolean;
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
  readonly line: Line;
  /** Less comes first; which figure it is is the strategy's matter. */
  readonly rank: number;
  readonly idleSinceMs: number;
  readonly order: number;
  readonly agentId: number;
}

/** A queue with who waits in it, and who is free for it, in the order in which they are rung. */
export interface Line {
  readonly rule: QueueRule;
  readonly waiting: Cohorts;
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

/** A caller with everything that is to be taken out again. */
interface Waiting {
  readonly place: Place;
  readonly line: Line;
  readonly cohort: Cohort;
  readonly change: Change | undefined;
}

/**
 * Who waits and who is free in one tenant's queues, kept in the orders in which routing looks at them. Agents who are busy
 * and callers who are being offered are not in it: whoever keeps it takes them out.
 */
export class Snapshot {
  #lines = new Map<string, Line>();
  readonly #callers = new Map<string, WaitingCaller>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #agents = new Map<number, ReadyAgent>();
  readonly #seats = new Map<number, readonly Seat[]>();
  readonly #changes = new SortedList<Change>(byInstant);
  /** The instant for which callers are in their cohorts. */
  #nowMs = Number.NEGATIVE_INFINITY;

  /** Every queue. */
  lines(): IterableIterator<Line> {
    return this.#lines.values();
  }

  /** How many agents are free. */
  get free(): number {
    return this.#agents.size;
  }

  /** Puts callers into the cohorts to which they belong at an instant; nothing else depends on it. */
  comeTo(nowMs: number): void {
    const isBack = nowMs < this.#nowMs;
    this.#nowMs = nowMs;
    if (isBack) {
      for (const caller of this.#callers.values()) this.#placeAnew(caller);
      return;
    }
    for (let next = this.#changes.at(0); next !== undefined && next.atMs <= nowMs; next = this.#changes.at(0)) {
      const caller = this.#callers.get(next.callerId);
      if (caller !== undefined) this.#placeAnew(caller);
    }
  }

  /** When the first caller who is not among these may be offered to somebody who is not able before; undefined: never. */
  nextChangeMs(except: ReadonlySet<string>): number | undefined {
    for (let index = 0; ; index++) {
      const change = this.#changes.at(index);
      if (change === undefined || !except.has(change.callerId)) return change?.atMs;
    }
  }

  /** These are the queues from now on. Who waits or is free in one that is not among them is left alone until it is. */
  setQueues(rules: readonly QueueRule[]): void {
    this.#lines = new Map(
      rules.map((rule) => [rule.number, { rule, waiting: new Cohorts(), free: new SortedList(byRank) } satisfies Line]),
    );
    for (const caller of this.#callers.values()) this.#placeAnew(caller);
    for (const agent of this.#agents.values()) this.#seat(agent);
  }

  /** A caller waits from now on, or what is known of one has changed. */
  wait(caller: WaitingCaller): void {
    this.#callers.set(caller.id, caller);
    this.#placeAnew(caller);
  }

  /** A caller is offered or has gone. */
  leave(callerId: string): void {
    if (this.#callers.delete(callerId)) this.#displace(callerId);
  }

  /** An agent can be rung from now on, or what is known of one has changed. */
  ready(agent: ReadyAgent): void {
    this.busy(agent.id);
    this.#agents.set(agent.id, agent);
    this.#seat(agent);
  }

  /** An agent rings, talks, pauses or has gone. */
  busy(agentId: number): void {
    if (!this.#agents.delete(agentId)) return;
    for (const seat of this.#seats.get(agentId) ?? []) seat.line.free.remove(seat);
    this.#seats.delete(agentId);
  }

  #placeAnew(caller: WaitingCaller): void {
    this.#displace(caller.id);
    const line = this.#lines.get(caller.queue);
    if (line === undefined) return;
    const place = { caller, dueMs: dueMs(caller, line.rule) };
    const cohort = line.waiting.add(place, this.#nowMs);
    const change = nextChange(caller, this.#nowMs);
    if (change !== undefined) this.#changes.add(change);
    this.#waiting.set(caller.id, { place, line, cohort, change });
  }

  #displace(callerId: string): void {
    const waiting = this.#waiting.get(callerId);
    if (waiting === undefined) return;
    const { place, line, cohort, change } = waiting;
    line.waiting.remove(place, cohort);
    if (change !== undefined) this.#changes.remove(change);
    this.#waiting.delete(callerId);
  }

  #seat(agent: ReadyAgent): void {
    const { id: agentId, idleSinceMs } = agent;
    const seats: Seat[] = [];
    for (const membership of agent.queues) {
      const line = this.#lines.get(membership.queue);
      if (line === undefined) continue;
      const rank = ranks[line.rule.strategy](agent, membership);
      const seat: Seat = { agent, line, rank, idleSinceMs, order: membership.order, agentId };
      line.free.add(seat);
      seats.push(seat);
      for (const cohort of line.waiting) cohort.welcome(agent, this.#nowMs);
    }
    this.#seats.set(agentId, seats);
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
  return a.rank - b.rank || a.idleSinceMs - b.idleSinceMs || a.order - b.order || a.agentId - b.agentId;
}
