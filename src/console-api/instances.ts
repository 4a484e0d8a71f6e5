import { z } from 'zod';
import { apiInstance, createdApiInstance, newApiInstance } from '../access/schemas.ts';
import type { ApiInstances, Gate } from '../access/service.ts';
import { AppError } from '../kernel/errors.ts';
import { admitBearer } from './bearer.ts';
import type { TypedApp } from './typed-app.ts';

const security = [{ bearer: [] }];

/**
 * `GET /api/instances`, `POST /api/instances`, `DELETE /api/instances/:id`: programs that use the exchange's API, of the
 * tenant whose administrator asks. Password and token are shown once, in the answer that makes them.
 */
export function instanceRoutes(app: TypedApp, gate: Gate, instances: ApiInstances): void {
  const list = z.object({ instances: z.array(apiInstance) });
  app.get('/instances', { schema: { security, response: { 200: list } } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    return { instances: await instances.list(tenantId) };
  });
  app.post(
    '/instances',
    { schema: { security, body: newApiInstance, response: { 201: createdApiInstance } } },
    async (request, reply) => {
      const { tenantId } = await admitBearer(gate, request, 'administrator');
      // Who administers one exchange does not rule over the others of the installation: that is given on the machine.
      if (request.body.administers) {
        throw new AppError('forbidden', 'An instance that administers others is made by npm run instances.');
      }
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send(await instances.create(tenantId, request.body));
    },
  );
  app.delete(
    '/instances/:id',
    { schema: { security, params: z.object({ id: z.coerce.number().int().min(1) }), response: { 204: z.void() } } },
    async (request, reply) => {
      const { tenantId } = await admitBearer(gate, request, 'administrator');
      await instances.revoke(tenantId, request.params.id);
      return reply.code(204).send();
    },
  );
}
