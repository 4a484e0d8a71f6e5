import { describe, expect, test } from 'vitest';
import { erlangA, erlangC, type QueueTheory } from './erlang.ts';
import { exponential, type Scenario, type SimulatedCaller, simulate } from './simulator.ts';

const handlingMs = 180_000;
const agents = 10;
const load = 8;
const queues = [{ queue: '033', order: 0, lastOfferedMs: null }];

function scenario(patienceMs: number): Scenario {
  return {
    rules: [{ number: '033', strategy: 'longest_idle', weight: 0, serviceLevelMs: 20_000 }],
    agents: Array.from({ length: agents }, (_, id) => ({ id, skills: new Map(), queues })),
    streams: [
      {
        queue: '033',
        priority: 0,
        needs: [],
        betweenMs: exponential(handlingMs / load),
        patienceMs: patienceMs === Number.POSITIVE_INFINITY ? () => patienceMs : exponential(patienceMs),
      },
    ],
    handlingMs: exponential(handlingMs),
  };
}

/** Figures of the callers of one run, as theory has them. */
function figures(callers: readonly SimulatedCaller[]): QueueTheory {
  const waits = callers.map(({ enteredMs, leftMs }) => leftMs - enteredMs);
  const share = (part: readonly unknown[]) => part.length / callers.length;
  return {
    waiting: share(waits.filter((ms) => ms > 0)),
    abandoned: share(callers.filter(({ agentId }) => agentId === null)),
    meanWaitMs: waits.reduce((sum, ms) => sum + ms, 0) / callers.length,
  };
}

/** Runs of their own: within each, callers have to do with each other, so only whole runs may be counted. */
const runs = 40;
/** Student's t for 39 degrees of freedom, 99 %, two-sided. */
const t = 2.708;

/** Half the 99 % interval around each figure's mean, and the mean. */
function measured(patienceMs: number): Record<keyof QueueTheory, { readonly mean: number; readonly half: number }> {
  const all = Array.from({ length: runs }, (_, seed) => {
    return figures(simulate(scenario(patienceMs), seed + 1, 6_000).slice(1_000));
  });
  const of = (name: keyof QueueTheory) => {
    const mean = all.reduce((sum, one) => sum + one[name], 0) / runs;
    const variance = all.reduce((sum, one) => sum + (one[name] - mean) ** 2, 0) / (runs - 1);
    return { mean, half: t * Math.sqrt(variance / runs) };
  };
  return { waiting: of('waiting'), abandoned: of('abandoned'), meanWaitMs: of('meanWaitMs') };
}

describe('callers wait as long as theory says', () => {
  test('who has any patience: Erlang C', () => {
    const theory = erlangC(agents, load, handlingMs);
    expect(theory.waiting).toBeCloseTo(0.409, 3);
    const { waiting, abandoned, meanWaitMs } = measured(Number.POSITIVE_INFINITY);
    expect(Math.abs(waiting.mean - theory.waiting)).toBeLessThan(waiting.half);
    expect(Math.abs(meanWaitMs.mean - theory.meanWaitMs)).toBeLessThan(meanWaitMs.half);
    expect(abandoned.mean).toBe(0);
    // An interval that holds everything would say nothing.
    expect(waiting.half).toBeLessThan(0.02);
  });

  test('who hangs up after a while: Erlang A', () => {
    const theory = erlangA(agents, load, handlingMs, 120_000);
    expect(theory.waiting).toBeCloseTo(0.262, 3);
    expect(theory.abandoned).toBeCloseTo(0.062, 3);
    const { waiting, abandoned, meanWaitMs } = measured(120_000);
    expect(Math.abs(waiting.mean - theory.waiting)).toBeLessThan(waiting.half);
    expect(Math.abs(abandoned.mean - theory.abandoned)).toBeLessThan(abandoned.half);
    expect(Math.abs(meanWaitMs.mean - theory.meanWaitMs)).toBeLessThan(meanWaitMs.half);
    expect(waiting.half).toBeLessThan(0.01);
    expect(abandoned.half).toBeLessThan(0.005);
  });
});

test('patience without end is Erlang C', () => {
  const [a, c] = [erlangA(agents, load, handlingMs, 1e15), erlangC(agents, load, handlingMs)];
  expect(a.waiting).toBeCloseTo(c.waiting, 6);
  expect(a.meanWaitMs / c.meanWaitMs).toBeCloseTo(1, 6);
});

test('the same seed gives the same callers, another seed others', () => {
  const [first, again, other] = [1, 1, 2].map((seed) => simulate(scenario(120_000), seed, 500));
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});
