import { z } from 'zod';
import type { Gate } from '../access/service.ts';
import type { BackOffice } from '../isp/service.ts';
import { AppError } from '../kernel/errors.ts';
import { parseTaxId } from '../kernel/tax-id.ts';
import { pushEndpoint, pushSubscription } from '../messaging/schemas.ts';
import type { Push } from '../messaging/service.ts';
import { admitBearer } from './bearer.ts';
import type { TypedApp } from './typed-app.ts';

/** The back office of a tenant, as far as it knows its subscribers. */
export type SubscribersOf = (tenantId: number) => Promise<Pick<BackOffice, 'subscribers'>>;

const security = [{ bearer: [] }];
const params = z.object({ subscriber: z.string() });
const nothing = { 204: z.void() };

/**
 * For the provider's app or portal, in whose pages browsers subscribe (W3C Push API). `GET /api/push/key` is their
 * `applicationServerKey`. `PUT /api/subscribers/:subscriber/push-subscriptions` registers a browser or app of a subscriber (our
 * id, CPF or CNPJ), `DELETE` with its endpoint takes it away.
 */
export function pushRoutes(app: TypedApp, gate: Gate, push: Push, officeOf: SubscribersOf): void {
  const path = '/subscribers/:subscriber/push-subscriptions';
  const key = z.object({ key: z.string() });

  app.get('/push/key', { schema: { security, response: { 200: key } } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return { key: await push.key(tenantId) };
  });
  app.put(path, { schema: { security, params, body: pushSubscription, response: nothing } }, async (request, reply) => {
    const { tenantId } = await admitBearer(gate, request);
    const subscriber = await subscriberId(tenantId, request.params.subscriber);
    await push.register(tenantId, subscriber, request.body);
    return reply.code(204).send();
  });
  const body = z.object({ endpoint: pushEndpoint });
  app.delete(path, { schema: { security, params, body, response: nothing } }, async (request, reply) => {
    const { tenantId } = await admitBearer(gate, request);
    const subscriber = await subscriberId(tenantId, request.params.subscriber);
    if (!(await push.forget(tenantId, subscriber, request.body.endpoint))) {
      throw new AppError('not_found', 'The subscriber has no such browser or app.');
    }
    return reply.code(204).send();
  });

  /** @throws AppError `not_found` */
  async function subscriberId(tenantId: number, named: string): Promise<number> {
    const id = /^\d{1,9}$/.test(named) ? Number(named) : undefined;
    const document = id === undefined ? parseTaxId(named)?.reveal() : undefined;
    if (id !== undefined || document !== undefined) {
      const office = await officeOf(tenantId);
      const [subscriber] = (await office.subscribers({ id, document }, { offset: 0, limit: 1 })).rows;
      if (subscriber !== undefined) return subscriber.id;
    }
    throw new AppError('not_found', 'There is no subscriber with this id, CPF or CNPJ.');
  }
}
