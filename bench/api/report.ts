import { inWords, median, spread } from '../ivr/figures.ts';
import { table } from '../table.ts';
import type { Pace } from './pace.ts';
import type { Burst } from './peak.ts';

/** What was found out about one method. */
export interface MethodReport {
  readonly method: string;
  /** One pair a round, taken one after the other. */
  readonly rounds: readonly { readonly ours: Burst; readonly bare: Burst }[];
  /** At half of what ours managed. */
  readonly paces: readonly Pace[];
  /** How many statements both run for one request. */
  readonly statements: number;
}

export interface ApiReport {
  readonly machine: Readonly<Record<string, string | number>>;
  readonly api: string;
  readonly connections: number;
  readonly seconds: number;
  readonly methods: readonly MethodReport[];
}

const goals = { share: 0.7, p99Ms: 15 } as const;

/** The report as tables that a terminal and a Markdown file show alike. */
export function renderApiReport({ machine, api, connections, seconds, methods }: ApiReport): string {
  return [
    Object.entries(machine)
      .map(([name, value]) => `${name}: ${value}`)
      .join(', '),
    `### ${api}: requests a second, ${connections} connections, bursts of ${seconds} s; median (least–most)\n${table(
      [
        'method',
        'statements',
        'ours',
        'bare Fastify',
        'share',
        `goal ${goals.share}`,
        'CPU ms, ours',
        'CPU ms, bare',
        'others',
      ],
      methods.map(peakRow),
    )}`,
    `### Time of an answer at half of our peak, ms\n${table(
      ['method', 'requests/s', 'server', 'p50', 'p99', 'most', 'wrong', `goal ${goals.p99Ms}`],
      methods.flatMap(({ paces }) => paces.map(paceRow)),
    )}`,
  ].join('\n\n');
}

/** Ours by bare, in each round. */
export function shares({ rounds }: Pick<MethodReport, 'rounds'>): number[] {
  return rounds.map(({ ours, bare }) => ours.requestsPerSecond / bare.requestsPerSecond);
}

function peakRow(report: MethodReport): string[] {
  const { method, rounds, statements } = report;
  const wrong = rounds.reduce((sum, { ours, bare }) => sum + ours.wrong + bare.wrong, 0);
  const of = (who: 'ours' | 'bare', what: 'requestsPerSecond' | 'cpuMsPerRequest') =>
    spread(rounds.map((round) => round[who][what]));
  const share = spread(shares(report));
  return [
    `${method}${wrong === 0 ? '' : ` (${wrong} wrong)`}`,
    String(statements),
    inWords(of('ours', 'requestsPerSecond'), 0),
    inWords(of('bare', 'requestsPerSecond'), 0),
    inWords(share),
    share.median >= goals.share ? 'reached' : 'missed',
    inWords(of('ours', 'cpuMsPerRequest')),
    inWords(of('bare', 'cpuMsPerRequest')),
    inWords(spread(rounds.flatMap(({ ours, bare }) => [ours.othersLoad, bare.othersLoad]))),
  ];
}

function paceRow(pace: Pace): string[] {
  return [
    pace.method,
    pace.rate.toFixed(0),
    pace.contestant,
    pace.p50Ms.toFixed(1),
    pace.p99Ms.toFixed(1),
    pace.maxMs.toFixed(1),
    String(pace.wrong),
    pace.p99Ms < goals.p99Ms ? 'reached' : 'missed',
  ];
}

/** The rate to hold while answers are timed. */
export function halfOfPeak(rounds: MethodReport['rounds']): number {
  return Math.max(1, Math.floor(median(rounds.map(({ ours }) => ours.requestsPerSecond)) / 2));
}
