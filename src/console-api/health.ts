import type { Registry } from 'prom-client';
import { z } from 'zod';
import type { TypedApp } from './typed-app.ts';

const partState = z.object({ status: z.enum(['ok', 'down']), message: z.string().optional() });
const healthAnswer = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  database: partState,
  asterisk: partState,
  erp: partState,
});

export type PartState = z.infer<typeof partState>;

/** Asks each part that a call needs whether it works right now. */
export type HealthProbe = () => Promise<{ database: PartState; asterisk: PartState; erp: PartState }>;

export interface HealthParts {
  /** The release that runs. */
  readonly version: string;
  readonly health: HealthProbe;
  readonly metrics: Registry;
}

/** `GET /health` (200 only when calls can really be taken) and `GET /metrics` in Prometheus's text format. */
export function healthRoutes(app: TypedApp, { version, health, metrics }: HealthParts): void {
  app.get('/health', { schema: { response: { 200: healthAnswer, 503: healthAnswer } } }, async (_request, reply) => {
    const parts = await health();
    const ok = Object.values(parts).every((part) => part.status === 'ok');
    return reply.code(ok ? 200 : 503).send({ status: ok ? 'ok' : 'degraded', version, ...parts });
  });
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.metrics()),
  );
}
