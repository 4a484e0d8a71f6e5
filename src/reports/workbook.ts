import writeExcelFile, { type Cell } from 'write-excel-file/node';
import type { Column, ColumnKind } from './columns.ts';
import { spreadsheetText } from './spreadsheet-text.ts';

const dayMs = 86_400_000;

/** A report as a workbook of one sheet: numbers are numbers, durations add up. */
export async function workbookOf<Row>(
  name: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Promise<Buffer> {
  const head = columns.map(({ title }): Cell => ({ value: spreadsheetText(title), type: String, fontWeight: 'bold' }));
  const body = rows.map((row) => columns.map(({ kind, value }) => cells[kind](value(row))));
  const widths = columns.map(({ title }) => ({ width: Math.max(12, title.length + 2) }));
  return writeExcelFile([head, ...body], { sheet: name, columns: widths, stickyRowsCount: 1 }).toBuffer();
}

const cells: Readonly<Record<ColumnKind, (value: string | number | null) => Cell>> = {
  text: (value) => ({ value: spreadsheetText(String(value ?? '')), type: String }),
  count: (value) => (value === null ? null : { value: Number(value), type: Number, format: '0' }),
  duration: (value) =>
    value === null
      ? null
      : { value: Math.round(Number(value) / 1_000) / (dayMs / 1_000), type: Number, format: '[h]:mm:ss' },
  score: (value) => (value === null ? null : { value: Number(value), type: Number, format: '0.00' }),
  share: (value) => (value === null ? null : { value: Number(value), type: Number, format: '0.0%' }),
};
