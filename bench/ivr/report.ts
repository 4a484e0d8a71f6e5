import { table } from '../table.ts';
import type { Comparison, Round } from './cost.ts';
import { inWords, spread } from './figures.ts';
import type { Reaction } from './latency.ts';
import type { Attempt } from './throughput.ts';
import type { WhereItGoes } from './where-it-goes.ts';

/** Everything one run found out, as it is written to `bench/results/`. */
export interface Report {
  readonly machine: Readonly<Record<string, string | number>>;
  readonly callSeconds: Readonly<Record<string, number>>;
  cost?: { readonly rate: number; readonly rounds: readonly Round[]; readonly comparisons: readonly Comparison[] };
  busy?: { readonly rate: number; readonly rounds: readonly Round[]; readonly comparisons: readonly Comparison[] };
  throughput?: readonly Attempt[];
  reaction?: { readonly rate: number; readonly contestants: readonly Reaction[] };
  whereItGoes?: WhereItGoes;
}

/** The goals of the comparison. */
const goals = { b: 1.5, c: 1 / 6, rate: 150, reactionMs: 20, controlPlaneMb: 250 } as const;

/** The report as tables that a terminal and a Markdown file show alike. */
export function renderReport(report: Report): string {
  const { machine, cost, busy, throughput, reaction, whereItGoes } = report;
  return [
    Object.entries(machine)
      .map(([name, value]) => `${name}: ${value}`)
      .join(', '),
    ...(cost === undefined
      ? []
      : [costTable(`Processor time of a call of ${report.callSeconds['listening']} s`, cost)]),
    ...(busy === undefined ? [] : [costTable(`Of a hasty call of ${report.callSeconds['hasty']} s, busier`, busy)]),
    ...(throughput === undefined ? [] : [throughputTable(throughput)]),
    ...(reaction === undefined ? [] : [reactionTable(reaction)]),
    ...(whereItGoes === undefined ? [] : [whereTable(whereItGoes)]),
  ].join('\n\n');
}

function costTable(title: string, { rate, rounds, comparisons }: NonNullable<Report['cost']>): string {
  const others = spread(rounds.map(({ otherLoad }) => otherLoad));
  const lines = comparisons.flatMap(({ way, cpuMsPerCall, ratio, parts }) => [
    ...Object.entries(cpuMsPerCall).map(([name, all]) => {
      const of = parts[name];
      const failed = rounds.filter((each) => each.way === way && each.contestant === name);
      const sum = failed.reduce((total, each) => total + each.failed, 0);
      const columns = [of?.asterisk, of?.node, of?.postgres].map((ms) => ms?.toFixed(1) ?? '');
      return [way, `(${name})`, inWords(all, 1), ...columns, String(sum)];
    }),
    ...Object.entries(ratio).map(([name, of]) => {
      const goal = name === 'b' ? goals.b : goals.c;
      const verdict = of.median <= goal ? 'reached' : 'missed';
      return [way, `a/${name}`, inWords(of, 3), '', '', '', `goal ${goal.toFixed(3)}: ${verdict}`];
    }),
  ]);
  return `### ${title}: CPU-ms at ${rate} calls/s, median (least–most) of the rounds
Everything else on the machine used ${inWords(others)} processors meanwhile, the generator included.

${table(['way', '', 'all', 'Asterisk', 'Node', 'PostgreSQL', 'failed calls'], lines)}`;
}

function throughputTable(attempts: readonly Attempt[]): string {
  const lines = attempts.map((each) => [
    `(${each.contestant})`,
    `${each.rate}`,
    each.startedRate.toFixed(1),
    `${each.seconds}`,
    `${each.calls}`,
    `${each.failed}`,
    `${each.mostAtOnce}`,
    each.load.contestant.toFixed(2),
    each.load.generator.toFixed(2),
    each.load.others.toFixed(2),
    (each.nodeBytes / 1e6).toFixed(0),
  ]);
  const kept = attempts.filter(({ contestant, failed }) => contestant === 'a' && failed === 0).map(({ rate }) => rate);
  const mb =
    Math.max(...attempts.filter(({ contestant }) => contestant === 'a').map(({ nodeBytes }) => nodeBytes)) / 1e6;
  const verdict = (isReached: boolean): string => (isReached ? 'reached' : 'missed');
  return `### Calls a second without a failed call
Goal ${goals.rate}/s for 60 s: ${verdict(kept.some((rate) => rate >= goals.rate))} on this machine, which the generator shares. Memory of the control plane under ${goals.controlPlaneMb} MB: ${verdict(mb < goals.controlPlaneMb)} (${mb.toFixed(0)} MB).

${table(['', 'asked', 'started', 's', 'calls', 'failed', 'at once', 'its CPUs', 'SIPp CPUs', 'other CPUs', 'Node MB'], lines)}`;
}

function reactionTable({ rate, contestants }: NonNullable<Report['reaction']>): string {
  const lines = contestants.map((each) => [
    `(${each.contestant})`,
    `${each.presses}`,
    each.p50Ms.toFixed(1),
    each.p99Ms.toFixed(1),
    each.p999Ms.toFixed(1),
    each.maxMs.toFixed(1),
    `${each.failures.length}`,
  ]);
  const [a, b] = ['a', 'b'].map(
    (name) => contestants.find(({ contestant }) => contestant === name)?.p999Ms ?? Number.NaN,
  );
  const difference = (a ?? 0) - (b ?? 0);
  return `### From a key's end to other audio, ms, while ${rate} calls/s come
Ours above (b) at p99.9: ${difference.toFixed(1)} ms (goal ${goals.reactionMs}: ${difference <= goals.reactionMs ? 'reached' : 'missed'}).

${table(['', 'keys', 'p50', 'p99', 'p99.9', 'most', 'failed'], lines)}`;
}

function whereTable({ rate, calls, profile, requestsPerCall, eventsPerCall }: WhereItGoes): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const counts = (of: Readonly<Record<string, number>>): string[][] =>
    Object.entries(of)
      .filter(([, count]) => count > 0)
      .map(([what, count]) => [what, count.toFixed(2)]);
  const requests = Object.values(requestsPerCall).reduce((sum, count) => sum + count, 0);
  return `### Where the control plane's time goes (main thread, ${calls} calls at ${rate}/s, under the profiler: ${(profile.busyMs / calls).toFixed(1)} ms a call)

${table(
  ['room or part', 'share'],
  profile.rooms.slice(0, 20).map(({ what, share }) => [what, percent(share)]),
)}

${table(
  ['function', 'share'],
  profile.functions.map(({ what, share }) => [what, percent(share)]),
)}

Requests to Asterisk a call: ${requests.toFixed(2)}

${table(['request', 'a call'], counts(requestsPerCall))}

${table(['event', 'a call'], counts(eventsPerCall))}`;
}

/** The rate below which 70 % of what was kept up lies. */
export function seventyPercent(attempts: readonly Attempt[]): number {
  const kept = attempts.filter(({ contestant, failed }) => contestant === 'a' && failed === 0).map(({ rate }) => rate);
  return Math.max(1, Math.floor(0.7 * Math.max(...kept, 2)));
}
