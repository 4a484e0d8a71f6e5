import { join } from 'node:path';
import { promptsFolder } from '../../src/ivr/speech/plugin.ts';
import { callers, startCalling } from './callers.ts';
import type { Contestant } from './contestant.ts';
import type { Documents } from './documents.ts';
import { quantile } from './figures.ts';
import { probe } from './probe/reaction.ts';

export interface Reaction {
  readonly contestant: string;
  readonly presses: number;
  readonly failures: readonly string[];
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

export interface LatencyPlan {
  /** Calls a second of the crowd that calls meanwhile. */
  readonly rate: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly probes: number;
  readonly documents: Documents;
  readonly progress: (what: string) => void;
}

/** What the menu of all contestants begins with. */
const menuRecording = join(promptsFolder, 'pt-BR', 'situation_suspended-1.alaw');
/** The crowd is there in full, and the probes are in the menu. */
const rampMs = 5_000;

/** Takes the time from a key to other audio while a crowd calls, in turns. */
export async function measureReaction(contestants: readonly Contestant[], plan: LatencyPlan): Promise<Reaction[]> {
  const taken = new Map(contestants.map((each) => [each.name, { ms: [] as number[], failures: [] as string[] }]));
  for (let round = 0; round < plan.rounds; round += 1) {
    for (let turn = 0; turn < contestants.length; turn += 1) {
      const contestant = contestants[(round + turn) % contestants.length];
      if (contestant === undefined) continue;
      plan.progress(
        `reaction under ${plan.rate} calls a second, round ${round + 1}: (${contestant.name}) ${contestant.title}`,
      );
      const calls = plan.rate * (plan.seconds + rampMs / 1000 + 2);
      const documents = plan.documents.toHearInvoices(calls + plan.probes);
      const crowd = {
        habits: callers.hasty,
        way: 'invoices',
        calls,
        rate: plan.rate,
        documents: documents.slice(plan.probes),
      } as const;
      const run = await startCalling(contestant, crowd);
      const until = performance.now() + rampMs + plan.seconds * 1000;
      const results = await Promise.all(
        documents.slice(0, plan.probes).map((document) => probe({ contestant, document, menuRecording, until })),
      );
      await run.finished;
      for (const { reactionsMs, failures } of results) {
        taken.get(contestant.name)?.ms.push(...reactionsMs);
        taken.get(contestant.name)?.failures.push(...failures);
      }
    }
  }
  return [...taken].map(([contestant, { ms, failures }]) => ({
    contestant,
    presses: ms.length,
    failures,
    p50Ms: quantile(ms, 0.5),
    p99Ms: quantile(ms, 0.99),
    p999Ms: quantile(ms, 0.999),
    maxMs: Math.max(...ms),
  }));
}
