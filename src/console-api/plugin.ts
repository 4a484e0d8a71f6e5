import { STATUS_CODES } from 'node:http';
import swagger from '@fastify/swagger';
import fastify, { type FastifyBaseLogger, type FastifyError, type FastifyReply, LogController } from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Access, ApiInstances, Gate } from '../access/service.ts';
import type { CallLog } from '../calls/service.ts';
import type { CallRoutes, Extensions, Groups, Tenants, Trunks } from '../exchange/service.ts';
import { AppError, asAppError, errorTable } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import type { DeadLetters, Push } from '../messaging/service.ts';
import { databaseTrouble } from '../storage/database-trouble.ts';
import { credentialRoutes } from './credentials.ts';
import { extensionRoutes, type PhonesOf } from './extensions.ts';
import { groupRoutes } from './groups.ts';
import { type HealthParts, healthRoutes } from './health.ts';
import { instanceRoutes } from './instances.ts';
import { invoicePage, type OpenInvoice } from './invoice-page.ts';
import { outboxRoutes } from './outbox.ts';
import { pushRoutes, type SubscribersOf } from './push.ts';
import { callRoutes } from './routes.ts';
import { tenantRoutes } from './tenants.ts';
import { callRouteRoutes, trunkRoutes } from './trunks.ts';
import type { TypedApp } from './typed-app.ts';

interface Parts extends HealthParts {
  readonly access: Access;
  readonly instances: ApiInstances;
  readonly gate: Gate;
  readonly callLog: CallLog;
  readonly openInvoice: OpenInvoice;
  readonly deadLetters: DeadLetters;
  readonly extensions: Extensions;
  readonly groups: Groups;
  readonly phonesOf: PhonesOf;
  readonly push: Push;
  readonly officeOf: SubscribersOf;
  readonly tenants: Tenants;
  readonly trunks: Trunks;
  readonly callRoutes: CallRoutes;
  /** Proxies whose `X-Forwarded-For` is believed: addresses or networks. */
  readonly trustedProxies: readonly string[];
  readonly logger: Logger;
}

export type HttpApp = TypedApp;

/** The product's own HTTP face: health, metrics, REST API with its OpenAPI document. Does not listen yet. */
export async function createHttpApp({
  access,
  instances,
  gate,
  callLog,
  openInvoice,
  deadLetters,
  extensions,
  groups,
  phonesOf,
  push,
  officeOf,
  tenants,
  trunks,
  callRoutes: routesOfCalls,
  logger,
  trustedProxies,
  ...parts
}: Parts): Promise<HttpApp> {
  const loggerInstance: FastifyBaseLogger = logger.child({ part: 'http' });
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    // One logger for all: one for each request costs as much as checking its token, and no line of ours needs it.
    childLoggerFactory: (own) => own,
    bodyLimit: 1_048_576,
    // What Fastify says by itself of an address it cannot read repeats it, with the token that stands in it.
    frameworkErrors: (error, _request, reply) => {
      const { status, code, message } = answerTo(error);
      void (reply as FastifyReply).code(status).send({ error: { code, message } });
    },
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
  }).withTypeProvider<ZodTypeProvider>();
  // Many programs say that they send JSON when they send nothing.
  const readJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void readJson(request, body, done);
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler<FastifyError>(async (error, request, reply) => {
    const { status, code, message } = answerTo(error);
    if (error instanceof AppError && typeof error.details['retryAfterMs'] === 'number') {
      reply.header('retry-after', Math.ceil(error.details['retryAfterMs'] / 1000));
    }
    if (status >= 500) request.log.error({ err: error }, 'a request failed');
    return reply.code(status).send({ error: { code, message } });
  });
  app.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).send({ error: { code: 'not_found', message: 'There is nothing at this address.' } }),
  );
  await app.register(swagger, {
    openapi: {
      info: { title: 'Uirapuru', version: parts.version },
      components: { securitySchemes: { bearer: bearerScheme } },
    },
    transform: jsonSchemaTransform,
  });
  healthRoutes(app, gate, parts);
  invoicePage(app, openInvoice);
  await app.register(
    async (plain) => {
      const api = plain.withTypeProvider<ZodTypeProvider>();
      callRoutes(api, gate, callLog);
      credentialRoutes(api, gate, access);
      instanceRoutes(api, gate, instances);
      outboxRoutes(api, gate, deadLetters);
      extensionRoutes(api, gate, extensions, phonesOf);
      groupRoutes(api, gate, groups);
      pushRoutes(api, gate, push, officeOf);
      tenantRoutes(api, gate, tenants);
      trunkRoutes(api, gate, trunks);
      callRouteRoutes(api, gate, routesOfCalls);
    },
    { prefix: '/api' },
  );
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  return app;
}

const bearerScheme = { type: 'http', scheme: 'bearer' } as const;

/** What a program gets for an error: a status, a code, a sentence; nothing of the inside. */
function answerTo(error: FastifyError): { status: number; code: string; message: string } {
  if (error instanceof AppError) {
    return { status: errorTable[error.code].http, code: error.code, message: error.message };
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const problems = error.validation.map((issue) => `${issue.instancePath.slice(1)}: ${issue.message}`);
    return { status: 400, code: 'bad_request', message: `The request is not valid. ${problems.join('; ')}.` };
  }
  if (databaseTrouble(error) !== undefined) {
    const message = 'The database does not answer now. Ask again in a moment.';
    return { status: errorTable.database_unavailable.http, code: 'database_unavailable', message };
  }
  const status = error.statusCode ?? 500;
  if (status < 500) return { status, code: 'bad_request', message: STATUS_CODES[status] ?? 'Bad request' };
  return { status: 500, code: asAppError(error).code, message: 'Something went wrong here. It has been logged.' };
}
