import { Readable } from 'node:stream';
import cors from '@fastify/cors';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Gate, Identity } from '../../access/service.ts';
import type { BackOffice } from '../../isp/service.ts';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import type { IdSource } from '../../kernel/ids.ts';
import { foldBrackets } from '../bracket-fields.ts';
import { actKeys, idempotencyHeader } from '../idempotency.ts';
import type { Fields } from '../liberal-body.ts';
import { acceptAnyBody, fieldsOf } from '../liberal-request.ts';
import { retryAfterSeconds, type ServedError, servedError } from '../served-error.ts';
import { faultOf, type Refusal, refuse, refuseFields } from './answers.ts';
import { crossOrigin } from './cross-origin.ts';
import { oauthRoutes } from './oauth.ts';
import { apiDocument } from './openapi.ts';
import type { ApiCall, ApiRoute } from './route.ts';
import { apiRoutes } from './routes/all.ts';
import { createSnapshots, type Snapshots } from './snapshots.ts';
import { wholeAnswer } from './wire.ts';

export interface HubsoftServerParts {
  readonly gate: Pick<Gate, 'admitBearer' | 'admitTokenRequest' | 'admitRevocation'>;
  readonly ids: IdSource;
  /** The back office of a tenant. */
  readonly officeOf: (tenantId: number) => Promise<BackOffice>;
  /** Whether an error means that the database is away. */
  readonly isDatabaseTrouble: (error: unknown) => boolean;
  readonly clock: Clock;
  /** Where answers are kept that are too large for memory. */
  readonly snapshotFolder: string;
  /** The release that runs. */
  readonly version: string;
}

interface Served extends HubsoftServerParts {
  readonly snapshots: Snapshots;
}

const apiRoot = '/api/v1';
export const apiBase = `${apiRoot}/integracao`;

/**
 * Serves HubSoft's integration API, and the tokens that it is used with, over the back office of whoever's application asks: a
 * plugin for Fastify.
 */
export async function hubsoftServer(app: FastifyInstance, parts: HubsoftServerParts): Promise<void> {
  acceptAnyBody(app);
  const served = { [apiRoot]: integrationRoutes, '/oauth': oauthRoutes };
  for (const [prefix, routes] of Object.entries(served)) {
    await app.register(
      async (place) => {
        await place.register(cors, crossOrigin);
        await routes(place, parts);
        place.all('/*', { schema: { hide: true } }, async (_request, reply) =>
          reply.code(404).send({ message: 'Rota não encontrada.' }),
        );
      },
      { prefix },
    );
  }
}

async function integrationRoutes(app: FastifyInstance, parts: HubsoftServerParts): Promise<void> {
  app.setErrorHandler<FastifyError>(async (error, request, reply) => {
    const served = servedError(error, parts.isDatabaseTrouble);
    if (served.status >= 500) request.log.error({ err: error }, 'a request failed');
    if (served.retryAfterMs !== undefined) void reply.header('retry-after', retryAfterSeconds(served.retryAfterMs));
    const { status, body } = answerTo(served);
    return reply.code(status).send(body);
  });
  const snapshots = createSnapshots({ folder: parts.snapshotFolder, clock: parts.clock });
  app.addHook('onClose', () => snapshots.close());
  const byPath = Map.groupBy(apiRoutes, (route) => route.path);
  for (const [path, routes] of byPath) {
    for (const url of [`/integracao/${path}`, `/integracao/${path}/`]) serve(app, url, routes, { ...parts, snapshots });
  }
  let document: Promise<object> | undefined;
  app.get(
    '/integracao/openapi.json',
    { schema: { hide: true } },
    () => (document ??= apiDocument(parts.version, apiBase)),
  );
}

function serve(app: FastifyInstance, url: string, routes: readonly ApiRoute[], parts: Served): void {
  for (const route of routes) {
    app.route({
      url,
      method: route.method,
      // A HEAD would carry out what a GET does and show nothing of it.
      exposeHeadRoute: false,
      schema: { hide: true },
      handler: (request, reply) => answer(route, request, reply, parts),
    });
  }
  const served: readonly string[] = routes.map((route) => route.method);
  app.route({
    url,
    method: app.supportedMethods.filter((name) => !served.includes(name)),
    schema: { hide: true },
    handler: async (request, reply) =>
      reply
        .code(405)
        .header('allow', served.join(', '))
        .send({ message: `O método ${request.method} não é permitido nesta rota.` }),
  });
}

async function answer(route: ApiRoute, request: FastifyRequest, reply: FastifyReply, parts: Served) {
  const caller = await callerOf(parts, request);
  const fields = foldBrackets(await fieldsOf(request));
  const given: Fields = { ...fields, ...(request.params as object) };
  const asked = route.request.safeParse(given);
  if (!asked.success) return reply.send(refusalOf(asked.error, given));
  const call: ApiCall = {
    office: await parts.officeOf(caller.tenantId),
    caller,
    actKey: actKeys(request.headers[idempotencyHeader], `hubsoft:${caller.name}:${route.path}`, parts.ids),
    signal: new AbortController().signal,
    snapshots: parts.snapshots,
  };
  const result = await route.run(call, asked.data as never);
  void reply.type('application/json; charset=utf-8');
  // The shapes say what is sent; checking each answer against them again would cost as much as finding it.
  return reply.send(result instanceof Readable ? result : JSON.stringify(result));
}

/** @throws AppError `unauthorized` or `too_many_requests` */
async function callerOf({ gate }: HubsoftServerParts, request: FastifyRequest): Promise<Identity> {
  const token = /^\s*Bearer\s+(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1];
  const admission = await gate.admitBearer('hubsoft', { origin: request.ip, token });
  if (admission.outcome === 'admitted') return admission.identity;
  if (admission.outcome !== 'limited') throw new AppError('unauthorized', 'Unauthenticated.');
  throw new AppError('too_many_requests', 'Too Many Attempts.', { retryAfterMs: admission.retryAfterMs });
}

/** What a program gets for fields that are missing or wrong. */
function refusalOf({ issues }: z.ZodError, given: Fields): Refusal {
  const whole = issues.find(
    (issue) => issue.code === 'custom' && issue.params?.['wholeAnswer'] === wholeAnswer.wholeAnswer,
  );
  if (whole !== undefined) return refuse(whole.message);
  const sentences = issues.map(({ path, message }) => {
    const missing = isMissing(
      path.reduce<unknown>((inner, key) => (inner as Fields | undefined)?.[String(key)], given),
    );
    // Some say when they are required.
    const fault = missing && !message.startsWith('é obrigatório') ? 'é obrigatório' : message;
    return faultOf(path.join('.'), fault);
  });
  return refuseFields(sentences);
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** A body that cannot be read is a field that is wrong, and trouble of ours is a refusal; the rest is told by its HTTP status too. */
function answerTo({ kind, status, sentence }: ServedError): { readonly status: number; readonly body: object } {
  if (kind === 'told' && status === 400) return { status: 200, body: refuse(sentence, []) };
  return { status, body: status >= 500 ? refuse(sentence, []) : { message: sentence } };
}
