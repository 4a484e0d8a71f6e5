import { z } from 'zod';
import { pagedSubscriberOf } from '../mapping/subscriber.ts';
import { apiRoute } from '../route.ts';
import { pagedSubscriber } from '../wire/subscriber.ts';
import { clienteTodosRequest } from '../wire/subscriber-requests.ts';
import { found, paging, pagingOf, success } from '../wire.ts';

/** Of later versions of the API, in the place of `cliente/all`. */
export const clienteTodos = apiRoute({
  method: 'GET',
  path: 'cliente/todos',
  summary: 'List subscribers with their services, page by page.',
  request: clienteTodosRequest,
  answer: success({ paginacao: paging, clientes: z.array(pagedSubscriber) }),
  async run({ office }, request) {
    const { pagina, itens_por_pagina: limit, relacoes } = request;
    const listed = {
      withCancelled: request.cancelado,
      active: true,
      states: request.servico_status,
      registeredFrom: request.data_inicio,
      registeredTo: request.data_fim,
    };
    const order = { by: 'id', descending: false } as const;
    const { total, rows } = await office.listedSubscribers(listed, order, { offset: pagina * limit, limit });
    const subscribers = await office.subscriberDossiers(rows, request.cancelado);
    return {
      status: 'success',
      msg: found,
      paginacao: pagingOf(request, total),
      clientes: subscribers.map((each) => pagedSubscriberOf(each, relacoes, office.timeZone)),
    };
  },
});
