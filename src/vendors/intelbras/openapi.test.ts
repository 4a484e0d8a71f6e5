import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { servedIntelbras } from '../../../test/helpers/intelbras.ts';
import { pbxActions } from './actions/all.ts';

interface Operation {
  readonly parameters?: readonly { readonly name: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: { anyOf: Body[] } }>> };
}
interface Body {
  readonly properties: Readonly<Record<string, { readonly enum?: readonly string[] }>>;
  readonly required: readonly string[];
}

test('the document is valid OpenAPI, is served, and has every action with its fields at both addresses', async () => {
  const pbx = await servedIntelbras();
  const document = (await pbx.app.inject('/api.php/openapi.json')).json<{
    paths: Record<string, Record<string, Operation>>;
  }>();
  await pbx.close();
  expect(await new Validator().validate(structuredClone(document))).toMatchObject({ valid: true });
  expect(Object.keys(document.paths)).toEqual(['/api.php', '/discador.php', '/gravador28/{gravacao}']);
  for (const url of ['/api.php', '/discador.php']) {
    const { get, post } = document.paths[url] ?? {};
    const bodies = post?.requestBody?.content['application/json']?.schema.anyOf ?? [];
    expect(bodies.map(({ properties }) => properties['acao']?.enum?.[0])).toEqual(pbxActions.map(({ name }) => name));
    const click = bodies.find(({ properties }) => properties['acao']?.enum?.includes('clicktocall'));
    expect(click?.required).toEqual(expect.arrayContaining(['acao', 'login', 'token', 'origem', 'destino']));
    expect(get?.parameters?.map(({ name }) => name)).toEqual(expect.arrayContaining(['acao', 'datainicial', 'ramal']));
  }
});
