import { isAble, type NeedsClass, needsClass, nextChangeMs } from './ability.ts';
import { byUrgency, type Line, type Place, type ReadyAgent, type Snapshot, type WaitingCaller } from './snapshot.ts';

/** A caller to be rung at the phones of agents: one, or several at once. */
export interface Offer {
  readonly callerId: string;
  readonly queue: string;
  readonly agentIds: readonly number[];
}

export interface Decision {
  /** The most urgent first. No caller and no agent is in two. */
  readonly offers: readonly Offer[];
  /** When to decide again though nothing happens meanwhile: then somebody needs less skill, or may be offered to one excluded. */
  readonly againAtMs: number | undefined;
}

/**
 * Who is offered to whom. Callers choose in the order of their urgency (`dueMs`) over all queues; each is offered to the
 * first agent of the queue, by its strategy, who is free and able, so no agent is left free whom a caller waits for.
 * The same snapshot and instant give the same decision; nothing is changed.
 */
export function route(snapshot: Snapshot, nowMs: number): Decision {
  const offers: Offer[] = [];
  const taken = new Set<number>();
  let againAtMs = Number.POSITIVE_INFINITY;
  const heads = headsOf(snapshot);
  while (heads.length > 0) {
    const head = mostUrgent(heads);
    const { caller } = head.place;
    const chosen = choose(head, taken, nowMs);
    if (chosen.length > 0) {
      for (const agentId of chosen) taken.add(agentId);
      offers.push({ callerId: caller.id, queue: caller.queue, agentIds: chosen });
    } else if (!head.isDeserted) againAtMs = Math.min(againAtMs, nextChangeMs(caller, nowMs));
    const next = head.isDeserted ? undefined : head.line.waiting.at(++head.index);
    if (next === undefined) heads.splice(heads.indexOf(head), 1);
    else head.place = next;
  }
  return { offers, againAtMs: againAtMs === Number.POSITIVE_INFINITY ? undefined : againAtMs };
}

/** Where a decision has come to in one queue. */
interface Head {
  readonly line: Line;
  index: number;
  /** Whose turn it is. */
  place: Place;
  /** Nobody is free any more. */
  isDeserted: boolean;
  /** Needs, and the class of them last asked about, for which nobody who is free is able. */
  readonly inVain: Map<WaitingCaller['needs'], NeedsClass>;
}

function headsOf(snapshot: Snapshot): Head[] {
  const heads: Head[] = [];
  for (const line of snapshot.lines()) {
    const place = line.waiting.at(0);
    if (place === undefined || line.free.length === 0) continue;
    heads.push({ line, index: 0, place, isDeserted: false, inVain: new Map() });
  }
  return heads;
}

function mostUrgent(heads: readonly Head[]): Head {
  return heads.reduce((best, head) => (byUrgency(head.place, best.place) < 0 ? head : best));
}

/** The agents that the caller whose turn it is is offered to; none when those who are free are not able. */
function choose(head: Head, taken: ReadonlySet<number>, nowMs: number): number[] {
  const { caller } = head.place;
  const wanted = needsClass(caller, nowMs);
  if (head.inVain.get(caller.needs) === wanted) return [];
  const { strategy } = head.line.rule;
  const able: ReadyAgent[] = [];
  head.isDeserted = true;
  for (const { agent } of head.line.free) {
    if (taken.has(agent.id)) continue;
    head.isDeserted = false;
    if (!isAble(agent, caller, nowMs)) continue;
    able.push(agent);
    if (strategy !== 'ring_all' && strategy !== 'skills') break;
  }
  if (able.length === 0 && caller.excluded.size === 0) head.inVain.set(caller.needs, wanted);
  return (strategy === 'skills' ? mostSkilled(able, caller) : able).map(({ id }) => id);
}

/** The one whose levels in the skills that the caller needs add up to most; the first of several. */
function mostSkilled(able: readonly ReadyAgent[], { needs }: WaitingCaller): ReadyAgent[] {
  const levels = (agent: ReadyAgent) => needs.reduce((sum, { skill }) => sum + (agent.skills.get(skill) ?? 0), 0);
  return able.length === 0 ? [] : [able.reduce((best, agent) => (levels(agent) > levels(best) ? agent : best))];
}
