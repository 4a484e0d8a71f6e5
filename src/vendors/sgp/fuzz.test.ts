import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encoding, formOf, hostileValue, junk } from '../../../test/helpers/hostile-input.ts';
import { type ServedSgp, servedSgp } from '../../../test/helpers/sgp.ts';
import type { UraMethod } from './method.ts';
import { uraMethods } from './methods/all.ts';

/** All routes together: fewer for those that answer long lists, which take longer and do less. */
const inputs = 10_000;
const lists = { paths: ['clientes', 'titulos', 'manutencao/list', 'ocorrencia/list'], inputs: 300 };
const inputsOf = (path: string) =>
  lists.paths.includes(path)
    ? lists.inputs
    : Math.ceil((inputs - lists.paths.length * lists.inputs) / (uraMethods.length - lists.paths.length));

let sgp: ServedSgp;
beforeAll(async () => {
  sgp = await servedSgp();
});
afterAll(() => sgp.close());

function fieldsOf(method: UraMethod): fc.Arbitrary<object> {
  const known = Object.fromEntries(Object.keys(method.request.shape).map((name) => [name, hostileValue]));
  return fc.record(known, { requiredKeys: [] });
}

const statuses = new Set([200, 400, 403, 404, 414]);

test('there are as many inputs as were promised', () => {
  expect(uraMethods.reduce((sum, { path }) => sum + inputsOf(path), 0)).toBeGreaterThanOrEqual(inputs);
});

test.each(uraMethods.map((method) => ({ path: method.path, method })))(
  '$path: no input breaks it, or gets an answer of another form',
  async ({ path, method }) => {
    const asked = fc.record({
      fields: fieldsOf(method),
      as: encoding,
      junk,
      fatura: fc.oneof(fc.integer().map(String), fc.string()),
    });
    await fc.assert(
      fc.asyncProperty(asked, async (input) => {
        const fields = { ...sgp.credentials, ...input.fields };
        const form = formOf({ ...sgp.credentials, ...input.fields });
        const url = `/ws/ura/${path.replace(':fatura', encodeURIComponent(input.fatura))}`;
        const basic = `Basic ${Buffer.from(`${sgp.credentials.app}:${sgp.credentials.token}`).toString('base64')}`;
        const payload = { json: JSON.stringify(fields), form, query: undefined, junk: input.junk }[input.as];
        const answer = await sgp.app.inject({
          method: 'POST',
          url: input.as === 'query' ? `${url}?${form}` : url,
          headers: { authorization: basic },
          ...(payload === undefined ? {} : { payload }),
        });
        expect(statuses).toContain(answer.statusCode);
        if (answer.statusCode === 200) method.answer.parse(answer.json());
      }),
      { numRuns: inputsOf(path) },
    );
  },
  60_000,
);
