import { Readable } from 'node:stream';
import { z } from 'zod';
import type { BackOffice } from '../../../isp/service.ts';
import { listedSubscriberOf } from '../mapping/subscriber.ts';
import { apiRoute } from '../route.ts';
import { listedSubscriber } from '../wire/subscriber.ts';
import { clienteAllRequest } from '../wire/subscriber-requests.ts';
import { found, success } from '../wire.ts';
import { subscriberOrder } from './cliente.ts';

/** So many are read and written at a time: a few milliseconds of ours, a megabyte at most. */
const batch = 200;

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
    const make = () => listOf(office, request);
    if (isWhole) {
      const { order_by, order_type } = request;
      return snapshots.read(`cliente/all ${caller.tenantId} ${order_by} ${order_type}`, make);
    }
    const list = make();
    // What fails at once is still answered as an error; later the connection is cut, and the list has no end.
    const beginning = await list.next();
    return Readable.from(resumed(beginning, list), { objectMode: false, highWaterMark: 1 });
  },
});

/**
 * The answer, piece by piece. The ids are read first, then the subscribers themselves a few at a time when they are wanted: a
 * program that reads slowly holds up nothing in the database, and each subscriber comes once.
 */
async function* listOf(office: BackOffice, asked: Asked): AsyncGenerator<string, undefined> {
  const { data_inicio: registeredFrom, data_fim: registeredTo, limit } = asked;
  const listed = { withCancelled: true, registeredFrom, registeredTo };
  const ids = await office.listedSubscriberIds(listed, subscriberOrder(asked), limit);
  yield `{"status":"success","msg":${JSON.stringify(found)},"clientes":[`;
  let comma = '';
  for (let at = 0; at < ids.length; at += batch) {
    const subscribers = await office.subscriberDossiers(ids.slice(at, at + batch), true);
    if (subscribers.length === 0) continue;
    yield comma + subscribers.map((each) => JSON.stringify(listedSubscriberOf(each, office.timeZone))).join(',');
    comma = ',';
  }
  yield ']}';
}

async function* resumed(first: IteratorResult<string, undefined>, rest: AsyncGenerator<string, undefined>) {
  if (first.done !== true) yield first.value;
  yield* rest;
}
