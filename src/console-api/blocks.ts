import { z } from 'zod';
import { addressBlock } from '../access/schemas.ts';
import type { AddressBlocks, Gate } from '../access/service.ts';
import { admitBearer } from './bearer.ts';
import type { TypedApp } from './typed-app.ts';

const security = [{ bearer: [] }];
const byAddress = z.object({ address: z.string().max(60) });
const none = z.void();

/**
 * `/api/blocks`: addresses from which phones are not heard. Phones of all tenants come in by one door, so that they are for
 * an operator's tokens.
 */
export function blockRoutes(app: TypedApp, gate: Gate, blocks: AddressBlocks): void {
  const list = z.object({ blocks: z.array(addressBlock) });
  app.get('/blocks', { schema: { security, response: { 200: list } } }, async (request) => {
    await admitBearer(gate, request, 'operator');
    return { blocks: await blocks.list() };
  });
  const body = z.object({ minutes: z.int().min(1).max(525_600).default(60) });
  const putting = { security, params: byAddress, body, response: { 200: addressBlock } };
  app.put('/blocks/:address', { schema: putting }, async (request) => {
    await admitBearer(gate, request, 'operator');
    return blocks.block(request.params.address, request.body.minutes);
  });
  const removing = { security, params: byAddress, response: { 204: none } };
  app.delete('/blocks/:address', { schema: removing }, async (request, reply) => {
    await admitBearer(gate, request, 'operator');
    await blocks.unblock(request.params.address);
    return reply.code(204).send();
  });
}
