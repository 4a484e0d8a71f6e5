import { z } from 'zod';
import type { Gate } from '../access/service.ts';
import { callDetail, callSummary } from '../calls/schemas.ts';
import type { CallLog } from '../calls/service.ts';
import { AppError } from '../kernel/errors.ts';
import { admitBearer } from './bearer.ts';
import type { TypedApp } from './typed-app.ts';

const page = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  /** The id of the last call of the page before. */
  before: z.uuid().optional(),
});

const security = [{ bearer: [] }];

/** `GET /api/calls`, `GET /api/calls/:id`: the call log of the tenant whose token is used. */
export function callRoutes(app: TypedApp, gate: Gate, callLog: CallLog): void {
  app.get(
    '/calls',
    { schema: { security, querystring: page, response: { 200: z.object({ calls: z.array(callSummary) }) } } },
    async (request) => {
      const { tenantId } = await admitBearer(gate, request);
      const { limit, before } = request.query;
      return { calls: await callLog.list(tenantId, before === undefined ? { limit } : { limit, before }) };
    },
  );
  app.get(
    '/calls/:id',
    { schema: { security, params: z.object({ id: z.uuid() }), response: { 200: callDetail } } },
    async (request) => {
      const { tenantId } = await admitBearer(gate, request);
      const call = await callLog.find(tenantId, request.params.id);
      if (call === undefined) throw new AppError('not_found', 'There is no call with this id.');
      return call;
    },
  );
}
