import { z } from 'zod';
import type { Gate } from '../access/service.ts';
import { AppError } from '../kernel/errors.ts';
import { deadLetter } from '../messaging/schemas.ts';
import type { DeadLetters } from '../messaging/service.ts';
import { admitBearer } from './bearer.ts';
import type { TypedApp } from './typed-app.ts';

const security = [{ bearer: [] }];
const params = z.object({ id: z.coerce.number().int().min(1) });

/**
 * `GET /api/outbox/dead`: messages that could not be delivered, recipients masked. `POST /api/outbox/dead/:id/retry` tries
 * one again, `POST /api/outbox/dead/:id/discard` gives it up.
 */
export function outboxRoutes(app: TypedApp, gate: Gate, deadLetters: DeadLetters): void {
  const list = z.object({ messages: z.array(deadLetter) });
  app.get('/outbox/dead', { schema: { security, response: { 200: list } } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return { messages: await deadLetters.list(tenantId) };
  });
  for (const decision of ['retry', 'discard'] as const) {
    const schema = { security, params, response: { 204: z.void() } };
    app.post(`/outbox/dead/:id/${decision}`, { schema }, async (request, reply) => {
      const { tenantId } = await admitBearer(gate, request);
      if (!(await deadLetters[decision](tenantId, request.params.id))) {
        throw new AppError('not_found', 'There is no message with this id among those that could not be delivered.');
      }
      return reply.code(204).send();
    });
  }
}
