import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { apiDocument } from './openapi.ts';
import { apiRoutes } from './routes/all.ts';
import { apiBase } from './server.ts';

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: { properties: object } }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

test('the document is valid OpenAPI, and names every route with its fields', async () => {
  const document = (await apiDocument('0.1.0', apiBase)) as { paths: Record<string, Record<string, Operation>> };
  expect(await new Validator().validate(structuredClone(document))).toMatchObject({ valid: true });
  const wanted = apiRoutes.map(({ method, path }) => `${method} ${apiBase}/${path.replace(/:(\w+)/g, '{$1}')}`);
  const named = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(named.toSorted()).toEqual([...wanted, 'POST /oauth/token', 'POST /oauth/revoke'].toSorted());
  for (const route of apiRoutes) {
    const path = `${apiBase}/${route.path.replace(/:(\w+)/g, '{$1}')}`;
    const operation = document.paths[path]?.[route.method.toLowerCase()];
    const inBody = Object.keys(operation?.requestBody?.content['application/json']?.schema.properties ?? {});
    const fields = [...(operation?.parameters ?? []).map(({ name }) => name), ...inBody];
    expect([path, fields.toSorted()]).toEqual([path, Object.keys(route.request.shape).toSorted()]);
    expect(Object.keys(operation?.responses ?? {})).toEqual(expect.arrayContaining(['200', '401', '429', '503']));
  }
});
