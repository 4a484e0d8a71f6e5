import { agentQueueReportQuery, agentReportQuery, queueReportQuery } from '../../src/reports/schemas.ts';
import type { Reports } from '../../src/reports/service.ts';
import { agentQueueSums, agentSums, type By, queueSums, queueSumsOfRows } from './by-hand.ts';
import { firstDay } from './many-calls.ts';

type Row = Readonly<Record<string, unknown>>;

/** One report, ours and by hand. */
export interface Contest {
  readonly name: string;
  readonly days: { readonly from: string; readonly until: string };
  /** Refuses a report whose figures do not agree with each other. */
  readonly ours: () => Promise<readonly Row[]>;
  readonly sql: string;
  readonly fromRows?: string;
}

const year = { from: firstDay, until: '2024-12-29' } as const;
const month = { from: '2024-06-01', until: '2024-06-30' } as const;
const day = { from: '2024-06-03', until: '2024-06-03' } as const;
const asked = [
  ['queues', 'a year', year, 'total'],
  ['queues', 'a year by the day', year, 'day'],
  ['queues', 'a month by the hour', month, 'hour'],
  ['queues', 'a day by the hour', day, 'hour'],
  ['agents', 'a year', year, 'total'],
  ['agents', 'a month by the day', month, 'day'],
  ['agents', 'a day', day, 'total'],
  ['agents by queue', 'a year', year, 'total'],
  ['agents by queue', 'a month by the day', month, 'day'],
] as const;

/** All that are measured. */
export function contests(reports: Reports, tenantId: number): Contest[] {
  const of = {
    queues: {
      read: (days: object) => reports.queues(tenantId, queueReportQuery.parse(days)),
      sql: queueSums,
      fromRows: queueSumsOfRows,
    },
    agents: {
      read: (days: object) => reports.agents(tenantId, agentReportQuery.parse(days)),
      sql: agentSums,
      fromRows: undefined,
    },
    'agents by queue': {
      read: async (days: object) => ({
        checks: [],
        ...(await reports.agentQueues(tenantId, agentQueueReportQuery.parse(days))),
      }),
      sql: agentQueueSums,
      fromRows: undefined,
    },
  };
  return asked.map(([whose, when, days, by]) => {
    const { read, sql, fromRows } = of[whose];
    const name = `${whose}, ${when}`;
    return {
      name,
      days,
      ours: async () => {
        const { rows, checks } = await read({ ...days, by });
        if (!checks.every(({ holds }) => holds)) throw new Error(`${name}: ${JSON.stringify(checks)}`);
        return rows;
      },
      sql: sql(by satisfies By),
      ...(fromRows === undefined ? {} : { fromRows: fromRows(by) }),
    };
  });
}

/** What is told in the same words by both, or in words that stand for the same. */
const sameAs: Readonly<Record<string, string>> = {
  period: 'period',
  offered: 'offered',
  answered: 'answered',
  abandoned: 'abandoned',
  offers: 'offers',
  inTime: 'in_time',
  longestWaitMs: 'longest_wait_ms',
  ringingMs: 'ringing',
  talkingMs: 'talking',
  availableMs: 'available',
  pausedMs: 'paused',
};

/** @throws Error where a row by hand is not that of the report */
export function assertSame(name: string, rows: readonly Row[], hand: readonly Row[]): void {
  if (rows.length !== hand.length) throw new Error(`${name}: ${rows.length} rows, by hand ${hand.length}`);
  for (const [n, row] of rows.entries()) {
    for (const [ours, theirs] of Object.entries(sameAs)) {
      const [a, b] = [row[ours], hand[n]?.[theirs]];
      if (a !== undefined && b !== undefined && a !== b)
        throw new Error(`${name}: ${ours} is ${JSON.stringify(a)}, by hand ${JSON.stringify(b)}`);
    }
  }
}
