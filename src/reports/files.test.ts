import readExcelFile from 'read-excel-file/node';
import { describe, expect, test } from 'vitest';
import { reportFile } from './files.ts';
import type { AgentFigures, QueueFigures } from './schemas.ts';

const queue: QueueFigures = {
  period: '2026-03-02',
  queue: '033',
  name: '=HYPERLINK("http://evil.example";"Suporte")',
  offered: 10,
  answered: 8,
  abandoned: 2,
  overflowed: 0,
  calledBack: 0,
  lost: 0,
  waiting: 0,
  inTime: 7,
  serviceLevel: 0.7,
  abandonment: 0.2,
  averageWaitMs: 61_400,
  averageAbandonedWaitMs: null,
  longestWaitMs: 90_061_000,
  averageTalkMs: 180_000,
};
const agent: AgentFigures = {
  period: '2026-03-02',
  agent: '701',
  name: 'Ana; a "rápida"',
  loggedInMs: 3_600_000,
  availableMs: 0,
  ringingMs: 0,
  talkingMs: 0,
  wrapUpMs: 0,
  pausedMs: 3_600_000,
  pauses: { '@SUM(A1)': 600_000, almoço: 3_000_000 },
  offers: 0,
  answered: 0,
  occupancy: null,
};

async function csvLines(file: Promise<{ readonly content: Buffer }>): Promise<string[]> {
  return (await file).content.toString('utf8').split('\r\n');
}

test('a report opens as a table in Excel as it is set up in Brazil', async () => {
  const [head, row, end] = await csvLines(reportFile('queues', [queue], 'csv'));
  expect(head?.startsWith('\uFEFFPeríodo;Fila;Nome;Recebidas')).toBe(true);
  expect(row).toContain(';10;8;2;0;0;0;0;7;70,0%;20,0%;00:01:01;;25:01:01;00:03:00');
  expect(end).toBe('');
});

test('a field with a separator or quotes stays one field', async () => {
  const [, row] = await csvLines(reportFile('agents', [agent], 'csv'));
  expect(row).toContain(';"Ana; a ""rápida""";01:00:00;');
});

describe('what people name is never taken for a formula', () => {
  const rows = ['=1+1', '+1', '-1', '@a', '\tx', '\rx', '＝1'].map((name) => ({ ...queue, name }));

  test('in CSV', async () => {
    const content = (await reportFile('queues', [queue, ...rows], 'csv')).content.toString('utf8');
    expect(content).toContain(`"'=HYPERLINK(""http://evil.example"";""Suporte"")"`);
    for (const { name } of rows) expect(content).toContain(`'${name}`);
    expect(content).not.toMatch(/[;\n"][=+\-@\t]/);
    const [head] = await csvLines(reportFile('agents', [agent], 'csv'));
    expect(head).toContain('Pausa: @SUM(A1);Pausa: almoço');
  });

  test('in a workbook, whose numbers are numbers', async () => {
    const { content } = await reportFile('queues', [queue, ...rows], 'xlsx');
    const [sheet] = await readExcelFile(content);
    const cells = sheet?.data ?? [];
    expect(cells[0]?.slice(0, 4)).toEqual(['Período', 'Fila', 'Nome', 'Recebidas']);
    expect(cells[1]?.slice(0, 4)).toEqual(['2026-03-02', '033', `'${queue.name}`, 10]);
    expect(cells[1]?.[11]).toBe(0.7);
    // Durations are parts of a day, which readers take for instants of the first one that workbooks know.
    expect(Number(cells[1]?.[13]) - Date.UTC(1899, 11, 30)).toBe(61_000);
    expect(cells[1]?.[14]).toBeNull();
    expect(cells.slice(2).map((row) => row[2])).toEqual(rows.map(({ name }) => `'${name}`));
  });
});
