import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { uraMethods } from './methods/all.ts';
import { uraDocument } from './openapi.ts';
import { uraBases } from './server.ts';

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
}

test('the document is valid OpenAPI, and names every method at each of its addresses, with its fields', async () => {
  const document = (await uraDocument('0.1.0')) as { paths: Record<string, Record<string, Operation>> };
  const verdict = await new Validator().validate(structuredClone(document));
  expect(verdict).toMatchObject({ valid: true });
  const addresses = uraMethods.flatMap(({ path, alsoAt = [] }) => [
    ...uraBases.map((base) => `${base}/${path}`),
    ...alsoAt,
  ]);
  const named = addresses.map((address) => address.replace(/:(\w+)/, '{$1}'));
  expect(Object.keys(document.paths).toSorted()).toEqual(named.toSorted());
  for (const [path, operations] of Object.entries(document.paths)) {
    expect([path, ...Object.keys(operations)]).toEqual([path, 'get', 'post']);
    expect(Object.keys(operations.get?.responses ?? {})).toEqual(expect.arrayContaining(['200', '400', '403', '429']));
  }
  const fields = document.paths['/ws/ura/chamado']?.get?.parameters?.map((each) => each.name);
  expect(fields).toEqual(expect.arrayContaining(['token', 'app', 'contrato', 'ocorrenciatipo', 'motivoos']));
});
