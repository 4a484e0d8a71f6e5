import fc from 'fast-check';
import type { Offer } from '../../src/queues/routing.ts';
import { pointMs, type QueueRule, type ReadyAgent, Snapshot, type WaitingCaller } from '../../src/queues/snapshot.ts';

/** Who waits and who is free, as a list: what routing's own index is held against. */
export interface Floor {
  readonly rules: readonly QueueRule[];
  readonly callers: readonly WaitingCaller[];
  readonly agents: readonly ReadyAgent[];
}

/** The instant at which floors are decided about. */
export const nowMs = 1_000_000;

/** An index of a floor. */
export function snapshotOf({ rules, callers, agents }: Floor): Snapshot {
  const snapshot = new Snapshot();
  snapshot.setQueues(rules);
  for (const caller of callers) snapshot.wait(caller);
  for (const agent of agents) snapshot.ready(agent);
  return snapshot;
}

/** Floors of up to so many callers and agents, with ties and people who cannot be matched. */
export function floors(most: { readonly callers: number; readonly agents: number }): fc.Arbitrary<Floor> {
  const numbers = ['031', '032', '033'];
  const strategy = fc.constantFrom('longest_idle', 'round_robin', 'fewest_calls', 'skills', 'ring_all');
  const rules = fc.tuple(
    ...numbers.map((number) =>
      fc.record({
        number: fc.constant(number),
        strategy,
        weight: fc.nat(2),
        serviceLevelMs: fc.constantFrom(0, 20_000, 60_000),
      }),
    ),
  );
  const skill = fc.constantFrom('fibra', 'financeiro', 'ingles');
  const level = fc.record({ afterMs: fc.integer({ min: 1, max: 90_000 }), level: fc.nat(3) });
  const levels = fc
    .tuple(fc.nat(4), fc.array(level, { maxLength: 2 }))
    .map(([first, later]) => [{ afterMs: 0, level: first }, ...later.toSorted((a, b) => a.afterMs - b.afterMs)]);
  const needs = fc.oneof(
    fc.constant([]),
    fc.uniqueArray(fc.record({ skill, levels }), { selector: (n) => n.skill, maxLength: 2 }),
  );
  const excluded = fc
    .array(fc.tuple(fc.nat(most.agents), fc.integer({ min: nowMs - 5_000, max: nowMs + 5_000 })), { maxLength: 2 })
    .map((entries) => new Map(entries));
  const caller = (shared: readonly WaitingCaller['needs'][]) =>
    fc.record({
      id: fc.integer({ min: 0, max: 999 }).map(String),
      queue: fc.constantFrom(...numbers),
      sinceMs: fc.integer({ min: 0, max: 12 }).map((n) => nowMs - n * 10_000),
      priority: fc.nat(2),
      needs: fc.constantFrom(...shared),
      excluded,
      takesOne: fc.boolean(),
    });
  const membership = fc.record({
    queue: fc.constantFrom(...numbers),
    order: fc.nat(2),
    lastOfferedMs: fc.option(fc.nat(5), { nil: null }),
  });
  const agent = fc.record({
    id: fc.nat(most.agents),
    skills: fc
      .uniqueArray(fc.tuple(skill, fc.integer({ min: 1, max: 4 })), { selector: ([name]) => name })
      .map((s) => new Map(s)),
    idleSinceMs: fc.nat(5),
    callsTaken: fc.nat(3),
    queues: fc.uniqueArray(membership, { selector: (m) => m.queue, maxLength: 3 }),
  });
  return fc.array(needs, { minLength: 1, maxLength: 3 }).chain((shared) =>
    fc.record({
      rules,
      callers: fc.uniqueArray(caller(shared), { selector: (c) => c.id, maxLength: most.callers }),
      agents: fc.uniqueArray(agent, { selector: (a) => a.id, maxLength: most.agents }),
    }),
  );
}

/**
 * The decision that the rules ask for, found by trying every possible one: of all in which nobody is in two and everybody is
 * able, the one that the most urgent caller likes best; of several, that which the second likes best, and so on.
 */
export function bestOffers(floor: Floor): Offer[] {
  const callers = floor.callers.toSorted((a, b) => urgency(floor, a) - urgency(floor, b) || (a.id < b.id ? -1 : 1));
  let best: readonly (readonly number[])[] | undefined;
  for (const assignment of everyAssignment(floor, callers, [])) {
    if (best === undefined || isPreferred(floor, callers, assignment, best)) best = assignment;
  }
  return callers.flatMap(({ id, queue }, n) => {
    const agentIds = best?.[n] ?? [];
    return agentIds.length === 0 ? [] : [{ callerId: id, queue, agentIds }];
  });
}

/** Whether an agent may be offered a caller, read from the rules once more. */
export function mayMeet(agent: ReadyAgent, caller: WaitingCaller, atMs: number): boolean {
  const until = caller.excluded.get(agent.id);
  if (until !== undefined && atMs < until) return false;
  return (
    agent.queues.some(({ queue }) => queue === caller.queue) &&
    caller.needs.every(({ skill, levels }) => {
      const reached = levels.filter(({ afterMs }) => afterMs <= atMs - caller.sinceMs);
      return (agent.skills.get(skill) ?? 0) >= (reached.at(-1)?.level ?? 0);
    })
  );
}

/** Less is more urgent. */
export function urgency(floor: Floor, caller: WaitingCaller): number {
  const rule = ruleOf(floor, caller);
  return caller.sinceMs + rule.serviceLevelMs - pointMs * caller.priority - pointMs * rule.weight;
}

function ruleOf(floor: Floor, caller: WaitingCaller): QueueRule {
  const rule = floor.rules.find(({ number }) => number === caller.queue);
  if (rule === undefined) throw new Error(`The floor has no queue ${caller.queue}.`);
  return rule;
}

/** Whether a caller is offered to all who are able, rather than to one of them. */
function ringsAll(floor: Floor, caller: WaitingCaller): boolean {
  return ruleOf(floor, caller).strategy === 'ring_all' && caller.takesOne !== true;
}

function* everyAssignment(
  floor: Floor,
  [caller, ...others]: readonly WaitingCaller[],
  taken: readonly number[],
): Generator<readonly (readonly number[])[]> {
  if (caller === undefined) {
    yield [];
    return;
  }
  const able = floor.agents.filter((agent) => !taken.includes(agent.id) && mayMeet(agent, caller, nowMs));
  const choices = ringsAll(floor, caller) ? subsets(able) : [[], ...able.map((agent) => [agent])];
  for (const choice of choices) {
    const ids = inOrder(floor, caller, choice).map(({ id }) => id);
    for (const rest of everyAssignment(floor, others, [...taken, ...ids])) yield [ids, ...rest];
  }
}

function subsets<T>([first, ...others]: readonly T[]): T[][] {
  if (first === undefined) return [[]];
  return subsets(others).flatMap((set) => [set, [first, ...set]]);
}

function isPreferred(
  floor: Floor,
  callers: readonly WaitingCaller[],
  a: readonly (readonly number[])[],
  b: readonly (readonly number[])[],
): boolean {
  for (const [n, caller] of callers.entries()) {
    const [forA, forB] = [a[n] ?? [], b[n] ?? []];
    // Somebody is better than nobody, and all who are able better than some.
    if (forA.length !== forB.length) return forA.length > forB.length;
    const [agentA, agentB] = [forA, forB].map(([id]) => floor.agents.find((agent) => agent.id === id));
    if (agentA === undefined || agentB === undefined || agentA === agentB) continue;
    if (ringsAll(floor, caller)) continue;
    return inOrder(floor, caller, [agentA, agentB])[0] === agentA;
  }
  return false;
}

/** Agents in the order in which a caller's queue prefers them. */
function inOrder(floor: Floor, caller: WaitingCaller, agents: readonly ReadyAgent[]): ReadyAgent[] {
  const { strategy } = ruleOf(floor, caller);
  const figures = (agent: ReadyAgent): number[] => {
    const membership = agent.queues.find(({ queue }) => queue === caller.queue);
    const skill = caller.needs.map((need) => agent.skills.get(need.skill) ?? 0).reduce((a, b) => a + b, 0);
    const first = {
      longest_idle: 0,
      round_robin: membership?.lastOfferedMs ?? -1,
      fewest_calls: agent.callsTaken,
      skills: -skill,
      ring_all: 0,
    }[strategy];
    return [first, agent.idleSinceMs, membership?.order ?? 0, agent.id];
  };
  return agents.toSorted((a, b) => {
    const [x, y] = [figures(a), figures(b)];
    return x.map((figure, n) => figure - (y[n] ?? 0)).find((difference) => difference !== 0) ?? 0;
  });
}
