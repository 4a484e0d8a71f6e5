import type {
  AgentFigures,
  AgentQueueFigures,
  DispositionFigures,
  PauseFigures,
  QueueFigures,
  SurveyFigures,
} from './schemas.ts';

/** How a column's values are shown in a file. A share is from 0 to 1; null: there is nothing to divide by. */
export type ColumnKind = 'text' | 'count' | 'duration' | 'share' | 'score';

/** One column of a report in a file. */
export interface Column<Row> {
  readonly title: string;
  readonly kind: ColumnKind;
  readonly value: (row: Row) => string | number | null;
}

type Titles<Row> = { readonly [Key in keyof Row]?: readonly [title: string, kind: ColumnKind] };

/** A report's columns in their order, by their names in the API. */
function columnsOf<Row>(titles: Titles<Row>): Column<Row>[] {
  const entries = Object.entries(titles) as [keyof Row, readonly [string, ColumnKind]][];
  return entries.map(([key, [title, kind]]) => ({
    title,
    kind,
    value: (row) => row[key] as string | number | null,
  }));
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

export const agentQueueColumns = columnsOf<AgentQueueFigures>({
  period: ['Período', 'text'],
  queue: ['Fila', 'text'],
  queueName: ['Nome da fila', 'text'],
  agent: ['Código', 'text'],
  name: ['Nome', 'text'],
  offers: ['Chamadas tocadas', 'count'],
  answered: ['Atendidas', 'count'],
  ringingMs: ['Tocando', 'duration'],
  talkingMs: ['Em conversa', 'duration'],
  wrapUpMs: ['Pós-atendimento', 'duration'],
  averageTalkMs: ['Conversa média', 'duration'],
  averageHandlingMs: ['Tempo médio de atendimento', 'duration'],
});

export const pauseColumns = columnsOf<PauseFigures>({
  period: ['Período', 'text'],
  agent: ['Código', 'text'],
  name: ['Nome', 'text'],
  reason: ['Motivo', 'text'],
  pauses: ['Pausas', 'count'],
  pausedMs: ['Em pausa', 'duration'],
});

export const surveyColumns = columnsOf<SurveyFigures>({
  period: ['Período', 'text'],
  queue: ['Fila', 'text'],
  queueName: ['Nome da fila', 'text'],
  agent: ['Código', 'text'],
  name: ['Nome', 'text'],
  answers: ['Respostas', 'count'],
  averageScore: ['Nota média', 'score'],
  promoters: ['Notas 9 e 10', 'count'],
  detractors: ['Notas 0 a 6', 'count'],
  netPromoterScore: ['NPS', 'share'],
});

export const dispositionColumns = columnsOf<DispositionFigures>({
  period: ['Período', 'text'],
  queue: ['Fila', 'text'],
  queueName: ['Nome da fila', 'text'],
  agent: ['Código', 'text'],
  name: ['Nome', 'text'],
  tab1: ['Tabulação 1', 'text'],
  tab2: ['Tabulação 2', 'text'],
  tab3: ['Tabulação 3', 'text'],
  calls: ['Chamadas', 'count'],
  averageTalkMs: ['Conversa média', 'duration'],
});

/** The columns of agents' pauses, one for each reason that occurs. */
export function pauseColumnsOf(rows: readonly AgentFigures[]): Column<AgentFigures>[] {
  const reasons = new Set(rows.flatMap(({ pauses }) => Object.keys(pauses)));
  return [...reasons]
    .toSorted((a, b) => a.localeCompare(b, 'pt-BR'))
    .map((reason) => ({
      title: `Pausa: ${reason || 'sem motivo'}`,
      kind: 'duration',
      value: ({ pauses }) => pauses[reason] ?? 0,
    }));
}
