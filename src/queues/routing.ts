import { isAble } from './ability.ts';
import type { Cohort } from './cohort.ts';
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
  snapshot.comeTo(nowMs);
  const offers: Offer[] = [];
  const offered = new Set<string>();
  const taken = new Set<number>();
  const heads = headsOf(snapshot);
  while (heads.length > 0 && taken.size < snapshot.free) {
    const head = mostUrgent(heads);
    const { caller } = head.place;
    const chosen = choose(head, taken, nowMs);
    let next: Place | undefined;
    if (chosen.length > 0) {
      for (const agentId of chosen) taken.add(agentId);
      offered.add(caller.id);
      offers.push({ callerId: caller.id, queue: caller.queue, agentIds: chosen });
      next = head.cohort.waiting.at(++head.index);
    }
    if (next === undefined) heads.splice(heads.indexOf(head), 1);
    else head.place = next;
  }
  return { offers, againAtMs: snapshot.nextChangeMs(offered) };
}

/** Where a decision has come to in one cohort. */
interface Head {
  readonly line: Line;
  readonly cohort: Cohort;
  index: number;
  /** Whose turn it is. */
  place: Place;
}

function headsOf(snapshot: Snapshot): Head[] {
  const heads: Head[] = [];
  for (const line of snapshot.lines()) {
    if (line.free.length === 0) continue;
    for (const cohort of line.waiting) {
      const place = cohort.waiting.at(0);
      if (place !== undefined && !cohort.isInVain) heads.push({ line, cohort, index: 0, place });
    }
  }
  return heads;
}

function mostUrgent(heads: readonly Head[]): Head {
  return heads.reduce((best, head) => (byUrgency(head.place, best.place) < 0 ? head : best));
}

/** The agents that the caller whose turn it is is offered to; none when those who are left are not able. */
function choose({ line, cohort, place }: Head, taken: ReadonlySet<number>, nowMs: number): number[] {
  const { caller } = place;
  const { strategy } = line.rule;
  const able: ReadyAgent[] = [];
  let isAnyoneAble = false;
  for (let index = 0; index < line.free.length; index++) {
    const agent = line.free.at(index)?.agent;
    if (agent === undefined || !isAble(agent, caller, nowMs)) continue;
    isAnyoneAble = true;
    if (taken.has(agent.id)) continue;
    able.push(agent);
    if (strategy !== 'skills' && (strategy !== 'ring_all' || caller.takesOne === true)) break;
  }
  cohort.isInVain = !isAnyoneAble;
  return (strategy === 'skills' ? mostSkilled(able, caller) : able).map(({ id }) => id);
}

/** The one whose levels in the skills that the caller needs add up to most; the first of several. */
function mostSkilled(able: readonly ReadyAgent[], { needs }: WaitingCaller): ReadyAgent[] {
  const levels = (agent: ReadyAgent) => needs.reduce((sum, { skill }) => sum + (agent.skills.get(skill) ?? 0), 0);
  return able.length === 0 ? [] : [able.reduce((best, agent) => (levels(agent) > levels(best) ? agent : best))];
}
