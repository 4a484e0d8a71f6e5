import { z } from 'zod';
import type { Gate } from '../access/service.ts';
import { inboundNumber, newTrunk, outboundRule, trunkChange, trunkSummary } from '../exchange/schemas.ts';
import type { CallRoutes, Trunks } from '../exchange/service.ts';
import { admitBearer } from './bearer.ts';
import type { TypedApp } from './typed-app.ts';

const security = [{ bearer: [] }];
const byId = z.object({ id: z.coerce.number().int().min(1).max(2_147_483_647) });
const none = z.void();

/** `/api/trunks`: any token reads, an administrator's makes, changes and removes. Passwords are never shown. */
export function trunkRoutes(app: TypedApp, gate: Gate, trunks: Trunks): void {
  const list = z.object({ trunks: z.array(trunkSummary) });
  app.get('/trunks', { schema: { security, response: { 200: list } } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return { trunks: await trunks.list(tenantId) };
  });
  const making = { security, body: newTrunk, response: { 201: trunkSummary } };
  app.post('/trunks', { schema: making }, async (request, reply) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    return reply.code(201).send(await trunks.create(tenantId, request.body));
  });
  const changing = { security, params: byId, body: trunkChange, response: { 200: trunkSummary } };
  app.patch('/trunks/:id', { schema: changing }, async (request) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    return trunks.change(tenantId, request.params.id, request.body);
  });
  const removing = { security, params: byId, response: { 204: none } };
  app.delete('/trunks/:id', { schema: removing }, async (request, reply) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    await trunks.remove(tenantId, request.params.id);
    return reply.code(204).send();
  });
}

/**
 * `/api/inbound-numbers`: where numbers lead that are called from outside. `/api/outbound-rules`: over which trunks calls
 * go out, as one list in its order.
 */
export function callRouteRoutes(app: TypedApp, gate: Gate, routes: CallRoutes): void {
  const byNumber = inboundNumber.pick({ number: true });
  const place = inboundNumber.omit({ number: true });
  const numbers = z.object({ numbers: z.array(inboundNumber) });
  app.get('/inbound-numbers', { schema: { security, response: { 200: numbers } } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return { numbers: await routes.inbound(tenantId) };
  });
  const putting = { security, params: byNumber, body: place, response: { 200: inboundNumber } };
  app.put('/inbound-numbers/:number', { schema: putting }, async (request) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    const entry = { ...request.body, number: request.params.number };
    await routes.putInbound(tenantId, entry);
    return entry;
  });
  const removing = { security, params: byNumber, response: { 204: none } };
  app.delete('/inbound-numbers/:number', { schema: removing }, async (request, reply) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    await routes.removeInbound(tenantId, request.params.number);
    return reply.code(204).send();
  });

  const rules = z.object({ rules: z.array(outboundRule).max(500) });
  app.get('/outbound-rules', { schema: { security, response: { 200: rules } } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return { rules: await routes.rules(tenantId) };
  });
  const setting = { security, body: rules, response: { 200: rules } };
  app.put('/outbound-rules', { schema: setting }, async (request) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    await routes.setRules(tenantId, request.body.rules);
    return { rules: await routes.rules(tenantId) };
  });
}
