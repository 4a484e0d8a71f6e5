import { setTimeout as sleep } from 'node:timers/promises';
import { callers, callMs, startCalling } from './callers.ts';
import type { Contestant } from './contestant.ts';
import type { Documents } from './documents.ts';
import { cpuMsOf, machineBusyMs, residentBytes } from './process-tree.ts';

/** One attempt to keep up a rate. */
export interface Attempt {
  readonly contestant: string;
  /** Calls a second asked of the generator, and what it brought about. */
  readonly rate: number;
  readonly startedRate: number;
  readonly seconds: number;
  readonly calls: number;
  /** Calls that SIP failed, or that did not hear what they asked for. */
  readonly failed: number;
  readonly mostAtOnce: number;
  /** In processors: the contestant, SIPp, and everything else. */
  readonly load: { readonly contestant: number; readonly generator: number; readonly others: number };
  /** The most that the `node` part held in memory. */
  readonly nodeBytes: number;
}

const habits = callers.hasty;
const lastsMs = callMs(habits);
const sampleMs = 500;
const settleMs = 2_000;

/** Calls at a rate for so long, and sees whether every call went as it should. */
export async function keepUp(
  contestant: Contestant,
  rate: number,
  seconds: number,
  documents: Documents,
): Promise<Attempt> {
  const calls = rate * seconds;
  const reachedBefore = await contestant.reached('invoices');
  const [before, machineBefore, startedAt] = [cpuMsOf(contestant.parts), machineBusyMs(), performance.now()];
  const run = await startCalling(contestant, {
    habits,
    way: 'invoices',
    calls,
    rate,
    documents: documents.toHearInvoices(calls),
  });
  let nodeBytes = 0;
  let generatorMs = 0;
  const sample = (): void => {
    nodeBytes = Math.max(nodeBytes, residentBytes(contestant.parts.node));
    generatorMs = Math.max(generatorMs, cpuMsOf({ sipp: run.pid }).sipp);
  };
  const timer = setInterval(sample, sampleMs);
  const result = await run.finished;
  clearInterval(timer);
  const elapsedMs = performance.now() - startedAt;
  const [after, machineAfter] = [cpuMsOf(contestant.parts), machineBusyMs()];
  await sleep(settleMs);
  const reached = (await contestant.reached('invoices')) - reachedBefore;
  const sum = (parts: Readonly<Record<string, number>>): number => Object.values(parts).reduce((a, b) => a + b, 0);
  const usedMs = sum(after) - sum(before);
  return {
    contestant: contestant.name,
    rate,
    startedRate: (result.successful + result.failed) / ((elapsedMs - lastsMs) / 1000),
    seconds,
    calls,
    failed: Math.max(result.failed, calls - result.successful, calls - reached),
    mostAtOnce: Math.ceil((rate * lastsMs) / 1000),
    load: {
      contestant: usedMs / elapsedMs,
      generator: generatorMs / elapsedMs,
      others: (machineAfter - machineBefore - usedMs - generatorMs) / elapsedMs,
    },
    nodeBytes,
  };
}

/** The goal, and what is tried where the machine is too small for it, which the generator shares. */
export const rates = [150, 120, 100, 80, 70, 60, 50, 40, 30, 20, 10] as const;

/** Tries rates from above until one is kept up without a failed call. */
export async function highestRate(
  contestant: Contestant,
  from: number,
  seconds: number,
  documents: Documents,
  progress: (what: string) => void,
): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  for (const rate of rates.filter((each) => each <= from)) {
    progress(`(${contestant.name}) ${rate} calls a second for ${seconds} s`);
    const attempt = await keepUp(contestant, rate, seconds, documents);
    attempts.push(attempt);
    if (attempt.failed === 0) break;
    await sleep(settleMs);
  }
  return attempts;
}
