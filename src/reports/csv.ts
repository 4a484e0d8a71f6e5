import type { Column, ColumnKind } from './columns.ts';
import { spreadsheetText } from './spreadsheet-text.ts';

/** A report as people read it: its titles, then its rows. */
export function cellsOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[][] {
  return [
    columns.map(({ title }) => spreadsheetText(title)),
    ...rows.map((row) => columns.map(({ kind, value }) => shown[kind](value(row)))),
  ];
}

/**
 * A report as CSV (RFC 4180) as Excel opens it in Brazil, where the comma is the decimal mark: separated by semicolons, beginning with
 * a byte order mark, without which its letters are taken for those of Windows.
 */
export function csvOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return `\uFEFF${cellsOf(columns, rows)
    .map((cells) => `${cells.map(quoted).join(';')}\r\n`)
    .join('')}`;
}

const shown: Readonly<Record<ColumnKind, (value: string | number | null) => string>> = {
  text: (value) => spreadsheetText(String(value ?? '')),
  count: (value) => String(value ?? ''),
  duration: (value) => (value === null ? '' : clockTime(Number(value))),
  score: (value) => (value === null ? '' : Number(value).toFixed(2).replace('.', ',')),
  share: (value) => (value === null ? '' : `${(Number(value) * 100).toFixed(1).replace('.', ',')}%`),
};

/** Hours, however many, minutes and seconds. */
function clockTime(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(seconds / 3_600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function quoted(cell: string): string {
  return /[";\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
