import { listedTicketOf } from '../mapping/ticket.ts';
import { apiRoute } from '../route.ts';
import { pageOf } from '../wire/fields.ts';
import { allTicketsAnswer, allTicketsRequest } from '../wire/ticket.ts';
import { found, pagingOf } from '../wire.ts';

/** Of later versions: all tickets, in the order in which they were opened. */
export const atendimentoTodos = apiRoute({
  method: 'GET',
  path: 'atendimento/todos',
  summary: 'List all tickets page by page.',
  request: allTicketsRequest,
  answer: allTicketsAnswer,
  async run({ office }, request) {
    const filter = {
      kinds: request.tipo_atendimento,
      statuses: request.status_atendimento,
      plans: request.id_servico,
      days: {
        of: request.tipo_data === 'data_cadastro' ? ('opened' as const) : ('closed' as const),
        from: request.data_inicio,
        to: request.data_fim,
      },
    };
    const { total, rows } = await office.tickets(filter, pageOf(request), { by: 'opened', descending: false });
    const { relacoes: wanted } = request;
    const relations = {
      service: wanted.has('cliente_servico'),
      assigned: wanted.has('usuarios_responsaveis'),
      messages: wanted.has('atendimento_mensagem'),
    };
    const now = office.now();
    return {
      status: 'success' as const,
      msg: found,
      paginacao: pagingOf(request, total),
      atendimentos: rows.map((ticket) => listedTicketOf(ticket, office.timeZone, now, relations)),
    };
  },
});
