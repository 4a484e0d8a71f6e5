import { z } from 'zod';
import {
  createdCredential,
  credentialKind,
  credentialName,
  credentialSummary,
  newCredential,
} from '../access/schemas.ts';
import type { Access, Gate } from '../access/service.ts';
import { AppError } from '../kernel/errors.ts';
import { admitBearer } from './bearer.ts';
import type { TypedApp } from './typed-app.ts';

const security = [{ bearer: [] }];
const named = z.object({ kind: credentialKind, name: credentialName });

/**
 * `GET /api/credentials`, `POST /api/credentials`, `DELETE /api/credentials/:kind/:name`: those of the tenant whose
 * administrator asks. A token is shown once, in the answer that makes it.
 */
export function credentialRoutes(app: TypedApp, gate: Gate, access: Access): void {
  const list = z.object({ credentials: z.array(credentialSummary) });
  app.get('/credentials', { schema: { security, response: { 200: list } } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    return { credentials: await access.list(tenantId) };
  });
  app.post(
    '/credentials',
    { schema: { security, body: newCredential, response: { 201: createdCredential } } },
    async (request, reply) => {
      const { tenantId } = await admitBearer(gate, request, 'administrator');
      // Who administers one exchange does not rule over the others of the installation: that is given on the machine.
      if ('role' in request.body && request.body.role === 'operator') {
        throw new AppError('forbidden', 'The token of an operator is made by npm run credentials.');
      }
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send(await access.create(tenantId, request.body));
    },
  );
  app.delete(
    '/credentials/:kind/:name',
    { schema: { security, params: named, response: { 204: z.void() } } },
    async (request, reply) => {
      const { tenantId } = await admitBearer(gate, request, 'administrator');
      await access.revoke(tenantId, request.params.kind, request.params.name);
      return reply.code(204).send();
    },
  );
}
