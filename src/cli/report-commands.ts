import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Clock, localDate } from '../kernel/clock.ts';
import {
  agentQueueReportQuery,
  agentReportQuery,
  type Check,
  dispositionReportQuery,
  pauseReportQuery,
  queueReportQuery,
  surveyReportQuery,
} from '../reports/schemas.ts';
import { type ReportName, type ReportRows, type Reports, reportCells, reportFile } from '../reports/service.ts';
import { alignedRows } from './aligned-rows.ts';
import { kinds, type OfTenant, readCommandLine } from './command-line.ts';

const reportName = z.enum(['queues', 'agents', 'agent-queues', 'pauses', 'surveys', 'dispositions']);
const queries: Readonly<Record<z.infer<typeof reportName>, z.ZodObject>> = {
  queues: queueReportQuery,
  agents: agentReportQuery,
  'agent-queues': agentQueueReportQuery,
  pauses: pauseReportQuery,
  surveys: surveyReportQuery,
  dispositions: dispositionReportQuery,
};
const format = z.enum(['table', 'csv', 'xlsx']);

/** What `npm run reports` was asked to tell. */
export interface ReportCommand extends OfTenant {
  readonly report: z.infer<typeof reportName>;
  /** As the report's own schema has it, but for days that may be left out. */
  readonly asked: Readonly<Record<string, unknown>>;
  readonly format: z.infer<typeof format>;
  /** Where it is written; undefined: to the terminal. */
  readonly file: string | undefined;
}

/** @throws AppError `bad_request` with the way it is used */
export function readReportCommand(args: readonly string[]): ReportCommand {
  const { text } = kinds;
  return readCommandLine(args, {
    name: 'reports',
    uses: [`${reportName.options.join('|')} [--from DAY] [--until DAY] [--by day|hour]`],
    notes: [
      'DAY as YYYY-MM-DD, today if left out; also --queue NUMBER, --agent CODE, --sort FIGURE, --order desc,',
      'for surveys and dispositions --per all|queue|agent|queue_and_agent,',
      'and --format csv, or --file NAME.csv or NAME.xlsx, which is what spreadsheets open',
    ],
    words: 1,
    settings: {
      from: text,
      until: text,
      by: text,
      queue: text,
      agent: text,
      per: text,
      sort: text,
      order: text,
      format,
      file: z.string().regex(/\.(csv|xlsx)$/, 'must end in .csv or .xlsx'),
    },
    read([word], { format: wanted = 'table', file, ...said }) {
      const report = reportName.parse(word);
      const asked = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
      // Days that are left out are today's, which is not known yet.
      queries[report].partial({ from: true, until: true }).strict().parse(asked);
      if (file === undefined && wanted === 'xlsx') throw new Error('A workbook needs a file: --file NAME.xlsx');
      const ending = file === undefined ? wanted : format.parse(file.split('.').at(-1));
      return { report, asked, format: ending, file };
    },
  });
}

/**
 * Tells it.
 * @returns lines for the terminal
 * @throws AppError `bad_request`
 */
export async function runReportCommand(
  parts: { readonly reports: Reports; readonly clock: Clock; readonly timeZone: string },
  tenantId: number,
  command: ReportCommand,
): Promise<string[]> {
  const today = localDate(parts.clock.now(), parts.timeZone);
  const from = command.asked['from'] ?? command.asked['until'] ?? today;
  const asked = { ...command.asked, from, until: command.asked['until'] ?? today };
  const { reports } = parts;
  const { report } = command;
  if (report === 'queues') return told(command, report, await reports.queues(tenantId, queueReportQuery.parse(asked)));
  if (report === 'agents') return told(command, report, await reports.agents(tenantId, agentReportQuery.parse(asked)));
  if (report === 'pauses') return told(command, report, await reports.pauses(tenantId, pauseReportQuery.parse(asked)));
  if (report === 'surveys') {
    return told(command, report, await reports.surveys(tenantId, surveyReportQuery.parse(asked)));
  }
  if (report === 'dispositions') {
    return told(command, report, await reports.dispositions(tenantId, dispositionReportQuery.parse(asked)));
  }
  return told(command, 'agentQueues', await reports.agentQueues(tenantId, agentQueueReportQuery.parse(asked)));
}

async function told<Name extends ReportName>(
  { format: wanted, file }: ReportCommand,
  name: Name,
  { rows, checks = [] }: { readonly rows: readonly ReportRows[Name][]; readonly checks?: readonly Check[] },
): Promise<string[]> {
  const failed = checks.filter(({ holds }) => !holds);
  const warnings = failed.map(
    (check) => `Not everything was written: ${check.name} should be ${check.expected} and is ${check.found}.`,
  );
  if (wanted === 'table') return [...alignedRows(reportCells(name, rows)), ...warnings];
  const { content } = await reportFile(name, rows, wanted);
  // What is sent on to another program is the report and nothing else.
  if (file === undefined) return [content.toString('utf8').trimEnd()];
  await writeFile(file, content);
  return [`${file} has ${rows.length} rows.`, ...warnings];
}
