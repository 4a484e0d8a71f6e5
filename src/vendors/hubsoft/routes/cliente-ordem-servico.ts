import { filterOf } from '../mapping/search-filter.ts';
import { orderOfSubscriberOf, statusesOf } from '../mapping/service-order.ts';
import { apiRoute } from '../route.ts';
import { subscriberOrdersAnswer, subscriberOrdersRequest } from '../wire/service-order.ts';
import { found } from '../wire.ts';

/** Chapter 4.11: the service orders of a subscriber or a service, or the one with a number; all of them without a term. */
export const clienteOrdemServico = apiRoute({
  method: 'GET',
  path: 'cliente/ordem_servico',
  summary: 'Find the service orders of a subscriber, with the tickets that they were opened for.',
  request: subscriberOrdersRequest,
  answer: subscriberOrdersAnswer,
  async run({ office }, request) {
    const { busca, termo_busca, limit, status, order_by, order_type } = request;
    const filter = termo_busca === undefined ? {} : filterOf(busca, termo_busca);
    const days = { of: 'opened' as const, from: request.data_inicio, to: request.data_fim };
    const statuses = status === undefined ? undefined : statusesOf(status);
    const by = order_by === 'data_cadastro' ? 'opened' : 'scheduledFrom';
    const order = { by, descending: order_type === 'desc' } as const;
    const rows =
      filter === undefined
        ? []
        : (await office.serviceOrders({ ...filter, statuses, days }, { offset: 0, limit }, order)).rows;
    return {
      status: 'success' as const,
      msg: found,
      ordens_servico: rows.map((one) => orderOfSubscriberOf(one, office.timeZone)),
    };
  },
});
