import { z } from 'zod';
import type { Gate } from '../access/service.ts';
import { spendingLimit, spendingMost, spendingSubject, spendingTrip } from '../exchange/schemas.ts';
import type { SpendingLimits } from '../exchange/service.ts';
import { admitBearer } from './bearer.ts';
import type { TypedApp } from './typed-app.ts';

const security = [{ bearer: [] }];
const none = z.void();

/**
 * `GET /api/spending`: how much may be called, and what limits are reached now. `PUT` and `DELETE
 * /api/spending/limits/:scope/:subject` set a limit and go back to the product's own; `POST /api/spending/resets` lets pass
 * again what was stopped. Any token reads, an administrator's changes.
 */
export function spendingRoutes(app: TypedApp, gate: Gate, limits: SpendingLimits): void {
  const state = z.object({ limits: z.array(spendingLimit), tripped: z.array(spendingTrip) });
  app.get('/spending', { schema: { security, response: { 200: state } } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return limits.look(tenantId);
  });
  const setting = { security, params: spendingSubject, body: spendingMost, response: { 200: spendingLimit } };
  app.put('/spending/limits/:scope/:subject', { schema: setting }, async (request) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    const limit = { ...request.params, ...request.body };
    await limits.set(tenantId, limit);
    return limit;
  });
  const clearing = { security, params: spendingSubject, response: { 204: none } };
  app.delete('/spending/limits/:scope/:subject', { schema: clearing }, async (request, reply) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    await limits.clear(tenantId, request.params);
    return reply.code(204).send();
  });
  const resetting = { security, body: spendingSubject, response: { 204: none } };
  app.post('/spending/resets', { schema: resetting }, async (request, reply) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    await limits.reset(tenantId, request.body);
    return reply.code(204).send();
  });
}
