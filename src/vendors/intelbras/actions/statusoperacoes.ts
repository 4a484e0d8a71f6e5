import { z } from 'zod';
import { localDate, localDateTime, startOfDay } from '../../../kernel/clock.ts';
import { optional, text } from '../../liberal-values.ts';
import { pbxAction } from '../action.ts';
import { readStretch } from '../dates.ts';
import { type OperationReport, operationReport, refusals } from '../wire.ts';

/** As in `statusreport`: the manual has the same words for both. */
const mostRows = 500;
const date = optional(text(40));

const events = { login: 'LOGIN', logout: 'LOGOUT', pause: 'PAUSA' } as const;

/** What stands in the place of reasons that are ours. */
const reasons: Readonly<Record<string, string>> = {
  no_answer: 'NAO ATENDEU',
  phone_unreachable: 'RAMAL INDISPONIVEL',
  moved: 'TROCA DE RAMAL',
  disabled: 'DESATIVADO',
};

/** "Status Operações": agents' logins, logouts and pauses that began from a date on, today's without one, the oldest first. */
export const statusOperacoes = pbxAction({
  name: 'statusoperacoes',
  summary: "Agents' logins, logouts and pauses from an instant on, at most 500, the oldest first",
  rows: operationReport,
  request: z.object({ datainicial: date, inicio: date, datainicio: date, datafim: date }),
  async run({ agents, timeZone, now }, asked) {
    const begin = asked.datainicial ?? asked.inicio ?? asked.datainicio;
    const from =
      begin === undefined ? startOfDay(localDate(now, timeZone), timeZone) : readStretch(begin, timeZone)?.from;
    if (from === undefined) return refusals.invalid('datainicial');
    const end = asked.datafim === undefined ? now : readStretch(asked.datafim, timeZone)?.until;
    if (end === undefined) return refusals.invalid('datafim');
    // As in `statusreport`, the second that goes on is told of when it is over.
    const until = new Date(Math.min(end.getTime(), Math.floor(now.getTime() / 1_000) * 1_000));
    const operations = await agents.operations({ from, until, limit: mostRows });
    return operations.map(
      ({ kind, extension, name, reason, from: began, until: ended, queues }): OperationReport => ({
        ramal: extension ?? '',
        operador: name,
        evento: events[kind],
        motivo: reason === null ? '' : (reasons[reason] ?? reason),
        inicio: localDateTime(began, timeZone),
        fim: ended === null ? '' : localDateTime(ended, timeZone),
        duracao: String(Math.floor(((ended ?? now).getTime() - began.getTime()) / 1_000)),
        fila: queues.join(','),
      }),
    );
  },
});
