import { z } from 'zod';
import type { Gate } from '../access/service.ts';
import { createdTenant, newTenant, tenantLogin, tenantSummary } from '../exchange/schemas.ts';
import type { Tenants } from '../exchange/service.ts';
import { AppError } from '../kernel/errors.ts';
import { admitBearer } from './bearer.ts';
import type { TypedApp } from './typed-app.ts';

const security = [{ bearer: [] }];

/**
 * `GET /api/tenants`: the exchanges of the installation; of whoever is not its operator only the own one.
 * `POST /api/tenants`, `PUT` and `DELETE /api/tenants/:login/block`: an operator makes, blocks and lets go. The token of a
 * new tenant's administrator is shown once.
 */
export function tenantRoutes(app: TypedApp, gate: Gate, tenants: Tenants): void {
  const list = z.object({ tenants: z.array(tenantSummary) });
  app.get('/tenants', { schema: { security, response: { 200: list } } }, async (request) => {
    const { tenantId, role } = await admitBearer(gate, request);
    const all = await tenants.list();
    return { tenants: role === 'operator' ? all : all.filter(({ id }) => id === tenantId) };
  });
  const making = { security, body: newTenant, response: { 201: createdTenant } };
  app.post('/tenants', { schema: making }, async (request, reply) => {
    await admitBearer(gate, request, 'operator');
    return reply
      .code(201)
      .header('cache-control', 'no-store')
      .send(await tenants.create(request.body));
  });
  for (const [method, isBlocked] of [
    ['PUT', true],
    ['DELETE', false],
  ] as const) {
    app.route({
      method,
      url: '/tenants/:login/block',
      schema: { security, params: z.object({ login: tenantLogin }), response: { 204: z.void() } },
      handler: async (request, reply) => {
        await admitBearer(gate, request, 'operator');
        const { login } = request.params;
        const isKnown = await tenants.setBlocked(login, isBlocked);
        if (!isKnown) throw new AppError('not_found', `There is no tenant ${login}.`);
        return reply.code(204).send();
      },
    });
  }
}
