import { isAble, type NeedsClass, needsClass, nextChangeMs } from './ability.ts';
import type { Place, ReadyAgent, SkillNeed, WaitingCaller } from './snapshot.ts';
import { byUrgency } from './snapshot.ts';
import { SortedList } from './sorted-list.ts';

/**
 * Callers of one queue for whom the very same agents are able just now: they need the same, and nobody is excluded. One to
 * whom somebody is excluded is alone. What is found out for one of them is known for all.
 */
export class Cohort {
  /** The most urgent first. */
  readonly waiting = new SortedList<Place>(byUrgency);
  /** None of the agents who are free for the queue is able; false also where that is not known. */
  isInVain = false;

  /** An agent is free for the queue from now on. */
  welcome(agent: ReadyAgent, nowMs: number): void {
    const first = this.waiting.at(0);
    if (this.isInVain && first !== undefined && isAble(agent, first.caller, nowMs)) this.isInVain = false;
  }
}

/** The cohorts of one queue in which anybody waits. */
export class Cohorts implements Iterable<Cohort> {
  readonly #peopled = new Set<Cohort>();
  readonly #shared = new WeakMap<readonly SkillNeed[], Cohort[]>();

  /** Puts a caller among those to whom it belongs at an instant, until `remove`. */
  add(place: Place, nowMs: number): Cohort {
    const cohort = this.#cohortOf(place.caller, nowMs);
    if (cohort.waiting.length === 0) {
      cohort.isInVain = false;
      this.#peopled.add(cohort);
    }
    cohort.waiting.add(place);
    return cohort;
  }

  remove(place: Place, cohort: Cohort): void {
    cohort.waiting.remove(place);
    if (cohort.waiting.length === 0) this.#peopled.delete(cohort);
  }

  #cohortOf(caller: WaitingCaller, nowMs: number): Cohort {
    for (const untilMs of caller.excluded.values()) if (untilMs > nowMs) return new Cohort();
    let classes = this.#shared.get(caller.needs);
    if (classes === undefined) this.#shared.set(caller.needs, (classes = []));
    const wanted: NeedsClass = needsClass(caller, nowMs);
    return (classes[wanted] ??= new Cohort());
  }

  [Symbol.iterator](): IterableIterator<Cohort> {
    return this.#peopled.values();
  }
}

/** When a caller belongs to another cohort. */
export interface Change {
  readonly atMs: number;
  readonly callerId: string;
}

/** Undefined: never. */
export function nextChange(caller: WaitingCaller, nowMs: number): Change | undefined {
  const atMs = nextChangeMs(caller, nowMs);
  return atMs === Number.POSITIVE_INFINITY ? undefined : { atMs, callerId: caller.id };
}

export function byInstant(a: Change, b: Change): number {
  return a.atMs - b.atMs || (a.callerId < b.callerId ? -1 : a.callerId === b.callerId ? 0 : 1);
}
