import { setTimeout as sleep } from 'node:timers/promises';
import { callIn, type Habits } from './callers.ts';
import type { Contestant, Parts, Way } from './contestant.ts';
import type { Documents } from './documents.ts';
import { median, type Spread, spread } from './figures.ts';
import { cpuMsOf, machineBusyMs } from './process-tree.ts';

/** One round of calls to one contestant. */
export interface Round {
  readonly contestant: string;
  readonly way: Way;
  readonly completed: number;
  readonly failed: number;
  readonly cpuMsPerCall: Readonly<Record<keyof Parts | 'all', number>>;
  /** What everything else on the machine used meanwhile, the generator and this program included, in processors. */
  readonly otherLoad: number;
}

export interface CostPlan {
  readonly habits: Habits;
  readonly ways: readonly Way[];
  readonly rounds: number;
  readonly calls: number;
  /** Calls a second. */
  readonly rate: number;
  readonly documents: Documents;
  readonly progress: (what: string) => void;
}

/** What the last call left to do, such as its rows in the log, is done by then. */
const settleMs = 1_500;

/** Calls the contestants in turn, round after round, each time beginning with another one. */
export async function measureCost(contestants: readonly Contestant[], plan: CostPlan): Promise<Round[]> {
  const rounds: Round[] = [];
  for (const way of plan.ways) {
    for (let round = 0; round < plan.rounds; round += 1) {
      for (let turn = 0; turn < contestants.length; turn += 1) {
        const contestant = contestants[(round + turn) % contestants.length];
        if (contestant === undefined) continue;
        plan.progress(`${way}, round ${round + 1} of ${plan.rounds}: (${contestant.name}) ${contestant.title}`);
        rounds.push(await measureRound(contestant, way, plan));
      }
    }
  }
  return rounds;
}

async function measureRound(
  contestant: Contestant,
  way: Way,
  { habits, calls, rate, documents }: CostPlan,
): Promise<Round> {
  const reachedBefore = await contestant.reached(way);
  const [before, machineBefore, startedAt] = [cpuMsOf(contestant.parts), machineBusyMs(), performance.now()];
  const given = way === 'unlock' ? documents.toUnlock(contestant, calls) : documents.toHearInvoices(calls);
  const crowd = { habits, way, calls, rate, documents: given };
  const { failed } = await callIn(contestant, crowd);
  await sleep(settleMs);
  const [after, machineAfter, endedAt] = [cpuMsOf(contestant.parts), machineBusyMs(), performance.now()];
  const completed = (await contestant.reached(way)) - reachedBefore;
  const used = { asterisk: 0, node: 0, postgres: 0, all: 0 };
  for (const part of ['asterisk', 'node', 'postgres'] as const) {
    used[part] = (after[part] - before[part]) / completed;
    used.all += used[part];
  }
  const others = machineAfter - machineBefore - used.all * completed;
  return {
    contestant: contestant.name,
    way,
    completed,
    failed: Math.max(failed, calls - completed),
    cpuMsPerCall: used,
    otherLoad: others / (endedAt - startedAt),
  };
}

export interface Comparison {
  readonly way: Way;
  readonly cpuMsPerCall: Readonly<Record<string, Spread>>;
  /** Ours to each peer, of the rounds that belong together: `b`, `c`. */
  readonly ratio: Readonly<Record<string, Spread>>;
  readonly parts: Readonly<Record<string, Readonly<Record<keyof Parts, number>>>>;
}

/** Medians over the rounds, and the ratios of ours to its peers round by round. */
export function compare(rounds: readonly Round[], way: Way): Comparison {
  const of = (name: string): readonly Round[] => rounds.filter((each) => each.way === way && each.contestant === name);
  const names = [...new Set(rounds.map(({ contestant }) => contestant))].toSorted();
  const all = (name: string): number[] => of(name).map(({ cpuMsPerCall }) => cpuMsPerCall.all);
  const ours = all('a');
  return {
    way,
    cpuMsPerCall: Object.fromEntries(names.map((name) => [name, spread(all(name))])),
    ratio: Object.fromEntries(
      names
        .filter((name) => name !== 'a')
        .map((name) => [name, spread(all(name).map((peer, i) => (ours[i] ?? Number.NaN) / peer))]),
    ),
    parts: Object.fromEntries(
      names.map((name) => {
        const part = (key: keyof Parts): number => median(of(name).map(({ cpuMsPerCall }) => cpuMsPerCall[key]));
        return [name, { asterisk: part('asterisk'), node: part('node'), postgres: part('postgres') }];
      }),
    ),
  };
}
