import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedHubsoft, servedHubsoft } from '../../../test/helpers/hubsoft.ts';

let hubsoft: ServedHubsoft;
beforeAll(async () => {
  hubsoft = await servedHubsoft();
});
afterAll(() => hubsoft.close());

const get = async (path: string, headers: Record<string, string> = {}) =>
  (await hubsoft.ask('GET', path, {}, headers)).body;

test('a city and a district are listed as long as someone there has a service', async () => {
  const { db, tenantId } = hubsoft.provider;
  const districts = async () =>
    ((await get('endereco/cidade'))['cidades'] as { nome: string; bairros: { nome: string }[] }[]).flatMap((city) =>
      city.bairros.map((district) => `${district.nome}, ${city.nome}`),
    );
  const living = await db
    .selectFrom('contract as c')
    .innerJoin('address as a', 'a.id', 'c.installation_address_id')
    .innerJoin('district as d', 'd.id', 'a.district_id')
    .innerJoin('city as ci', 'ci.id', 'd.city_id')
    .select(['d.id', 'd.name', 'ci.name as city'])
    .where('c.tenant_id', '=', tenantId)
    .where('c.state', 'not in', ['cancelled', 'inactive', 'infeasible'])
    .distinct()
    .execute();
  expect((await districts()).toSorted()).toEqual(living.map(({ name, city }) => `${name}, ${city}`).toSorted());
  const [left] = living;
  await db
    .updateTable('contract')
    .set({ state: 'cancelled' })
    .where(
      'installation_address_id',
      'in',
      db
        .selectFrom('address')
        .select('id')
        .where('district_id', '=', left?.id ?? 0),
    )
    .execute();
  expect(await districts()).toHaveLength(living.length - 1);
  expect(await districts()).not.toContain(`${left?.name}, ${left?.city}`);
});

test('a point of presence without equipment and a zone without interfaces are listed with none', async () => {
  const { db, tenantId } = hubsoft.provider;
  await db.insertInto('pop').values({ tenant_id: tenantId, name: 'POP novo' }).execute();
  await db.insertInto('service_zone').values({ tenant_id: tenantId, name: 'Zona nova' }).execute();
  expect((await get('rede/pop'))['pops']).toContainEqual(
    expect.objectContaining({ nome: 'POP novo', equipamentos: [] }),
  );
  expect((await get('rede/zona_atendimento'))['zonas_atendimento']).toContainEqual(
    expect.objectContaining({ nome: 'Zona nova', descricao: null, interfaces: [] }),
  );
});

test.each([
  ['endereco/cidade', 'cidades'],
  ['rede/equipamento', 'equipamentos'],
  ['rede/pop', 'pops'],
  ['rede/zona_atendimento', 'zonas_atendimento'],
])('%s tells another provider nothing of this one', async (path, entity) => {
  const foreign = { authorization: `Bearer ${hubsoft.tokens.foreign}` };
  expect(await get(path, foreign)).toMatchObject({ status: 'success', [entity]: [] });
});
