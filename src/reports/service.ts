import type { Clock } from '../kernel/clock.ts';
import { addDays, daysBetween, startOfDay } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Database } from '../storage/database.ts';
import { agentChecks, agentFiguresOf, queueChecks, queueFiguresOf } from './figures.ts';
import { rollUp } from './roll-up.ts';
import type { AgentReport, AgentReportQuery, QueueReport, QueueReportQuery } from './schemas.ts';
import { type ReportRange, readAgentSums, readQueueSums } from './store.ts';

export { agentFile, queueFile } from './files.ts';

/** What queues and agents came to. Formulas: docs/reports.md. */
export interface Reports {
  /** @throws AppError `bad_request` for days that are too many or in the wrong order, as the other */
  queues(tenantId: number, query: QueueReportQuery): Promise<QueueReport>;
  agents(tenantId: number, query: AgentReportQuery): Promise<AgentReport>;
  /** Works out anew the hours in which something has changed. @returns how many */
  rollUp(): Promise<number>;
}

interface Parts {
  readonly db: Database;
  readonly clock: Clock;
  readonly timeZone: string;
}

/** By the hour a report of a year would have a million rows. */
const mostDays = { total: 3_660, day: 400, hour: 31 } as const;

export function createReports({ db, clock, timeZone }: Parts): Reports {
  function rangeOf(tenantId: number, query: Pick<QueueReportQuery, 'from' | 'until' | 'by'>): ReportRange {
    const days = daysBetween(query.from, query.until) + 1;
    if (days < 1) throw new AppError('bad_request', 'The last day of a report cannot be before its first.');
    if (days > mostDays[query.by]) {
      const most = mostDays[query.by];
      throw new AppError('bad_request', `A report by ${query.by} is of at most ${most} days.`, { days, most });
    }
    const [from, until] = [startOfDay(query.from, timeZone), startOfDay(addDays(query.until, 1), timeZone)];
    return { tenantId, from, until, by: query.by, timeZone, now: clock.now() };
  }

  return {
    async queues(tenantId, query) {
      const { sums, ageMs } = await readQueueSums(db, rangeOf(tenantId, query), query.queue);
      return { rows: sorted(sums.map(queueFiguresOf), query), checks: queueChecks(sums, ageMs) };
    },
    async agents(tenantId, query) {
      const { sums, expectedMs } = await readAgentSums(db, rangeOf(tenantId, query), query.agent);
      return { rows: sorted(sums.map(agentFiguresOf), query), checks: agentChecks(sums, expectedMs) };
    },
    rollUp: () => rollUp(db),
  };
}

/** Rows by one of their columns; those of equals stay in the order of periods. What there is none of comes last. */
function sorted<Key extends string, Row extends Readonly<Record<Key, string | number | null>>>(
  rows: readonly Row[],
  { sort, order }: { readonly sort: Key; readonly order: 'asc' | 'desc' },
): Row[] {
  const sign = order === 'asc' ? 1 : -1;
  return rows.toSorted((a, b) => {
    const x: string | number | null = a[sort];
    const y: string | number | null = b[sort];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return x === y ? 0 : sign * (x < y ? -1 : 1);
  });
}
