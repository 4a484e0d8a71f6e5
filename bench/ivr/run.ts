import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { callers, callIn, callMs, type Habits } from './callers.ts';
import type { Contestant } from './contestant.ts';
import { compare, measureCost } from './cost.ts';
import { Documents } from './documents.ts';
import { measureReaction } from './latency.ts';
import { describeMachine } from './machine.ts';
import { startOurs } from './ours.ts';
import { startPeers } from './peer/peers.ts';
import { emptyHomes, resultsFolder } from './places.ts';
import { type Report, renderReport, seventyPercent } from './report.ts';
import { type Attempt, highestRate, keepUp, rates } from './throughput.ts';
import { findWhereItGoes } from './where-it-goes.ts';

/**
 * Measures our voice menu against the same menu in plain dialplan, in one interleaved run. `docs/benchmarks.md` says what
 * is measured and how.
 *
 *   npm run bench:ivr -- [--quick] [--only cost,busy,throughput,reaction,profile] [--rounds 5]
 */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: 'cost,busy,throughput,reaction,profile' },
    rounds: { type: 'string' },
    /** Calls a second while reactions are timed, instead of 70 % of what throughput found. */
    rate: { type: 'string' },
  },
});
const parts = new Set(values.only.split(','));
const { quick } = values;
const rounds = Number(values.rounds ?? (quick ? 2 : 5));
const startedAt = performance.now();

function progress(what: string): void {
  console.error(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${what}`);
}

const report: Report = {
  machine: describeMachine(),
  callSeconds: { hasty: callMs(callers.hasty) / 1000, listening: callMs(callers.listening) / 1000 },
};
const stops: (() => Promise<void>)[] = [];
try {
  await emptyHomes();
  progress('starting ours and the peers');
  const ours = await startOurs();
  stops.push(() => ours.stop());
  const peers = await startPeers(ours.contestant.account);
  stops.push(() => peers.stop());
  const documents = new Documents(ours.database.documents);
  const [a, b, c] = [ours.contestant, peers.curl, peers.python];

  progress('warming up');
  for (const [contestant, calls, rate] of [
    [a, 400, 20],
    [b, 400, 20],
    [c, 20, 4],
  ] as const) {
    await callIn(contestant, {
      habits: callers.hasty,
      way: 'invoices',
      calls,
      rate,
      documents: documents.toHearInvoices(calls),
    });
  }

  if (parts.has('cost')) {
    report.cost = await cost([a, b, c], callers.listening, 4, quick ? 24 : 48, ['invoices', 'unlock']);
  }
  if (parts.has('busy')) report.busy = await cost([a, b], callers.hasty, 20, quick ? 120 : 300, ['invoices']);
  if (parts.has('throughput')) report.throughput = await throughput(a, b, documents);
  if (parts.has('reaction')) {
    const rate = Number(values.rate ?? seventyPercent(report.throughput ?? []));
    const plan = { rate, rounds, seconds: quick ? 15 : 30, probes: 8, documents, progress };
    report.reaction = { rate, contestants: await measureReaction([a, b], plan) };
  }

  async function cost(
    contestants: readonly Contestant[],
    habits: Habits,
    rate: number,
    calls: number,
    ways: readonly ('invoices' | 'unlock')[],
  ) {
    const taken = await measureCost(contestants, { habits, ways, rounds, calls, rate, documents, progress });
    return { rate, rounds: taken, comparisons: ways.map((way) => compare(taken, way)) };
  }
} finally {
  for (const stop of stops) await stop();
}
if (parts.has('profile')) {
  progress('ours once more, under the profiler');
  report.whereItGoes = await findWhereItGoes(20, quick ? 200 : 600);
}

const text = renderReport(report);
mkdirSync(resultsFolder, { recursive: true });
const file = join(resultsFolder, `ivr-${report.machine['date']?.toString().replaceAll(/[:.]/g, '-')}.json`);
writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
console.log(`${text}\n\nWritten to ${file}`);
process.exit(0);

/** Searches with short runs, then holds what was found for the whole time. The peer is held to the same. */
async function throughput(ours: Contestant, peer: Contestant, documents: Documents): Promise<Attempt[]> {
  const [searchSeconds, holdSeconds] = quick ? [6, 10] : [10, 60];
  const searched = await highestRate(ours, rates[0], searchSeconds, documents, progress);
  let from = searched.at(-1)?.rate ?? 0;
  const held: Attempt[] = [];
  for (const rate of rates.filter((each) => each <= from)) {
    progress(`(${ours.name}) ${rate} calls a second for ${holdSeconds} s`);
    held.push(await keepUp(ours, rate, holdSeconds, documents));
    from = rate;
    if (held.at(-1)?.failed === 0) break;
  }
  const peers = await highestRate(peer, rates[0], searchSeconds, documents, progress);
  progress(`(${peer.name}) ${from} calls a second for ${holdSeconds} s`);
  return [...searched, ...held, ...peers, await keepUp(peer, from, holdSeconds, documents)];
}
