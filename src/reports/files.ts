import {
  agentColumns,
  agentQueueColumns,
  type Column,
  dispositionColumns,
  pauseColumns,
  pauseColumnsOf,
  queueColumns,
  surveyColumns,
} from './columns.ts';
import { cellsOf, csvOf } from './csv.ts';
import type {
  AgentFigures,
  AgentQueueFigures,
  DispositionFigures,
  PauseFigures,
  QueueFigures,
  SurveyFigures,
} from './schemas.ts';
import { workbookOf } from './workbook.ts';

export interface ReportFile {
  /** With its ending. */
  readonly name: string;
  readonly contentType: string;
  readonly content: Buffer;
}

export type FileFormat = 'csv' | 'xlsx';

/** The rows of each report by its name. */
export interface ReportRows {
  queues: QueueFigures;
  agents: AgentFigures;
  agentQueues: AgentQueueFigures;
  pauses: PauseFigures;
  surveys: SurveyFigures;
  dispositions: DispositionFigures;
}
export type ReportName = keyof ReportRows;

type Files = {
  readonly [Name in ReportName]: {
    readonly name: string;
    readonly title: string;
    readonly columns: (rows: readonly ReportRows[Name][]) => readonly Column<ReportRows[Name]>[];
  };
};

const files: Files = {
  queues: { name: 'filas', title: 'Filas', columns: () => queueColumns },
  agents: { name: 'agentes', title: 'Agentes', columns: (rows) => [...agentColumns, ...pauseColumnsOf(rows)] },
  agentQueues: { name: 'agentes-por-fila', title: 'Agentes por fila', columns: () => agentQueueColumns },
  pauses: { name: 'pausas', title: 'Pausas', columns: () => pauseColumns },
  surveys: { name: 'pesquisa', title: 'Pesquisa', columns: () => surveyColumns },
  dispositions: { name: 'tabulacoes', title: 'Tabulações', columns: () => dispositionColumns },
};

/** A report as a file, for people: titles in Portuguese, times as clocks show them. */
export async function reportFile<Name extends ReportName>(
  report: Name,
  rows: readonly ReportRows[Name][],
  format: FileFormat,
): Promise<ReportFile> {
  const { title, columns: columnsOf, ...file } = files[report];
  const [name, columns] = [`${file.name}.${format}`, columnsOf(rows)];
  if (format === 'csv') {
    return { name, contentType: 'text/csv; charset=utf-8', content: Buffer.from(csvOf(columns, rows)) };
  }
  const contentType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  return { name, contentType, content: await workbookOf(title, columns, rows) };
}

/** A report as cells for people: its titles, then its rows. */
export function reportCells<Name extends ReportName>(report: Name, rows: readonly ReportRows[Name][]): string[][] {
  return cellsOf(files[report].columns(rows), rows);
}
