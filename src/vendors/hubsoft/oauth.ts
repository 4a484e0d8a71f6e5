import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Gate, GrantRequest, IssuedTokens, ShownClient } from '../../access/service.ts';
import { AppError } from '../../kernel/errors.ts';
import { basicOf } from '../basic.ts';
import type { Fields } from '../liberal-body.ts';
import { fieldsOf } from '../liberal-request.ts';
import { text } from '../liberal-values.ts';
import { retryAfterSeconds, type ServedError, servedError } from '../served-error.ts';

interface Parts {
  readonly gate: Pick<Gate, 'admitTokenRequest' | 'admitRevocation'>;
  readonly isDatabaseTrouble: (error: unknown) => boolean;
}

/**
 * `POST /oauth/token` of the documentation's chapter 2, and `POST /oauth/revoke` (RFC 7009). What goes wrong is answered as the
 * documentation's server does, which is Laravel Passport: it calls wrong credentials `invalid_credentials`, with 401, where
 * RFC 6749 has `invalid_grant`, with 400.
 */
export async function oauthRoutes(app: FastifyInstance, parts: Parts): Promise<void> {
  app.setErrorHandler<FastifyError>(async (error, request, reply) => {
    const served = servedError(error, parts.isDatabaseTrouble);
    if (served.status >= 500) request.log.error({ err: error }, 'a request for a token failed');
    return reply.code(served.status).send(answerTo(served));
  });
  const routes = { '/token': token, '/revoke': revoke };
  for (const [path, answer] of Object.entries(routes)) {
    for (const url of [path, `${path}/`]) {
      const handler = (request: FastifyRequest, reply: FastifyReply) => answer(parts.gate, request, reply);
      app.post(url, { schema: { hide: true } }, handler);
      const others = app.supportedMethods.filter((name) => name !== 'POST');
      app.route({ url, method: others, schema: { hide: true }, handler: notPost });
    }
  }
}

async function token(gate: Parts['gate'], request: FastifyRequest, reply: FastifyReply) {
  // What is answered here is nobody else's, nor a cache's (RFC 6749 section 5.1).
  void reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
  const asked = readRequest(await readable(request), request);
  if ('error' in asked) return deny(request, reply, asked);
  const admission = await gate.admitTokenRequest('hubsoft', { origin: request.ip, request: asked });
  if (admission.outcome === 'admitted') return reply.send(answerOf(admission.tokens));
  if (admission.outcome === 'limited') return limited(reply, admission.retryAfterMs);
  return deny(request, reply, asked.grantType === 'password' ? wrongCredentials : wrongRefreshToken);
}

async function revoke(gate: Parts['gate'], request: FastifyRequest, reply: FastifyReply) {
  const fields = await readable(request);
  const client = readClient(fields, request);
  if ('error' in client) return deny(request, reply, client);
  const shown = read(fields, 'token');
  if (shown === undefined) return deny(request, reply, missing('token'));
  const admission = await gate.admitRevocation('hubsoft', { origin: request.ip, client, token: shown });
  if (admission.outcome === 'admitted') return reply.send({});
  if (admission.outcome === 'limited') return limited(reply, admission.retryAfterMs);
  return deny(request, reply, admission.outcome === 'refused' ? wrongClient : tokenOfAnother);
}

function answerOf({ accessToken, expiresInSeconds, refreshToken }: IssuedTokens) {
  return {
    access_token: accessToken,
    expires_in: expiresInSeconds,
    refresh_token: refreshToken,
    token_type: 'Bearer',
  };
}

/** An error as programs get it, with its HTTP status. */
interface Denial {
  readonly status: number;
  readonly error: string;
  readonly description: string;
  readonly hint?: string;
}

const wrongCredentials: Denial = {
  status: 401,
  error: 'invalid_credentials',
  description: 'The user credentials were incorrect.',
};

const wrongRefreshToken: Denial = {
  status: 401,
  error: 'invalid_request',
  description: 'The refresh token is invalid.',
  hint: 'Token has been revoked',
};

const wrongClient: Denial = { status: 401, error: 'invalid_client', description: 'Client authentication failed' };

const tokenOfAnother: Denial = {
  status: 400,
  error: 'invalid_grant',
  description: 'The token was issued to another client.',
};

const unsupported: Denial = {
  status: 400,
  error: 'unsupported_grant_type',
  description: 'The authorization grant type is not supported by the authorization server.',
  hint: 'Check that all required parameters have been provided',
};

function missing(parameter: string): Denial {
  return {
    status: 400,
    error: 'invalid_request',
    description:
      'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed.',
    hint: `Check the \`${parameter}\` parameter`,
  };
}

/** What is asked, or the first thing that is wrong with it, in the order in which the documentation's server looks. */
function readRequest(fields: Fields, request: FastifyRequest): GrantRequest | Denial {
  const grantType = read(fields, 'grant_type');
  if (grantType !== 'password' && grantType !== 'refresh_token') return unsupported;
  const client = readClient(fields, request);
  if ('error' in client) return client;
  if (grantType === 'refresh_token') {
    const refreshToken = read(fields, 'refresh_token');
    return refreshToken === undefined ? missing('refresh_token') : { grantType, client, refreshToken };
  }
  const username = read(fields, 'username');
  if (username === undefined) return missing('username');
  const password = read(fields, 'password', (value) => value);
  return password === undefined ? missing('password') : { grantType, client, username, password };
}

/** From the body or, by HTTP Basic, from the header (RFC 6749 section 2.3.1). */
function readClient(fields: Fields, { headers }: FastifyRequest): ShownClient | Denial {
  const basic = basicOf(headers.authorization);
  const id = read(fields, 'client_id') ?? basic?.user;
  const secret = read(fields, 'client_secret') ?? basic?.password;
  if (id === undefined || id === '') return missing('client_id');
  return secret === undefined || secret === '' ? wrongClient : { id, secret };
}

const value = text(10_000);

function read(fields: Fields, name: string, tidy = (given: string) => given.trim()): string | undefined {
  const given = value.safeParse(fields[name]);
  return given.success && tidy(given.data) !== '' ? tidy(given.data) : undefined;
}

/** A body that cannot be read says nothing, as to the documentation's server. */
async function readable(request: FastifyRequest): Promise<Fields> {
  try {
    return await fieldsOf(request);
  } catch (error) {
    if (error instanceof AppError && error.code === 'bad_request') return {};
    throw error;
  }
}

async function deny(request: FastifyRequest, reply: FastifyReply, { status, ...denial }: Denial) {
  // Who tried the header is told that it is one of the ways (RFC 6749 section 5.2).
  if (status === 401 && request.headers.authorization !== undefined) {
    void reply.header('www-authenticate', 'Basic realm="OAuth"');
  }
  return reply.code(status).send(bodyOf(denial));
}

function bodyOf({ error, description, hint }: Omit<Denial, 'status'>) {
  return { error, error_description: description, ...(hint === undefined ? {} : { hint }), message: description };
}

async function limited(reply: FastifyReply, retryAfterMs: number) {
  void reply.header('retry-after', retryAfterSeconds(retryAfterMs));
  return reply.code(429).send({ message: 'Too Many Attempts.' });
}

async function notPost(request: FastifyRequest, reply: FastifyReply) {
  const message = `O método ${request.method} não é permitido nesta rota.`;
  return reply.code(405).header('allow', 'POST').send({ message });
}

const ours = { unavailable: 'temporarily_unavailable', internal: 'server_error' } as const;

function answerTo({ kind, sentence }: ServedError): object {
  return kind === 'unavailable' || kind === 'internal'
    ? bodyOf({ error: ours[kind], description: sentence })
    : { message: sentence };
}
