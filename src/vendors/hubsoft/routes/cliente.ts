import { z } from 'zod';
import type { SubscriberDossier, SubscriberOrder } from '../../../isp/service.ts';
import { foundSubscriberOf } from '../mapping/subscriber.ts';
import { subscriberKey } from '../mapping/subscriber-key.ts';
import { apiRoute } from '../route.ts';
import { foundSubscriber } from '../wire/subscriber.ts';
import { clienteRequest } from '../wire/subscriber-requests.ts';
import { found, success } from '../wire.ts';

const columns = { data_cadastro: 'registered', data_fechamento: 'closed', codigo_cliente: 'code' } as const;

/** @returns by what subscribers are put in order */
export function subscriberOrder(asked: {
  readonly order_by: keyof typeof columns;
  readonly order_type: 'asc' | 'desc';
}): SubscriberOrder {
  return { by: columns[asked.order_by], descending: asked.order_type === 'desc' };
}

const actives = { nao: true, sim: false, todos: undefined } as const;

/** HubSoft's API documentation, 4.3. */
export const cliente = apiRoute({
  method: 'GET',
  path: 'cliente',
  summary: 'Find subscribers, with their services and what they are to be told.',
  request: clienteRequest,
  answer: success({ clientes: z.array(foundSubscriber) }),
  async run({ office }, request) {
    const key = subscriberKey(request.busca, request.termo_busca);
    const listed = {
      withCancelled: request.cancelado,
      active: actives[request.inativo],
      states: request.servico_status,
    };
    const order = subscriberOrder(request);
    const search = key && { key, listed, order, limit: request.limit };
    const subscribers = search === undefined ? [] : await office.findSubscribers(search);
    const connections = request.ultima_conexao ? await office.lastConnections(loginsOf(subscribers)) : undefined;
    const now = office.now();
    return {
      status: 'success',
      msg: found,
      clientes: subscribers.map((each) => foundSubscriberOf(each, connections, now, office.timeZone)),
    };
  },
});

function loginsOf(subscribers: readonly SubscriberDossier[]): string[] {
  return subscribers.flatMap(({ contracts }) => contracts.map(({ login }) => login)).filter((login) => login !== null);
}
