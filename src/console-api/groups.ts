import { z } from 'zod';
import type { Gate } from '../access/service.ts';
import { extensionNumber, groupChange, groupSummary, newGroup } from '../exchange/schemas.ts';
import type { Groups } from '../exchange/service.ts';
import { admitBearer } from './bearer.ts';
import type { TypedApp } from './typed-app.ts';

const security = [{ bearer: [] }];
const params = z.object({ number: extensionNumber });

/** `/api/groups`: any token reads, an administrator's makes, changes and removes. Members take the place of all there were. */
export function groupRoutes(app: TypedApp, gate: Gate, groups: Groups): void {
  const list = z.object({ groups: z.array(groupSummary) });
  app.get('/groups', { schema: { security, response: { 200: list } } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return { groups: await groups.list(tenantId) };
  });
  app.get('/groups/:number', { schema: { security, params, response: { 200: groupSummary } } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return groups.find(tenantId, request.params.number);
  });
  const making = { security, body: newGroup, response: { 201: groupSummary } };
  app.post('/groups', { schema: making }, async (request, reply) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    return reply.code(201).send(await groups.create(tenantId, request.body));
  });
  const changing = { security, params, body: groupChange, response: { 200: groupSummary } };
  app.patch('/groups/:number', { schema: changing }, async (request) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    return groups.change(tenantId, request.params.number, request.body);
  });
  const removing = { security, params, response: { 204: z.void() } };
  app.delete('/groups/:number', { schema: removing }, async (request, reply) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    await groups.remove(tenantId, request.params.number);
    return reply.code(204).send();
  });
}
