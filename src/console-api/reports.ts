import { z } from 'zod';
import type { Gate } from '../access/service.ts';
import { agentReport, agentReportQuery, queueReport, queueReportQuery } from '../reports/schemas.ts';
import { agentFile, queueFile, type Reports } from '../reports/service.ts';
import { admitBearer } from './bearer.ts';
import type { TypedApp } from './typed-app.ts';

const security = [{ bearer: [] }];

/**
 * `GET /api/reports/queues` and `/api/reports/agents`: what queues and agents came to, from one day to another, as a whole, by the
 * day or by the hour; the same as files at `/api/reports/queues.csv`, `.xlsx`, `agents.csv`, `agents.xlsx`.
 */
export function reportRoutes(app: TypedApp, gate: Gate, reports: Reports): void {
  app.get(
    '/reports/queues',
    { schema: { security, querystring: queueReportQuery, response: { 200: queueReport } } },
    async (request) => {
      const { tenantId } = await admitBearer(gate, request);
      return reports.queues(tenantId, request.query);
    },
  );
  app.get(
    '/reports/agents',
    { schema: { security, querystring: agentReportQuery, response: { 200: agentReport } } },
    async (request) => {
      const { tenantId } = await admitBearer(gate, request);
      return reports.agents(tenantId, request.query);
    },
  );
  for (const format of ['csv', 'xlsx'] as const) {
    const schema = { security, produces: ['text/csv'], response: { 200: z.any() } };
    const disposition = (name: string) => `attachment; filename="${name}.${format}"`;
    app.get(
      `/reports/queues.${format}`,
      { schema: { ...schema, querystring: queueReportQuery } },
      async (request, reply) => {
        const { tenantId } = await admitBearer(gate, request);
        const { content, contentType } = await queueFile(await reports.queues(tenantId, request.query), format);
        return reply.header('content-disposition', disposition('filas')).type(contentType).send(content);
      },
    );
    app.get(
      `/reports/agents.${format}`,
      { schema: { ...schema, querystring: agentReportQuery } },
      async (request, reply) => {
        const { tenantId } = await admitBearer(gate, request);
        const { content, contentType } = await agentFile(await reports.agents(tenantId, request.query), format);
        return reply.header('content-disposition', disposition('agentes')).type(contentType).send(content);
      },
    );
  }
}
