import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { consumes, openApiDocument } from '../openapi-document.ts';
import { pbxActions } from './actions/all.ts';
import { flatAnswer, refusals } from './wire.ts';

/** Both serve every action. */
export const addresses = ['/api.php', '/discador.php'];

/** The OpenAPI document of the actions, made of the shapes they read and answer. */
export function pbxDocument(version: string): Promise<object> {
  return openApiDocument(
    {
      info: {
        title: 'Intelbras PBX API',
        version,
        description:
          'Served over HTTPS alone. Fields may come as JSON whatever the content type says, as a form, in the query string, or as JSON in `Authorization: Bearer {…}`. Every answer is HTTP 200 with an array: `["Status", "…"]`, or rows.',
      },
    },
    (app) => {
      for (const url of addresses) describeActions(app, url);
      describeDownload(app);
    },
  );
}

/** Each of them, besides the address an instance asks from. */
const credentials = z.object({ login: z.string(), senha: z.string().optional(), token: z.string() });

/** One body a way, told apart by `acao`. */
const actions = pbxActions.map(({ name, summary, request }) =>
  z.object({ acao: z.literal(name), ...credentials.shape, ...request.shape }).describe(summary),
);
const answers = z.union([flatAnswer, ...pbxActions.flatMap(({ rows }) => (rows === undefined ? [] : [z.array(rows)]))]);

function describeActions(app: FastifyInstance, url: string): void {
  const schema = {
    summary: 'Carry out the action that `acao` names',
    response: { 200: answers.describe(`Wrong credentials: ${JSON.stringify(refusals.credentials)}`) },
  };
  const handler = async () => undefined;
  const names = pbxActions.map(({ name }) => name);
  const fields = Object.assign({}, ...pbxActions.map(({ request }) => request.partial().shape)) as z.ZodRawShape;
  const querystring = z.object({ acao: z.enum(names), ...credentials.shape, ...fields });
  app.route({ url, method: 'GET', exposeHeadRoute: false, schema: { ...schema, querystring }, handler });
  app.route({ url, method: 'POST', schema: { ...schema, body: z.union(actions), consumes }, handler });
}

function describeDownload(app: FastifyInstance): void {
  app.get(
    '/gravador28/:gravacao',
    {
      schema: {
        summary: 'The GSM file of a talk: its GRAVACAO, slashes and all, and .gsm',
        produces: ['audio/x-gsm'],
        params: z.object({ gravacao: z.string() }),
        querystring: credentials.partial(),
        response: { 200: z.string(), 403: flatAnswer, 404: flatAnswer, 503: flatAnswer },
      },
    },
    async () => '',
  );
}
