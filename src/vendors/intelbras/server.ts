import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { ApiInstances, Gate, Identity, ShownInstance } from '../../access/service.ts';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Fields } from '../liberal-body.ts';
import { acceptAnyBody } from '../liberal-request.ts';
import type { PbxExchange } from './action.ts';
import { pbxActions } from './actions/all.ts';
import { askedOf } from './asked.ts';
import { type Credentials, downloadRoute } from './download.ts';
import { addresses, pbxDocument } from './openapi.ts';
import { refusals } from './wire.ts';

export interface IntelbrasServerParts {
  readonly gate: Pick<Gate, 'admitChecked'>;
  readonly instances: Pick<ApiInstances, 'verify' | 'recall' | 'tenantsAt'>;
  /** The exchange of a tenant; undefined when it does not run here. */
  readonly exchangeOf: (tenantId: number) => PbxExchange | undefined;
  readonly clock: Clock;
  /** The product's. */
  readonly version: string;
}

const methods = ['GET', 'POST'] as const;

/**
 * Serves the API of the Intelbras PBX over the exchange of whoever's instance asks: a plugin for Fastify. Every answer is
 * HTTP 200 with a JSON array, as the PBX's are.
 */
export async function intelbrasServer(app: FastifyInstance, parts: IntelbrasServerParts): Promise<void> {
  acceptAnyBody(app);
  app.setErrorHandler(async (error: Error & { statusCode?: number }, request, reply) => {
    const isTooLarge = error instanceof AppError && error.code === 'too_large';
    if (isTooLarge || (error.statusCode !== undefined && error.statusCode < 500))
      return send(reply, refusals.unreadable);
    request.log.error({ err: error }, 'a request failed');
    return send(reply, refusals.trouble);
  });
  downloadRoute(app, {
    tenantsOf: (request, shown) => tenantsOf(request, shown, parts),
    exchangeOf: parts.exchangeOf,
  });
  let document: Promise<object> | undefined;
  app.get('/api.php/openapi.json', { schema: { hide: true } }, () => (document ??= pbxDocument(parts.version)));
  for (const url of addresses.flatMap((address) => [address, `${address}/`])) {
    app.route({
      url,
      method: [...methods],
      // A HEAD would carry out the act and show nothing of it.
      exposeHeadRoute: false,
      schema: { hide: true },
      handler: async (request, reply) => send(reply, await answer(request, parts)),
    });
  }
}

/** Whose recordings may be fetched: by an instance's credentials from anywhere, or from its address without any. */
async function tenantsOf(
  request: FastifyRequest,
  shown: Credentials,
  { gate, instances }: IntelbrasServerParts,
): Promise<readonly number[]> {
  if (shown.token === undefined && shown.login === undefined) return instances.tenantsAt(request.ip);
  const admission = await admitShown(request, { ...shown, origin: undefined }, { gate, instances });
  return admission === undefined ? [] : [admission.tenantId];
}

function send(reply: FastifyReply, body: readonly unknown[]): FastifyReply {
  return reply
    .code(200)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(body));
}

async function answer(request: FastifyRequest, parts: IntelbrasServerParts): Promise<readonly unknown[]> {
  // By a trusted proxy's word, or by our own TLS: what others say of themselves does not count (`trustProxy`).
  if (request.protocol !== 'https') return refusals.protocol;
  const { fields, isBroken } = await askedOf(request);
  const caller = await admit(request, fields, parts);
  if (caller === undefined) return refusals.credentials;
  if (isBroken) return refusals.unreadable;
  const name = textOf(fields['acao'])?.trim().toLowerCase();
  if (name === undefined || name === '') return refusals.missing('acao');
  const action = pbxActions.find((one) => one.name === name);
  if (action === undefined) return refusals.unknownAction;
  const asked = action.request.safeParse(fields);
  if (!asked.success) return refusalOf(asked.error, fields);
  const exchange = parts.exchangeOf(caller.tenantId);
  if (exchange === undefined) return refusals.trouble;
  return action.run({ ...exchange, caller, now: parts.clock.now() }, asked.data as never);
}

/** All four of login, password, token and address, or nobody. */
async function admit(
  request: FastifyRequest,
  fields: Fields,
  { gate, instances }: IntelbrasServerParts,
): Promise<Identity | undefined> {
  const [login, password, token] = ['login', 'senha', 'token'].map((name) => textOf(fields[name]));
  return admitShown(request, { login, password, token, origin: request.ip }, { gate, instances });
}

async function admitShown(
  request: FastifyRequest,
  shown: ShownInstance,
  { gate, instances }: Pick<IntelbrasServerParts, 'gate' | 'instances'>,
): Promise<Identity | undefined> {
  const admission = await gate.admitChecked('intelbras', {
    origin: request.ip,
    name: shown.login,
    secret: JSON.stringify([shown.password, shown.token, shown.origin === undefined]),
    recall: () => instances.recall(shown),
    verify: () => instances.verify(shown),
  });
  return admission.outcome === 'admitted' ? admission.identity : undefined;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : undefined;
}

function refusalOf({ issues }: z.ZodError, given: Fields) {
  const [issue] = issues;
  const field = String(issue?.path[0] ?? '');
  const value = given[field];
  const isMissing = value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
  return isMissing ? refusals.missing(field) : refusals.invalid(field);
}
