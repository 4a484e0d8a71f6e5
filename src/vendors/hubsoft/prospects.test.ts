import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedHubsoft, servedHubsoft } from '../../../test/helpers/hubsoft.ts';

interface Plan {
  readonly id_servico: number;
  readonly descricao: string;
  readonly display: string;
}

let hubsoft: ServedHubsoft;
beforeAll(async () => {
  hubsoft = await servedHubsoft();
});
afterAll(() => hubsoft.close());

const required = 'Favor preencher os campos obrigatórios de acordo com as especificações';
const unknownPostalCode = 'Nenhuma cidade foi encontrada com esse CEP.';
/** Of a town with plans of its own, and of one without. */
const postalCodes = { own: '35500-001', none: '35560000' };

async function plansAt(cep: string): Promise<readonly Plan[]> {
  const { body } = await hubsoft.ask('GET', 'prospecto/create', { cep });
  expect(body).toMatchObject({ status: 'success' });
  return body['servicos'] as readonly Plan[];
}

async function request() {
  const [plan] = await plansAt(postalCodes.none);
  return {
    cep: postalCodes.none,
    servico: { id_servico: plan?.id_servico, valor: 100 },
    cpf_cnpj: '11.222.333/0001-81',
    telefone: '(37) 3281-8000',
    nome_razaosocial: 'Empresa São João Ltda',
    tipo_pessoa: 'PJ',
    bairro: 'dom bosco',
    endereco: 'Praça Getúlio Vargas',
    numero: 77,
  };
}

const foreign = () => ({ authorization: `Bearer ${hubsoft.tokens.foreign}` });

test('a town has the plans that are sold there, one without any has all; one not sold any more says so', async () => {
  const { db, tenantId } = hubsoft.provider;
  const tied = await plansAt(postalCodes.own);
  const all = await plansAt(postalCodes.none);
  expect(tied).toHaveLength(3);
  expect(all.length).toBeGreaterThan(3);
  expect(all.map(({ descricao }) => descricao)).toEqual(all.map(({ descricao }) => descricao).toSorted());
  const [plan] = tied;
  await db
    .updateTable('plan')
    .set({ active: false })
    .where('id', '=', plan?.id_servico ?? 0)
    .execute();
  expect((await plansAt(postalCodes.own))[0]?.display).toMatch(/ - \(R\$ \d+\.\d\d\) \(INATIVO\)$/);
  await db.updateTable('plan').set({ for_prospects: false }).where('tenant_id', '=', tenantId).execute();
  expect(await plansAt(postalCodes.own)).toEqual([]);
  await db.updateTable('plan').set({ active: true, for_prospects: true }).where('tenant_id', '=', tenantId).execute();
});

test.each(['00000000', '3556', 'abcdefgh', '35560000 or 1=1'])('CEP %s is in no city', async (cep) => {
  const { body } = await hubsoft.ask('GET', 'prospecto/create', { cep });
  expect(body).toEqual({ status: 'error', msg: unknownPostalCode });
});

test('a prospect is recorded once, at the price that was offered, in the district of that name', async () => {
  const asked = { ...(await request()), servico: { ...(await request()).servico, valor: '99,90' } };
  const answers = await Promise.all(Array.from({ length: 50 }, () => hubsoft.ask('POST', 'prospecto', asked)));
  const [added, ...again] = answers.map(({ body }) => body).toSorted((a) => (a['status'] === 'success' ? -1 : 1));
  expect(added).toMatchObject({
    prospecto: { telefone: '3732818000', cpf_cnpj: '11222333000181', prospecto_servico: { valor: '99.9' } },
  });
  const known = 'O CPF/CNPJ já foi cadastrado antes no prospecto EMPRESA SÃO JOÃO LTDA';
  expect(again).toEqual(Array.from({ length: 49 }, () => ({ status: 'error', msg: known })));
  const addresses = await hubsoft.provider.db
    .selectFrom('prospect as p')
    .innerJoin('address as a', 'a.id', 'p.address_id')
    .innerJoin('district as d', 'd.id', 'a.district_id')
    .innerJoin('city as c', 'c.id', 'd.city_id')
    .innerJoin('staff_member as s', 's.id', 'p.created_by_id')
    .select([
      'a.street_type',
      'a.street',
      'a.number',
      'a.postal_code',
      'd.name as district',
      'c.name as city',
      's.name',
    ])
    .where('p.document', '=', '11222333000181')
    .execute();
  expect(addresses).toEqual([
    {
      street_type: 'Praça',
      street: 'Getúlio Vargas',
      number: '77',
      postal_code: '35560000',
      district: 'Dom Bosco',
      city: 'Santo Antônio do Monte',
      name: 'Integração',
    },
  ]);
});

test('prospects are found by any part of their name, whatever its accents, and by no other provider', async () => {
  const find = async (busca: string, headers = {}) => {
    const { body } = await hubsoft.ask('GET', 'prospecto', { busca }, headers);
    return (body['prospectos'] as { nome_razaosocial: string }[]).map((one) => one.nome_razaosocial);
  };
  const asked = { ...(await request()), cpf_cnpj: 11_122_233_396, tipo_pessoa: 'pf', nome_razaosocial: 'José Açaí' };
  expect((await hubsoft.ask('POST', 'prospecto', asked)).body).toMatchObject({ status: 'success' });
  expect(await find('JOSE AC')).toEqual(['JOSÉ AÇAÍ']);
  expect(await find('josé')).toEqual(['JOSÉ AÇAÍ']);
  expect(await find('%')).toEqual([]);
  expect(await find('jose', foreign())).toEqual([]);
  const later = await hubsoft.ask('GET', 'prospecto', { busca: 'nome_razaosocial', termo_busca: 'açai' });
  expect(later.body['prospectos']).toHaveLength(1);
});

test.each([
  ['cep', '3556'],
  ['servico', 1],
  ['servico', { id_servico: 1, valor: 'cem' }],
  ['servico', { id_servico: 1, valor: 99_999_999_999 }],
  ['servico', { valor: 1 }],
  ['cpf_cnpj', '11222333000182'],
  ['cpf_cnpj', '11122233396'],
  ['telefone', 'sem'],
  ['nome_razaosocial', ''],
  ['tipo_pessoa', 'xx'],
  ['bairro', undefined],
  ['endereco', ' '],
  ['numero', null],
  ['email', 'ana'],
  ['latitude', 91],
])('%s = %j records nobody', async (field, value) => {
  const { status, body } = await hubsoft.ask('POST', 'prospecto', { ...(await request()), [field]: value });
  expect([status, body['status'], body['msg']]).toEqual([200, 'error', required]);
  expect(body['errors']).toEqual([expect.stringMatching(`campo ${field}`)]);
});

test('a plan or a CEP that the provider does not have records nobody', async () => {
  const fresh = { ...(await request()), cpf_cnpj: '99888777000100' };
  const of = async (fields: object, headers = {}) =>
    (await hubsoft.ask('POST', 'prospecto', { ...fresh, ...fields }, headers)).body;
  expect(await of({ cep: '00000000' })).toEqual({ status: 'error', msg: unknownPostalCode });
  expect(await of({ servico: { id_servico: 999_999, valor: 1 } })).toMatchObject({ msg: required });
  expect(await of({}, foreign())).toEqual({ status: 'error', msg: unknownPostalCode });
  expect(await of({})).toMatchObject({ status: 'success' });
});
