import { route } from '../../src/queues/routing.ts';
import {
  type QueueRule,
  type ReadyAgent,
  type SkillNeed,
  Snapshot,
  type Strategy,
  type WaitingCaller,
} from '../../src/queues/snapshot.ts';
import { quantile, type Spread, spread } from '../ivr/figures.ts';

export interface DecisionFigures {
  readonly situation: string;
  /** Of one processor's time, with telling the snapshot what happened: other programs do not count. */
  readonly perSecond: Spread;
  /** Of one decision: microseconds. */
  readonly p50Us: number;
  readonly p99Us: number;
  readonly mostUs: number;
}

const [agentCount, waitingCount, queueCount] = [500, 300, 10];
const decisionsInARound = 50_000;
const strategies: readonly Strategy[] = ['longest_idle', 'round_robin', 'fewest_calls', 'skills'];
const needsFibre: readonly SkillNeed[] = [
  {
    skill: 'fibra',
    levels: [
      { afterMs: 0, level: 3 },
      { afterMs: 60_000, level: 1 },
    ],
  },
];
const needsNothing: readonly SkillNeed[] = [];
const excluded: ReadonlyMap<number, number> = new Map();

/** Times decisions in three situations: everybody busy, everybody free, and many of both who cannot be brought together. */
export function decisions(rounds: number): DecisionFigures[] {
  return [
    timed('an agent becomes free, 300 wait', rounds, busy()),
    timed('a caller comes, 500 are free', rounds, idle()),
    timed('300 wait whom none of 500 who are free can take', rounds, hopeless()),
  ];
}

/** What happens before each decision; what is to be done after it. */
interface Situation {
  readonly snapshot: Snapshot;
  readonly happen: (n: number, nowMs: number) => void;
}

function timed(situation: string, rounds: number, { snapshot, happen }: Situation): DecisionFigures {
  const count = decisionsInARound;
  const rates: number[] = [];
  const each: number[] = [];
  let n = 0;
  // The first round only warms up.
  for (let round = 0; round <= rounds; round++) {
    const from = process.threadCpuUsage();
    for (const until = n + count; n < until; n++) {
      const nowMs = n * 100;
      happen(n, nowMs);
      for (const { callerId, agentIds } of route(snapshot, nowMs).offers) {
        snapshot.leave(callerId);
        for (const id of agentIds) snapshot.busy(id);
      }
    }
    const { user, system } = process.threadCpuUsage(from);
    if (round > 0) rates.push((count * 1_000_000) / (user + system));
  }
  for (const until = n + count; n < until; n++) {
    happen(n, n * 100);
    const from = performance.now();
    const { offers } = route(snapshot, n * 100);
    each.push((performance.now() - from) * 1_000);
    for (const { callerId, agentIds } of offers) {
      snapshot.leave(callerId);
      for (const id of agentIds) snapshot.busy(id);
    }
  }
  const [p50Us = 0, p99Us = 0, mostUs = 0] = [0.5, 0.99, 1].map((share) => quantile(each, share));
  return { situation, perSecond: spread(rates), p50Us, p99Us, mostUs };
}

function busy(): Situation {
  const snapshot = floor();
  for (let n = 1; n < waitingCount; n++) snapshot.wait(callerOf(-n, 0));
  return {
    snapshot,
    happen: (n, nowMs) => {
      // The one whom the agent before took is followed by another.
      snapshot.wait(callerOf(n, nowMs));
      snapshot.ready(agentOf(n % agentCount, nowMs));
    },
  };
}

function idle(): Situation {
  const snapshot = floor();
  for (let id = 0; id < agentCount; id++) snapshot.ready(agentOf(id, 0));
  return {
    snapshot,
    happen: (n, nowMs) => {
      for (const k of [0, 1]) snapshot.ready(agentOf((n * 2 + k) % agentCount, nowMs));
      snapshot.wait(callerOf(n, nowMs));
    },
  };
}

function hopeless(): Situation {
  const snapshot = floor();
  const needs = [{ skill: 'ingles', levels: [{ afterMs: 0, level: 1 }] }];
  for (let id = 0; id < agentCount; id++) snapshot.ready(agentOf(id, 0));
  for (let n = 0; n < waitingCount; n++) snapshot.wait({ ...callerOf(n, 0), needs });
  return { snapshot, happen: (n, nowMs) => snapshot.ready(agentOf(n % agentCount, nowMs)) };
}

const queueOf = (n: number) => `0${30 + (Math.abs(n) % queueCount)}`;

/** Ten queues with different strategies and weights. */
function floor(): Snapshot {
  const snapshot = new Snapshot();
  const rules = Array.from({ length: queueCount }, (_, n): QueueRule => {
    const strategy = strategies[n % strategies.length] ?? 'longest_idle';
    return { number: queueOf(n), strategy, weight: n % 3, serviceLevelMs: 20_000 };
  });
  snapshot.setQueues(rules);
  return snapshot;
}

/** One caller in seven has priority, one in three needs a skill that half of the agents have. */
function callerOf(n: number, sinceMs: number): WaitingCaller {
  const needs = n % 3 === 0 ? needsFibre : needsNothing;
  return { id: `caller ${n}`, queue: queueOf(n), sinceMs, priority: n % 7 === 0 ? 2 : 0, needs, excluded };
}

/** Each agent is in three queues. What does not change is made once, as the floor does. */
const crew = Array.from({ length: agentCount }, (_, id): ReadyAgent => {
  const group = Math.floor(id / queueCount);
  const skills = new Map(group % 2 === 0 ? [] : [['fibra', (group % 10) + 1]]);
  const queues = [0, 3, 6].map((k) => ({ queue: queueOf(id + k), order: 0, lastOfferedMs: null }));
  return { id, skills, idleSinceMs: 0, callsTaken: id % 9, queues };
});

function agentOf(id: number, idleSinceMs: number): ReadyAgent {
  const { skills, callsTaken, queues } = crew[id] as ReadyAgent;
  return { id, skills, idleSinceMs, callsTaken, queues };
}
