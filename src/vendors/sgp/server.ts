import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Gate, Identity } from '../../access/service.ts';
import type { BackOffice } from '../../isp/service.ts';
import { AppError } from '../../kernel/errors.ts';
import type { IdSource } from '../../kernel/ids.ts';
import { actKeys, idempotencyHeader } from '../idempotency.ts';
import type { Fields } from '../liberal-body.ts';
import { acceptAnyBody, fieldsOf } from '../liberal-request.ts';
import { retryAfterSeconds, servedError } from '../served-error.ts';
import { shownCredentials } from './credentials.ts';
import type { UraCall, UraMethod } from './method.ts';
import { uraMethods } from './methods/all.ts';
import { uraDocument } from './openapi.ts';

export interface SgpServerParts {
  readonly gate: Pick<Gate, 'admitToken'>;
  readonly ids: IdSource;
  /** The back office of a tenant. */
  readonly officeOf: (tenantId: number) => Promise<BackOffice>;
  /** Whether an error means that the database is away. */
  readonly isDatabaseTrouble: (error: unknown) => boolean;
  /** The release that runs. */
  readonly version: string;
}

/** Where each method is served; callers also put a provider's name before. */
export const uraBases = ['/ws/ura', '/api/ura'] as const;
const prefixes = ['', '/:provedor'] as const;

/** Serves SGP's web service for voice menus over the back office of whoever's application asks: a plugin for Fastify. */
export async function sgpServer(app: FastifyInstance, parts: SgpServerParts): Promise<void> {
  acceptAnyBody(app);
  app.setErrorHandler<FastifyError>(async (error, request, reply) => {
    const { status, sentence, retryAfterMs } = servedError(error, parts.isDatabaseTrouble);
    if (status >= 500) request.log.error({ err: error }, 'a request failed');
    if (retryAfterMs !== undefined) void reply.header('retry-after', retryAfterSeconds(retryAfterMs));
    return reply.code(status).send({ detail: sentence });
  });
  const document = await uraDocument(parts.version);
  app.get('/ws/ura/openapi.json', { schema: { hide: true } }, async () => document);
  for (const method of uraMethods) {
    for (const url of addressesOf(method)) serve(app, url, method, parts);
  }
  for (const base of prefixes.flatMap((prefix) => uraBases.map((each) => `${prefix}${each}/*`))) {
    app.all(base, { schema: { hide: true } }, async (_request, reply) =>
      reply.code(404).type('text/html; charset=utf-8').send(page404),
    );
  }
}

const page404 =
  '<!doctype html>\n<html lang="pt-br"><head><title>Not Found</title></head><body><h1>Not Found</h1>' +
  '<p>The requested resource was not found on this server.</p></body></html>\n';

/** Every address of a method, with and without a slash at its end: a redirect would make a GET of a POST. */
function addressesOf(method: UraMethod): string[] {
  const own = prefixes.flatMap((prefix) => uraBases.map((base) => `${prefix}${base}/${method.path}`));
  const others = prefixes.flatMap((prefix) => (method.alsoAt ?? []).map((address) => `${prefix}${address}`));
  return [...own, ...others].flatMap((address) => [address, `${address}/`]);
}

const served = ['GET', 'POST'] as const;

function serve(app: FastifyInstance, url: string, method: UraMethod, parts: SgpServerParts): void {
  app.route({
    url,
    method: [...served],
    // A HEAD would carry out the act and show nothing of it.
    exposeHeadRoute: false,
    schema: { hide: true },
    handler: (request, reply) => answer(method, request, reply, parts),
  });
  app.route({
    url,
    method: app.supportedMethods.filter((name) => !served.some((one) => one === name)),
    schema: { hide: true },
    handler: async (request, reply) =>
      reply
        .code(405)
        .header('allow', served.join(', '))
        .send({ detail: `Método "${request.method}" não é permitido.` }),
  });
}

async function answer(method: UraMethod, request: FastifyRequest, reply: FastifyReply, parts: SgpServerParts) {
  const fields = await fieldsOf(request);
  const { tenantId, name } = await admit(parts.gate, request, fields);
  const asked = method.request.safeParse({ ...fields, ...(request.params as object) });
  if (!asked.success) {
    const [issue] = asked.error.issues;
    throw new AppError('bad_request', `O campo ${issue?.path.join('.')} ${issue?.message}.`);
  }
  const call: UraCall = {
    office: await parts.officeOf(tenantId),
    actKey: actKeys(request.headers[idempotencyHeader], `sgp:${name}:${method.path}`, parts.ids),
  };
  const result = await method.run(call, asked.data as never);
  // The shapes say what is sent; checking each answer against them again would cost as much as finding it.
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(result));
}

/** @throws AppError `forbidden` or `too_many_requests` */
async function admit(gate: SgpServerParts['gate'], request: FastifyRequest, fields: Fields): Promise<Identity> {
  const shown = shownCredentials(fields, request.headers);
  const admission = await gate.admitToken('sgp', { origin: request.ip, ...shown });
  if (admission.outcome === 'admitted') return admission.identity;
  if (admission.outcome === 'missing') {
    throw new AppError('forbidden', 'As credenciais de autenticação não foram fornecidas.');
  }
  if (admission.outcome === 'refused') throw new AppError('forbidden', 'Credenciais de autenticação incorretas.');
  const { retryAfterMs } = admission;
  const seconds = retryAfterSeconds(retryAfterMs);
  throw new AppError('too_many_requests', `Pedido foi limitado. Tente novamente em ${seconds} segundo(s).`, {
    retryAfterMs,
  });
}
