import { z } from 'zod';
import { localDateTime } from '../../../kernel/clock.ts';
import { pbxAction } from '../action.ts';
import { askedDates, askedStretch } from '../dates.ts';
import { type OperationReport, operationReport, refusals } from '../wire.ts';

/** As in `statusreport`: the manual has the same words for both. */
const mostRows = 500;

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
  request: z.object(askedDates),
  async run({ agents, timeZone, now }, asked) {
    const stretch = askedStretch(asked, timeZone, now);
    if (typeof stretch === 'string') return refusals.invalid(stretch);
    const operations = await agents.operations({ ...stretch, limit: mostRows });
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
