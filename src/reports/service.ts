import type { Clock } from '../kernel/clock.ts';
import { addDays, daysBetween, startOfDay } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { readAgentQueueSums, readAgentSums, readPauseSums } from './agent-store.ts';
import {
  agentChecks,
  agentFiguresOf,
  agentQueueFiguresOf,
  dispositionFiguresOf,
  pauseFiguresOf,
  queueChecks,
  queueFiguresOf,
  surveyFiguresOf,
} from './figures.ts';
import { readQueueSums } from './queue-store.ts';
import type { ReportRange } from './range.ts';
import { rollUp } from './roll-up.ts';
import type {
  AgentQueueReport,
  AgentQueueReportQuery,
  AgentReport,
  AgentReportQuery,
  DispositionReport,
  DispositionReportQuery,
  PauseReport,
  PauseReportQuery,
  QueueReport,
  QueueReportQuery,
  ReportQuery,
  SurveyReport,
  SurveyReportQuery,
} from './schemas.ts';
import type { ReportDatabase } from './statement.ts';
import { readDispositionSums, readSurveySums } from './talk-store.ts';

export { type ReportName, type ReportRows, reportCells, reportFile } from './files.ts';

/**
 * What queues and agents came to. Formulas: docs/reports.md.
 * @throws AppError `bad_request` for days that are too many or in the wrong order
 */
export interface Reports {
  queues(tenantId: number, query: QueueReportQuery): Promise<QueueReport>;
  agents(tenantId: number, query: AgentReportQuery): Promise<AgentReport>;
  /** What each agent did for each queue. */
  agentQueues(tenantId: number, query: AgentQueueReportQuery): Promise<AgentQueueReport>;
  pauses(tenantId: number, query: PauseReportQuery): Promise<PauseReport>;
  surveys(tenantId: number, query: SurveyReportQuery): Promise<SurveyReport>;
  dispositions(tenantId: number, query: DispositionReportQuery): Promise<DispositionReport>;
  /** Works out anew the hours in which something has changed. @returns how many */
  rollUp(): Promise<number>;
}

interface Parts {
  readonly database: ReportDatabase;
  readonly clock: Clock;
  readonly timeZone: string;
}

/** By the hour a report of a year would have a million rows. */
const mostDays = { total: 3_660, day: 400, hour: 31 } as const;

export function createReports({ database, clock, timeZone }: Parts): Reports {
  function rangeOf(tenantId: number, query: ReportQuery): ReportRange {
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
      const reading = await readQueueSums(database, rangeOf(tenantId, query), query);
      return { rows: sorted(reading.sums.map(queueFiguresOf), query), checks: queueChecks(reading) };
    },
    async agents(tenantId, query) {
      const reading = await readAgentSums(database, rangeOf(tenantId, query), query);
      return { rows: sorted(reading.sums.map(agentFiguresOf), query), checks: agentChecks(reading) };
    },
    async agentQueues(tenantId, query) {
      const sums = await readAgentQueueSums(database, rangeOf(tenantId, query), query);
      return { rows: sorted(sums.map(agentQueueFiguresOf), query) };
    },
    async pauses(tenantId, query) {
      const sums = await readPauseSums(database, rangeOf(tenantId, query), query);
      return { rows: sorted(sums.map(pauseFiguresOf), query) };
    },
    async surveys(tenantId, query) {
      const sums = await readSurveySums(database.db, rangeOf(tenantId, query), query);
      return { rows: sorted(sums.map(surveyFiguresOf), query) };
    },
    async dispositions(tenantId, query) {
      const sums = await readDispositionSums(database.db, rangeOf(tenantId, query), query);
      return { rows: sorted(sums.map(dispositionFiguresOf), query) };
    },
    rollUp: () => rollUp(database.db),
  };
}

const collator = new Intl.Collator('pt-BR');

/** Rows, which come in the order of periods, by one of their columns; equals stay in that order. What there is none of comes last. */
function sorted<Key extends string, Row extends Readonly<Record<Key, string | number | null>>>(
  rows: Row[],
  { sort, order }: { readonly sort: Key; readonly order: 'asc' | 'desc' },
): Row[] {
  if (sort === 'period' && order === 'asc') return rows;
  const sign = order === 'asc' ? 1 : -1;
  return rows.toSorted((a, b) => {
    const x: string | number | null = a[sort];
    const y: string | number | null = b[sort];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * (typeof x === 'number' && typeof y === 'number' ? x - y : collator.compare(String(x), String(y)));
  });
}
