import type { FastifyRequest } from 'fastify';
import type { Registry } from 'prom-client';
import { z } from 'zod';
import type { Gate } from '../access/service.ts';
import { admitBearer } from './bearer.ts';
import type { TypedApp } from './typed-app.ts';

const partState = z.object({ status: z.enum(['ok', 'down']), message: z.string().optional() });
const healthAnswer = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string().optional(),
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
  /** Whether anybody may read the metrics. */
  readonly metricsOpen: boolean;
}

/**
 * `GET /health` (200 only when calls can really be taken) is for everybody, since load balancers have no password; the
 * release is told to this machine alone. `GET /metrics`, in Prometheus's text format, is for this machine and for an
 * administrator's token.
 */
export function healthRoutes(app: TypedApp, gate: Gate, parts: HealthParts): void {
  const { version, health, metrics, metricsOpen } = parts;
  app.get('/health', { schema: { response: { 200: healthAnswer, 503: healthAnswer } } }, async (request, reply) => {
    const states = await health();
    const ok = Object.values(states).every((part) => part.status === 'ok');
    const release = isFromHere(request) ? { version } : {};
    return reply.code(ok ? 200 : 503).send({ status: ok ? 'ok' : 'degraded', ...release, ...states });
  });
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    if (!metricsOpen && !isFromHere(request)) await admitBearer(gate, request, 'administrator');
    return reply.type(metrics.contentType).send(await metrics.metrics());
  });
}

const forwarded = ['x-forwarded-for', 'x-real-ip', 'forwarded', 'via'];

/** Whether a program of this machine asks, and not somebody else through a proxy that runs here. */
function isFromHere({ ip, headers }: FastifyRequest): boolean {
  const isLocal = ip.startsWith('127.') || ip === '::1' || ip.startsWith('::ffff:127.');
  return isLocal && !forwarded.some((name) => name in headers);
}
