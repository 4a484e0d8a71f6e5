import { z } from 'zod';
import type { Gate } from '../access/service.ts';
import {
  type ExtensionSummary,
  extensionChange,
  extensionNumber,
  extensionPassword,
  extensionSummary,
  newExtension,
  type RegisteredPhone,
  registeredPhone,
} from '../exchange/schemas.ts';
import type { Extensions } from '../exchange/service.ts';
import { admitBearer } from './bearer.ts';
import type { TypedApp } from './typed-app.ts';

/** Asks the exchange which phones are registered on an extension. */
export type PhonesOf = (
  tenantId: number,
  extension: Pick<ExtensionSummary, 'number' | 'kind'>,
) => Promise<RegisteredPhone[]>;

const security = [{ bearer: [] }];
const params = z.object({ number: extensionNumber });
const created = extensionSummary.extend(extensionPassword.shape);
const secret = 'no-store';

/**
 * `/api/extensions`: those of the tenant whose token is used. Any token reads; an administrator's makes, changes and
 * removes. A password is shown once, in the answer that makes it.
 */
export function extensionRoutes(app: TypedApp, gate: Gate, extensions: Extensions, phonesOf: PhonesOf): void {
  const list = z.object({ extensions: z.array(extensionSummary) });
  app.get('/extensions', { schema: { security, response: { 200: list } } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return { extensions: await extensions.list(tenantId) };
  });
  app.get(
    '/extensions/:number',
    { schema: { security, params, response: { 200: extensionSummary } } },
    async (request) => {
      const { tenantId } = await admitBearer(gate, request);
      return extensions.find(tenantId, request.params.number);
    },
  );
  const phones = z.object({ phones: z.array(registeredPhone) });
  app.get(
    '/extensions/:number/phones',
    { schema: { security, params, response: { 200: phones } } },
    async (request) => {
      const { tenantId } = await admitBearer(gate, request);
      const extension = await extensions.find(tenantId, request.params.number);
      return { phones: extension.enabled ? await phonesOf(tenantId, extension) : [] };
    },
  );
  app.post(
    '/extensions',
    { schema: { security, body: newExtension, response: { 201: created } } },
    async (request, reply) => {
      const { tenantId } = await admitBearer(gate, request, 'administrator');
      const made = await extensions.create(tenantId, request.body);
      return reply.code(201).header('cache-control', secret).send(made);
    },
  );
  app.patch(
    '/extensions/:number',
    { schema: { security, params, body: extensionChange, response: { 200: extensionSummary } } },
    async (request) => {
      const { tenantId } = await admitBearer(gate, request, 'administrator');
      return extensions.change(tenantId, request.params.number, request.body);
    },
  );
  app.post(
    '/extensions/:number/password',
    { schema: { security, params, response: { 200: extensionPassword } } },
    async (request, reply) => {
      const { tenantId } = await admitBearer(gate, request, 'administrator');
      const renewed = await extensions.renewPassword(tenantId, request.params.number);
      return reply.header('cache-control', secret).send(renewed);
    },
  );
  app.delete(
    '/extensions/:number',
    { schema: { security, params, response: { 204: z.void() } } },
    async (request, reply) => {
      const { tenantId } = await admitBearer(gate, request, 'administrator');
      await extensions.remove(tenantId, request.params.number);
      return reply.code(204).send();
    },
  );
}
