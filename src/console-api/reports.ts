import { z } from 'zod';
import type { Gate } from '../access/service.ts';
import {
  agentQueueReport,
  agentQueueReportQuery,
  agentReport,
  agentReportQuery,
  dispositionReport,
  dispositionReportQuery,
  pauseReport,
  pauseReportQuery,
  queueReport,
  queueReportQuery,
  surveyReport,
  surveyReportQuery,
} from '../reports/schemas.ts';
import { type ReportName, type ReportRows, type Reports, reportFile } from '../reports/service.ts';
import { admitBearer } from './bearer.ts';
import type { TypedApp } from './typed-app.ts';

const security = [{ bearer: [] }];
const contentTypes = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

const bytes = z.any().meta({ type: 'string', format: 'binary' });

/** A report's address, what is asked of it, what it answers, and who works it out. */
interface Route<Name extends ReportName, Query extends z.ZodObject> {
  readonly name: Name;
  readonly path: string;
  readonly summary: string;
  readonly query: Query;
  readonly answer: z.ZodType<{ rows: ReportRows[Name][] }>;
  readonly read: (tenantId: number, query: z.infer<Query>) => Promise<{ readonly rows: ReportRows[Name][] }>;
}

/**
 * `GET /api/reports/…`: what queues and agents came to, from one day to another, as a whole, by the day or by the hour; with `.csv`
 * or `.xlsx` after the name, the same as a file.
 */
export function reportRoutes(app: TypedApp, gate: Gate, reports: Reports): void {
  serve(app, gate, {
    name: 'queues',
    path: '/reports/queues',
    summary: 'Service level, abandonment and waits of each queue',
    query: queueReportQuery,
    answer: queueReport,
    read: (...asked) => reports.queues(...asked),
  });
  serve(app, gate, {
    name: 'agents',
    path: '/reports/agents',
    summary: 'How each agent spent the time, and calls',
    query: agentReportQuery,
    answer: agentReport,
    read: (...asked) => reports.agents(...asked),
  });
  serve(app, gate, {
    name: 'agentQueues',
    path: '/reports/agent-queues',
    summary: 'What each agent did for each queue',
    query: agentQueueReportQuery,
    answer: agentQueueReport,
    read: (...asked) => reports.agentQueues(...asked),
  });
  serve(app, gate, {
    name: 'pauses',
    path: '/reports/pauses',
    summary: 'Pauses of each agent by their reasons',
    query: pauseReportQuery,
    answer: pauseReport,
    read: (...asked) => reports.pauses(...asked),
  });
  serve(app, gate, {
    name: 'surveys',
    path: '/reports/surveys',
    summary: 'Notes that callers gave, by queue and agent',
    query: surveyReportQuery,
    answer: surveyReport,
    read: (...asked) => reports.surveys(...asked),
  });
  serve(app, gate, {
    name: 'dispositions',
    path: '/reports/dispositions',
    summary: 'What answered calls were about, by queue and agent',
    query: dispositionReportQuery,
    answer: dispositionReport,
    read: (...asked) => reports.dispositions(...asked),
  });
}

function serve<Name extends ReportName, Query extends z.ZodObject>(
  app: TypedApp,
  gate: Gate,
  route: Route<Name, Query>,
): void {
  const { path, summary, query: querystring, answer, read } = route;
  app.get(path, { schema: { summary, security, querystring, response: { 200: answer } } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return read(tenantId, request.query as z.infer<Query>);
  });
  for (const format of ['csv', 'xlsx'] as const) {
    const file = { description: summary, content: { [contentTypes[format]]: { schema: bytes } } };
    const schema = { summary, security, querystring, response: { 200: file } };
    app.get(`${path}.${format}`, { schema }, async (request, reply) => {
      const { tenantId } = await admitBearer(gate, request);
      const { rows } = await read(tenantId, request.query as z.infer<Query>);
      const { name, contentType, content } = await reportFile(route.name, rows, format);
      return reply.header('content-disposition', `attachment; filename="${name}"`).type(contentType).send(content);
    });
  }
}
