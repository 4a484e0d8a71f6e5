import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { consumes, openApiDocument } from '../openapi-document.ts';
import type { ApiRoute } from './route.ts';
import { apiRoutes } from './routes/all.ts';
import { refusalAnswer } from './wire.ts';

/** The OpenAPI document of the API, made of the shapes that its routes read and answer. */
export function apiDocument(version: string, apiBase: string): Promise<object> {
  return openApiDocument(
    {
      info: {
        title: 'API de Integração',
        version,
        description:
          'Every route is served with and without a slash at its end. Fields may come as JSON, as a form, as multipart or in the query string. What the business refuses is answered with 200 and `status` error.',
      },
      components: {
        securitySchemes: {
          oauth2: {
            type: 'oauth2',
            flows: { password: { tokenUrl: '/oauth/token', refreshUrl: '/oauth/token', scopes: {} } },
          },
        },
      },
    },
    (app) => {
      for (const route of apiRoutes) describeRoute(app, `${apiBase}/${route.path}`, route);
      describeToken(app);
      describeRevocation(app);
    },
  );
}

const handler = async () => undefined;

const sentence = z.object({ message: z.string() });
const errors = { 401: sentence, 405: sentence, 413: sentence, 429: sentence, 503: refusalAnswer };

function describeRoute(app: FastifyInstance, url: string, { method, summary, request, answer }: ApiRoute): void {
  const names = [...url.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');
  const parameters = Object.entries(request.shape);
  const inPath = parameters.filter(([name]) => names.includes(name));
  const fields = z.object(Object.fromEntries(parameters.filter(([name]) => !names.includes(name))));
  app.route({
    url,
    method,
    exposeHeadRoute: false,
    schema: {
      summary,
      security: [{ oauth2: [] }],
      ...(inPath.length === 0 ? {} : { params: z.object(Object.fromEntries(inPath)) }),
      ...(method === 'GET' ? { querystring: fields } : { body: fields, consumes }),
      response: { 200: z.union([answer, refusalAnswer]), ...errors },
    },
    handler,
  });
}

const oauthError = z.object({
  error: z.string(),
  error_description: z.string(),
  hint: z.string().optional(),
  message: z.string(),
});
const oauthErrors = { 400: oauthError, 401: oauthError, 405: sentence, 413: sentence, 429: sentence, 503: oauthError };
const client = {
  client_id: z.string().optional().describe('Or by HTTP Basic'),
  client_secret: z.string().optional(),
};

function describeToken(app: FastifyInstance): void {
  const body = z.object({
    grant_type: z.enum(['password', 'refresh_token']),
    ...client,
    username: z.string().optional().describe('With `password`'),
    password: z.string().optional(),
    refresh_token: z.string().optional().describe('With `refresh_token`; good once'),
  });
  const tokens = z.object({
    access_token: z.string(),
    expires_in: z.int().describe('Seconds'),
    refresh_token: z.string(),
    token_type: z.literal('Bearer'),
  });
  const summary = 'Log in, or go on with a refresh token.';
  const schema = { summary, security: [], body, consumes, response: { 200: tokens, ...oauthErrors } };
  app.post('/oauth/token', { schema, handler });
}

function describeRevocation(app: FastifyInstance): void {
  const body = z.object({ ...client, token: z.string() });
  const summary = 'End all tokens of a login (RFC 7009).';
  const schema = { summary, security: [], body, consumes, response: { 200: z.object({}), ...oauthErrors } };
  app.post('/oauth/revoke', { schema, handler });
}
