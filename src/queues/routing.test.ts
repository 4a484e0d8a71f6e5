import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bestOffers, floors, mayMeet, nowMs, snapshotOf, urgency } from '../../test/helpers/routing-oracle.ts';
import { route } from './routing.ts';
import type { QueueRule, ReadyAgent, WaitingCaller } from './snapshot.ts';
import { Snapshot } from './snapshot.ts';

const few = floors({ callers: 4, agents: 4 });
const many = floors({ callers: 60, agents: 40 });

test('callers and agents meet as in the best of all possible decisions', () => {
  let offered = 0;
  fc.assert(
    fc.property(few, (floor) => {
      const { offers } = route(snapshotOf(floor), nowMs);
      offered += offers.length;
      expect(offers).toEqual(bestOffers(floor));
    }),
    { numRuns: 1_000, seed: 1 },
  );
  expect(offered).toBeGreaterThan(250);
});

test('nobody is offered twice, skills and exclusions are kept, and nobody waits for whom an able agent is free', () => {
  fc.assert(
    fc.property(many, (floor) => {
      const { offers } = route(snapshotOf(floor), nowMs);
      const taken = offers.flatMap(({ agentIds }) => agentIds);
      const offered = offers.map(({ callerId }) => callerId);
      expect(new Set(taken).size).toBe(taken.length);
      expect(new Set(offered).size).toBe(offered.length);
      for (const caller of floor.callers) {
        const rung = offers.find(({ callerId }) => callerId === caller.id)?.agentIds ?? [];
        const able = floor.agents.filter((agent) => mayMeet(agent, caller, nowMs)).map(({ id }) => id);
        const left = rung.length > 0 ? [] : able.filter((id) => !taken.includes(id));
        expect({ left, unable: rung.filter((id) => !able.includes(id)) }).toEqual({ left: [], unable: [] });
      }
    }),
    { numRuns: 300 },
  );
});

test('an agent goes to no caller while a more urgent one whom the agent could take is left waiting', () => {
  fc.assert(
    fc.property(many, (floor) => {
      const { offers } = route(snapshotOf(floor), nowMs);
      for (const left of floor.callers.filter(({ id }) => offers.every(({ callerId }) => callerId !== id))) {
        for (const { callerId, agentIds } of offers) {
          const preferred = floor.callers.find(({ id }) => id === callerId);
          if (preferred === undefined || urgency(floor, preferred) <= urgency(floor, left)) continue;
          const able = floor.agents.filter(({ id }) => agentIds.includes(id)).filter((a) => mayMeet(a, left, nowMs));
          expect(able).toEqual([]);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('it does not matter in which order callers and agents came to be known, nor what was known before', () => {
  const shuffled = many.chain((floor) =>
    fc.record({
      floor: fc.constant(floor),
      again: fc.record({
        rules: fc.shuffledSubarray([...floor.rules], { minLength: floor.rules.length }),
        callers: fc.shuffledSubarray([...floor.callers], { minLength: floor.callers.length }),
        agents: fc.shuffledSubarray([...floor.agents], { minLength: floor.agents.length }),
      }),
      passing: fc.subarray([...floor.callers]),
    }),
  );
  fc.assert(
    fc.property(shuffled, many, ({ floor, again, passing }, other) => {
      const snapshot = snapshotOf(other);
      for (const { id } of other.callers) snapshot.leave(id);
      for (const { id } of other.agents) snapshot.busy(id);
      for (const caller of passing) snapshot.wait({ ...caller, priority: 99, queue: '031' });
      for (const agent of again.agents) snapshot.ready({ ...agent, callsTaken: 99 });
      for (const agent of again.agents) snapshot.ready(agent);
      snapshot.setQueues(again.rules);
      for (const caller of again.callers) snapshot.wait(caller);
      expect(route(snapshot, nowMs)).toEqual(route(snapshotOf(floor), nowMs));
    }),
    { numRuns: 200 },
  );
});

test('deciding changes nothing, and needs no repetition before the instant that it names', () => {
  let named = 0;
  fc.assert(
    fc.property(few, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (floor, share) => {
      const snapshot = snapshotOf(floor);
      const decision = route(snapshot, nowMs);
      expect(route(snapshot, nowMs)).toEqual(decision);
      for (const { callerId, agentIds } of decision.offers) {
        snapshot.leave(callerId);
        for (const agentId of agentIds) snapshot.busy(agentId);
      }
      const { againAtMs = nowMs + 600_000 } = decision;
      expect(againAtMs).toBeGreaterThan(nowMs);
      expect(route(snapshot, Math.floor(nowMs + share * (againAtMs - nowMs - 1))).offers).toEqual([]);
      if (route(snapshot, againAtMs).offers.length > 0) named++;
    }),
    { numRuns: 2_000, seed: 1 },
  );
  expect(named).toBeGreaterThan(20);
});

test('whatever happens one after the other, at whichever instant is asked, the decision is that of a floor seen for the first time', () => {
  const instants = fc.integer({ min: nowMs - 90_000, max: nowMs + 90_000 });
  const steps = fc.array(
    fc.tuple(fc.constantFrom('come', 'go', 'ready', 'busy', 'take', 'none'), fc.nat(100), instants),
    { minLength: 20, maxLength: 60 },
  );
  let offered = 0;
  fc.assert(
    fc.property(floors({ callers: 12, agents: 8 }), steps, ({ rules, callers, agents }, happened) => {
      const snapshot = snapshotOf({ rules, callers: [], agents: [] });
      const waiting = new Map<string, WaitingCaller>();
      const free = new Map<number, ReadyAgent>();
      const leave = (id: string) => {
        waiting.delete(id);
        snapshot.leave(id);
      };
      const busy = (id: number) => {
        free.delete(id);
        snapshot.busy(id);
      };
      for (const [what, n, atMs] of happened) {
        const caller = callers[n % (callers.length || 1)];
        const one = agents[n % (agents.length || 1)];
        if (what === 'come' && caller !== undefined) {
          waiting.set(caller.id, caller);
          snapshot.wait(caller);
        } else if (what === 'ready' && one !== undefined) {
          free.set(one.id, one);
          snapshot.ready(one);
        } else if (what === 'go' && caller !== undefined) leave(caller.id);
        else if (what === 'busy' && one !== undefined) busy(one.id);
        const decision = route(snapshot, atMs);
        const seen = { rules, callers: [...waiting.values()], agents: [...free.values()] };
        expect(decision).toEqual(route(snapshotOf(seen), atMs));
        offered += decision.offers.length;
        if (what !== 'take') continue;
        for (const { callerId, agentIds } of decision.offers) {
          leave(callerId);
          for (const id of agentIds) busy(id);
        }
      }
    }),
    { numRuns: 200, seed: 1 },
  );
  expect(offered).toBeGreaterThan(1_000);
});

const rule: QueueRule = { number: '033', strategy: 'longest_idle', weight: 0, serviceLevelMs: 20_000 };

function caller(id: string, changes: Partial<WaitingCaller> = {}): WaitingCaller {
  return { id, queue: '033', sinceMs: 0, priority: 0, needs: [], excluded: new Map(), ...changes };
}

function agent(id: number, changes: Partial<ReadyAgent> = {}): ReadyAgent {
  const queues = [{ queue: '033', order: 0, lastOfferedMs: null }];
  return { id, skills: new Map(), idleSinceMs: 0, callsTaken: 0, queues, ...changes };
}

test('a caller without priority is overtaken by urgent ones who come within their minutes, and by no other', () => {
  const snapshot = new Snapshot();
  snapshot.setQueues([rule]);
  snapshot.wait(caller('patient'));
  const served: number[] = [];
  // One agent takes one caller every ten seconds, and two with three points of priority come meanwhile: more and more wait.
  for (let atMs = 0; served.at(-1) !== -1; atMs += 10_000) {
    snapshot.wait(caller(`${atMs} a`, { sinceMs: atMs, priority: 3 }));
    snapshot.wait(caller(`${atMs} b`, { sinceMs: atMs, priority: 3 }));
    snapshot.ready(agent(1));
    const callerId = route(snapshot, atMs).offers[0]?.callerId ?? '';
    snapshot.leave(callerId);
    snapshot.busy(1);
    served.push(callerId === 'patient' ? -1 : Number.parseInt(callerId, 10));
  }
  expect(Math.max(...served)).toBe(180_000);
  expect(served).toHaveLength(39);
});

test('the caller of the heavier queue goes first, unless another has waited a minute longer for each point', () => {
  const both = agent(1, { queues: ['033', '034'].map((queue) => ({ queue, order: 0, lastOfferedMs: null })) });
  const first = (lightSinceMs: number) => {
    const rules = [rule, { ...rule, number: '034', weight: 2 }];
    const callers = [caller('light', { sinceMs: lightSinceMs }), caller('heavy', { queue: '034', sinceMs: 500_000 })];
    return route(snapshotOf({ rules, callers, agents: [both] }), 600_000).offers.map(({ callerId }) => callerId);
  };
  expect(first(380_001)).toEqual(['heavy']);
  expect(first(379_999)).toEqual(['light']);
});

test('of two queues, the caller whose service level is due first goes first', () => {
  const both = agent(1, { queues: ['033', '034'].map((queue) => ({ queue, order: 0, lastOfferedMs: null })) });
  const rules = [rule, { ...rule, number: '034', serviceLevelMs: 60_000 }];
  const callers = [caller('later', { queue: '034', sinceMs: 0 }), caller('sooner', { sinceMs: 39_000 })];
  expect(route(snapshotOf({ rules, callers, agents: [both] }), 50_000).offers[0]?.callerId).toBe('sooner');
});

test('agents take turns in round robin, whatever else they do', () => {
  const snapshot = new Snapshot();
  snapshot.setQueues([{ ...rule, strategy: 'round_robin' }]);
  const lastOffered = new Map<number, number>();
  const turns: number[] = [];
  for (let turn = 0; turn < 7; turn++) {
    for (const id of [3, 1, 2]) {
      const queues = [{ queue: '033', order: id, lastOfferedMs: lastOffered.get(id) ?? null }];
      snapshot.ready(agent(id, { queues, callsTaken: id * turn, idleSinceMs: 0 }));
    }
    snapshot.wait(caller('one'));
    const id = route(snapshot, turn).offers[0]?.agentIds[0] ?? 0;
    lastOffered.set(id, turn);
    turns.push(id);
  }
  expect(turns).toEqual([1, 2, 3, 1, 2, 3, 1]);
});

test('a caller who needs an expert gets somebody less skilled after waiting, and the most skilled of several', () => {
  const needs = [{ skill: 'fibra', levels: [4, 2, 0].map((level, n) => ({ afterMs: n * 30_000, level })) }];
  const floor = {
    rules: [{ ...rule, strategy: 'skills' as const }],
    callers: [caller('one', { needs })],
    agents: [0, 2, 3].map((level) => agent(level, { skills: new Map([['fibra', level]]) })),
  };
  expect(route(snapshotOf(floor), 0)).toEqual({ offers: [], againAtMs: 30_000 });
  expect(route(snapshotOf(floor), 30_000).offers).toEqual([{ callerId: 'one', queue: '033', agentIds: [3] }]);
  const unskilled = { ...floor, agents: floor.agents.slice(0, 1) };
  expect(route(snapshotOf(unskilled), 30_000)).toEqual({ offers: [], againAtMs: 60_000 });
  expect(route(snapshotOf(unskilled), 60_000).offers).toEqual([{ callerId: 'one', queue: '033', agentIds: [0] }]);
});
