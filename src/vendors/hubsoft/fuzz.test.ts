import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encoding, formOf, hostileValue, junk } from '../../../test/helpers/hostile-input.ts';
import { type ServedHubsoft, servedHubsoft } from '../../../test/helpers/hubsoft.ts';
import type { ApiRoute } from './route.ts';
import { apiRoutes } from './routes/all.ts';
import { apiBase } from './server.ts';
import { refusalAnswer } from './wire.ts';

/** All routes together. */
const inputs = 10_000;

let hubsoft: ServedHubsoft;
beforeAll(async () => {
  hubsoft = await servedHubsoft();
});
afterAll(() => hubsoft.close());

/** Words of the documentation's tables, so that some searches get past the door. */
const word = fc.constantFrom(
  'codigo_cliente',
  'cpf_cnpj',
  'id_cliente_servico',
  'nome_razaosocial',
  'telefone',
  'login',
);

/** What gets some requests past the door, by the field it is for. */
const likely: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  busca: word,
  id_fatura: fc.integer({ min: 60_001, max: 60_300 }),
  email_adicional: fc.array(fc.emailAddress(), { maxLength: 3 }),
  telefone_adicional: fc.array(fc.constantFrom('11988887777', '1188887776', '190'), { maxLength: 3 }),
};

function fieldsOf(route: ApiRoute): fc.Arbitrary<object> {
  const names = Object.keys(route.request.shape);
  const values = names.map((name) => [name, fc.oneof(likely[name] ?? hostileValue, hostileValue)]);
  return fc.record(Object.fromEntries(values) as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: [] });
}

/** 405 is for an empty id, 429 for a connection that is reset over and over. */
const statuses = new Set([200, 404, 405, 413, 414, 429]);

test.each(apiRoutes.map((route) => ({ name: `${route.method} ${route.path}`, route })))(
  '$name: no input breaks it, or gets an answer of another form',
  async ({ route }) => {
    const asked = fc.record({
      fields: fieldsOf(route),
      as: encoding,
      junk,
      id: fc.oneof(fc.integer({ min: 10_000, max: 10_030 }).map(String), fc.integer().map(String), fc.string()),
    });
    await fc.assert(
      fc.asyncProperty(asked, async (input) => {
        const form = formOf(input.fields);
        const url = `${apiBase}/${route.path.replace(/:\w+/, encodeURIComponent(input.id))}`;
        const payload = { json: JSON.stringify(input.fields), form, query: undefined, junk: input.junk }[input.as];
        const answer = await hubsoft.app.inject({
          method: route.method,
          url: input.as === 'query' || route.method === 'GET' ? `${url}?${form}` : url,
          headers: { authorization: `Bearer ${hubsoft.tokens.own}` },
          ...(payload === undefined || route.method === 'GET' ? {} : { payload }),
        });
        expect(statuses).toContain(answer.statusCode);
        if (answer.statusCode === 200) route.answer.or(refusalAnswer).parse(answer.json());
      }),
      { numRuns: Math.ceil(inputs / apiRoutes.length) },
    );
  },
  60_000,
);
