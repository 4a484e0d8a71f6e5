import { z } from 'zod';
import type { BackOffice } from '../../../isp/service.ts';
import { listedSubscriberOf } from '../mapping/subscriber.ts';
import { apiRoute } from '../route.ts';
import { type LongList, piecesOf, streamed } from '../streamed-list.ts';
import { listedSubscriber } from '../wire/subscriber.ts';
import { clienteAllRequest } from '../wire/subscriber-requests.ts';
import { found, success } from '../wire.ts';
import { subscriberOrder } from './cliente.ts';

type Asked = z.output<typeof clienteAllRequest>;

/** HubSoft's API documentation, 4.1. */
export const clienteAll = apiRoute({
  method: 'GET',
  path: 'cliente/all',
  summary: 'List all subscribers with their services. Without parameters the answer is the same for a minute.',
  request: clienteAllRequest,
  answer: success({ clientes: z.array(listedSubscriber) }),
  async run({ office, caller, snapshots }, request) {
    const isWhole = request.data_inicio === undefined && request.data_fim === undefined && request.limit === undefined;
    const make = () => piecesOf(listOf(office, request));
    if (isWhole) {
      const { order_by, order_type } = request;
      return snapshots.read(`cliente/all ${caller.tenantId} ${order_by} ${order_type}`, make);
    }
    return streamed(make());
  },
});

function listOf(office: BackOffice, asked: Asked): LongList<z.input<typeof listedSubscriber>> {
  const { data_inicio: registeredFrom, data_fim: registeredTo, limit } = asked;
  const listed = { withCancelled: true, registeredFrom, registeredTo };
  return {
    msg: found,
    name: 'clientes',
    ids: () => office.listedSubscriberIds(listed, subscriberOrder(asked), limit),
    read: async (ids) =>
      (await office.subscriberDossiers(ids, true)).map((each) => listedSubscriberOf(each, office.timeZone)),
  };
}
