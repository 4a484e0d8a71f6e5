import { listedOrderOf, statusesOf } from '../mapping/service-order.ts';
import { apiRoute } from '../route.ts';
import { pageOf } from '../wire/fields.ts';
import { allOrdersAnswer, allOrdersRequest } from '../wire/service-order.ts';
import { found, pagingOf } from '../wire.ts';

const instants = {
  data_cadastro: 'opened',
  data_inicio_programado: 'scheduledFrom',
  data_termino_programado: 'scheduledTo',
  data_inicio_executado: 'started',
  data_termino_executado: 'finished',
} as const;

/** Of later versions: all service orders, in the order in which they were opened. */
export const ordemServicoTodos = apiRoute({
  method: 'GET',
  path: 'ordem_servico/todos',
  summary: 'List all service orders page by page.',
  request: allOrdersRequest,
  answer: allOrdersAnswer,
  async run({ office }, request) {
    const filter = {
      statuses: request.status === undefined ? undefined : statusesOf(request.status),
      reasons: request.tipo_ordem_servico,
      technicians: request.tecnico,
      plans: request.id_servico,
      days: { of: instants[request.tipo_data], from: request.data_inicio, to: request.data_fim },
    };
    const { total, rows } = await office.serviceOrders(filter, pageOf(request), { by: 'opened', descending: false });
    const withTechnicians = request.relacoes.has('tecnicos');
    return {
      status: 'success' as const,
      msg: found,
      paginacao: pagingOf(request, total),
      ordens_servico: rows.map((order) => listedOrderOf(order, office.timeZone, withTechnicians)),
    };
  },
});
