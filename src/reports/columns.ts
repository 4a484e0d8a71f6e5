import type { AgentFigures, QueueFigures } from './schemas.ts';

/** How a column's values are shown in a file. A share is from 0 to 1; null: there is nothing to divide by. */
export type ColumnKind = 'text' | 'count' | 'duration' | 'share';

/** One column of a report in a file. */
export interface Column<Row> {
  readonly title: string;
  readonly kind: ColumnKind;
  readonly value: (row: Row) => string | number | null;
}

/** A row as a file shows it and as reports are sorted: its columns by their names in the API. */
export type Columns<Row> = { readonly [Key in keyof Row]?: Column<Row> };

type Titles<Row> = { readonly [Key in keyof Row]?: readonly [title: string, kind: ColumnKind] };

function columnsOf<Row>(titles: Titles<Row>): Columns<Row> {
  const entries = Object.entries(titles) as [keyof Row, readonly [string, ColumnKind]][];
  return Object.fromEntries(
    entries.map(([key, [title, kind]]) => [
      key,
      { title, kind, value: (row: Row) => row[key] as string | number | null } satisfies Column<Row>,
    ]),
  ) as Columns<Row>;
}

export const queueColumns = columnsOf<QueueFigures>({
  period: ['Período', 'text'],
  queue: ['Fila', 'text'],
  name: ['Nome', 'text'],
  offered: ['Recebidas', 'count'],
  answered: ['Atendidas', 'count'],
  abandoned: ['Abandonadas', 'count'],
  overflowed: ['Transbordadas', 'count'],
  calledBack: ['Retorno pedido', 'count'],
  lost: ['Perdidas', 'count'],
  waiting: ['Em espera', 'count'],
  inTime: ['Atendidas no prazo', 'count'],
  serviceLevel: ['Nível de serviço', 'share'],
  abandonment: ['Abandono', 'share'],
  averageWaitMs: ['Espera média', 'duration'],
  averageAbandonedWaitMs: ['Espera média até o abandono', 'duration'],
  longestWaitMs: ['Maior espera', 'duration'],
  averageTalkMs: ['Conversa média', 'duration'],
});

export const agentColumns = columnsOf<AgentFigures>({
  period: ['Período', 'text'],
  agent: ['Código', 'text'],
  name: ['Nome', 'text'],
  loggedInMs: ['Tempo logado', 'duration'],
  availableMs: ['Disponível', 'duration'],
  ringingMs: ['Tocando', 'duration'],
  talkingMs: ['Em conversa', 'duration'],
  wrapUpMs: ['Pós-atendimento', 'duration'],
  pausedMs: ['Em pausa', 'duration'],
  offers: ['Chamadas tocadas', 'count'],
  answered: ['Atendidas', 'count'],
  occupancy: ['Ocupação', 'share'],
});

/** The columns of agents' pauses, one for each reason that occurs. */
export function pauseColumns(rows: readonly AgentFigures[]): Column<AgentFigures>[] {
  const reasons = new Set(rows.flatMap(({ pauses }) => Object.keys(pauses)));
  return [...reasons]
    .toSorted((a, b) => a.localeCompare(b, 'pt-BR'))
    .map((reason) => ({
      title: `Pausa: ${reason || 'sem motivo'}`,
      kind: 'duration',
      value: ({ pauses }) => pauses[reason] ?? 0,
    }));
}
