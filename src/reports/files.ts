import { agentColumns, type Column, type Columns, pauseColumns, queueColumns } from './columns.ts';
import { csvOf } from './csv.ts';
import type { AgentReport, QueueReport } from './schemas.ts';
import { workbookOf } from './workbook.ts';

export interface ReportFile {
  readonly contentType: string;
  readonly content: Buffer;
}

export type FileFormat = 'csv' | 'xlsx';

/** A report of queues as a file. */
export function queueFile({ rows }: QueueReport, format: FileFormat): Promise<ReportFile> {
  return fileOf('Filas', listed(queueColumns), rows, format);
}

/** A report of agents as a file, with a column for each reason of a pause that occurs. */
export function agentFile({ rows }: AgentReport, format: FileFormat): Promise<ReportFile> {
  return fileOf('Agentes', [...listed(agentColumns), ...pauseColumns(rows)], rows, format);
}

async function fileOf<Row>(
  name: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  format: FileFormat,
): Promise<ReportFile> {
  if (format === 'csv') return { contentType: 'text/csv; charset=utf-8', content: Buffer.from(csvOf(columns, rows)) };
  const contentType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  return { contentType, content: await workbookOf(name, columns, rows) };
}

function listed<Row>(columns: Columns<Row>): Column<Row>[] {
  return Object.values<Column<Row> | undefined>(columns).filter((column) => column !== undefined);
}
