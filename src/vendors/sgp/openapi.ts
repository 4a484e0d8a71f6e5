import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { consumes, openApiDocument } from '../openapi-document.ts';
import type { UraMethod } from './method.ts';
import { uraMethods } from './methods/all.ts';
import { errorAnswer } from './wire.ts';

/** The OpenAPI document of the methods, made of the shapes they read and answer. */
export function uraDocument(version: string): Promise<object> {
  return openApiDocument(
    {
      info: {
        title: 'WebService URA',
        version,
        description:
          'Every method is served at /ws/ura and /api/ura, with and without a slash at its end, on GET and POST. Fields may come as JSON, as a form, as multipart or in the query string.',
      },
      servers: [
        { url: '/' },
        {
          url: '/{provedor}',
          description: "Below a provider's name",
          variables: { provedor: { default: 'provedor' } },
        },
      ],
      components: {
        securitySchemes: {
          basic: {
            type: 'http',
            scheme: 'basic',
            description: 'The application as the user, its token as the password.',
          },
          token: { type: 'apiKey', in: 'header', name: 'Authorization', description: '`Token <token>`' },
          app: { type: 'apiKey', in: 'header', name: 'App' },
        },
      },
    },
    (app) => {
      for (const method of uraMethods) {
        const own = ['/ws/ura', '/api/ura'].map((base) => `${base}/${method.path}`);
        for (const url of [...own, ...(method.alsoAt ?? [])]) describe(app, url, method);
      }
    },
  );
}

const credentials = { token: z.string().optional(), app: z.string().optional() };
const answers = {
  400: errorAnswer,
  403: errorAnswer,
  405: errorAnswer,
  413: errorAnswer,
  429: errorAnswer,
  503: errorAnswer,
};

function describe(app: FastifyInstance, url: string, method: UraMethod): void {
  const names = [...url.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');
  const inPath = Object.fromEntries(names.map((name) => [name, method.request.shape[name] ?? z.string()]));
  const fields = z.object({ ...credentials, ...besides(method.request.shape, names) });
  const schema = {
    summary: method.summary,
    security: [{ token: [], app: [] }, { basic: [] }, {}],
    ...(names.length === 0 ? {} : { params: z.object(inPath) }),
    response: { 200: method.answer, ...answers },
  };
  const handler = async () => undefined;
  app.route({ url, method: 'GET', exposeHeadRoute: false, schema: { ...schema, querystring: fields }, handler });
  app.route({
    url,
    method: 'POST',
    schema: {
      ...schema,
      body: fields,
      consumes,
    },
    handler,
  });
}

function besides<T extends object>(shape: T, names: readonly string[]): Partial<T> {
  return Object.fromEntries(Object.entries(shape).filter(([name]) => !names.includes(name))) as Partial<T>;
}
