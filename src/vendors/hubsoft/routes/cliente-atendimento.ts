import { filterOf } from '../mapping/search-filter.ts';
import { namedTicketOf } from '../mapping/ticket.ts';
import { apiRoute } from '../route.ts';
import { subscriberTicketsAnswer, subscriberTicketsRequest } from '../wire/ticket.ts';
import { found } from '../wire.ts';

/** Chapter 4.2: the tickets of a subscriber or a service, or the one with a protocol. */
export const clienteAtendimento = apiRoute({
  method: 'GET',
  path: 'cliente/atendimento',
  summary: 'Find the tickets of a subscriber, with their service orders.',
  request: subscriberTicketsRequest,
  answer: subscriberTicketsAnswer,
  async run({ office }, request) {
    const { busca, termo_busca, limit, apenas_pendente, order_by, order_type, tipo_data } = request;
    const filter = filterOf(busca, termo_busca);
    const days = {
      of: tipo_data === 'data_cadastro' ? ('opened' as const) : ('closed' as const),
      from: request.data_inicio,
      to: request.data_fim,
    };
    const order = {
      by: order_by === 'data_cadastro' ? 'opened' : 'closed',
      descending: order_type === 'desc',
    } as const;
    const closed = apenas_pendente ? false : undefined;
    const rows =
      filter === undefined ? [] : (await office.tickets({ ...filter, closed, days }, { offset: 0, limit }, order)).rows;
    return {
      status: 'success' as const,
      msg: found,
      atendimentos: rows.map((ticket) => namedTicketOf(ticket, office.timeZone)),
    };
  },
});
