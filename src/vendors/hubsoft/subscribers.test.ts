import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServedHubsoft, servedHubsoft } from '../../../test/helpers/hubsoft.ts';
import type { DemoSituation } from '../../isp/demo/situations.ts';

interface Service {
  readonly id_cliente_servico: number;
  readonly status_prefixo: string;
  readonly ultima_conexao?: unknown;
}
interface Subscriber {
  readonly id_cliente: number;
  readonly codigo_cliente: number;
  readonly nome_razaosocial: string;
  readonly cpf_cnpj: string;
  readonly data_cadastro: string;
  readonly alerta: boolean;
  readonly alerta_mensagens: readonly string[];
  readonly servicos: readonly Service[];
}

let hubsoft: ServedHubsoft;
beforeAll(async () => {
  hubsoft = await servedHubsoft();
});
afterAll(() => hubsoft.close());

const required = 'Favor preencher os campos obrigatórios de acordo com as especificações';

async function ask(path: string, fields: object, token = hubsoft.tokens.own): Promise<readonly Subscriber[]> {
  const { status, body } = await hubsoft.ask('GET', path, fields, { authorization: `Bearer ${token}` });
  expect([status, body['status'], body['msg']]).toEqual([200, 'success', 'Dados consultados com sucesso']);
  return body['clientes'] as readonly Subscriber[];
}

/** What is on file about the first subscriber in a situation. */
async function onFile(situation: DemoSituation) {
  return hubsoft.provider.db
    .selectFrom('contract as c')
    .innerJoin('subscriber as s', 's.id', 'c.subscriber_id')
    .leftJoin('subscriber_phone as t', 't.subscriber_id', 's.id')
    .select(['s.id as subscriber', 's.code', 's.name', 's.trade_name', 's.document', 't.number as phone'])
    .select(['c.id as contract', 'c.radius_login as login', 'c.mac', 'c.ipv4', 'c.installation_address_id as address'])
    .where('c.id', '=', hubsoft.contractOf(situation))
    .executeTakeFirstOrThrow();
}

describe('cliente', () => {
  test('the same subscriber is found by everything that there is to search by', async () => {
    const one = await onFile('company');
    const terms: Record<string, unknown> = {
      nome_razaosocial: one.name.toUpperCase().normalize('NFD').replaceAll(/\p{M}/gu, ''),
      nome_fantasia: one.trade_name?.toLowerCase(),
      cpf_cnpj: one.document.replace(/^(..)(...)(...)(....)(..)$/, '$1.$2.$3/$4-$5'),
      codigo_cliente: one.code,
      telefone: one.phone?.replace(/^\+55(..)(.*)(....)$/, '($1) $2-$3'),
      login_radius: one.login,
      ipv4: one.ipv4,
      mac: one.mac?.replaceAll(':', '').toUpperCase(),
      id_cliente_servico: one.contract,
      id_cliente: one.subscriber,
    };
    for (const [busca, termo_busca] of Object.entries(terms)) {
      const found = await ask('cliente', { busca, termo_busca });
      expect([busca, found.map((each) => each.id_cliente)]).toEqual([busca, [one.subscriber]]);
      expect([busca, await ask('cliente', { busca, termo_busca }, hubsoft.tokens.foreign)]).toEqual([busca, []]);
    }
  });

  test('an alphanumeric CNPJ is found with its letters, whatever their case', async () => {
    const { document, subscriber } = await onFile('company-alphanumeric');
    const found = await ask('cliente', { busca: 'cpf_cnpj', termo_busca: document.toLowerCase() });
    expect(found.map((each) => each.id_cliente)).toEqual([subscriber]);
  });

  test('five are given when no limit is asked for, and as many as asked for otherwise', async () => {
    const everybody = { busca: 'nome_razaosocial', termo_busca: 'a' };
    expect(await ask('cliente', everybody)).toHaveLength(5);
    expect(await ask('cliente', { ...everybody, limit: 1 })).toHaveLength(1);
    expect((await ask('cliente', { ...everybody, limit: 100 })).length).toBeGreaterThan(20);
  });

  test.each([
    ['limit', 0, 'O campo limit deve ser um número inteiro entre 1 e 100.'],
    ['limit', 101, 'O campo limit deve ser um número inteiro entre 1 e 100.'],
    ['limit', '99999999999999', 'O campo limit deve ser um número inteiro entre 1 e 100.'],
    ['cancelado', 'talvez', 'O campo cancelado deve ser sim ou nao.'],
    ['inativo', 'talvez', 'O campo inativo deve ser um destes valores: nao, sim, todos.'],
    [
      'order_by',
      'id_cliente; drop table subscriber',
      'O campo order_by deve ser um destes valores: data_cadastro, data_fechamento, codigo_cliente.',
    ],
    ['order_type', 'up', 'O campo order_type deve ser um destes valores: asc, desc.'],
    ['busca', '', 'O campo busca é obrigatório.'],
    ['termo_busca', '', 'O campo termo_busca é obrigatório.'],
    ['termo_busca', 'a'.repeat(10_000), 'O campo termo_busca deve ter no máximo 255 caracteres.'],
  ])('%s=%s is an error', async (field, value, sentence) => {
    const fields = { busca: 'nome_razaosocial', termo_busca: 'a', [field]: value };
    const { status, body } = await hubsoft.ask('GET', 'cliente', fields);
    expect([status, body]).toEqual([200, { status: 'error', msg: required, errors: [sentence] }]);
  });

  test('a search that there is not is told with those there are', async () => {
    const { body } = await hubsoft.ask('GET', 'cliente', { busca: 'rg', termo_busca: '1' });
    expect(body['status']).toBe('error');
    expect(body['msg']).toMatch(
      /^O tipo de busca \(rg\) não é válido \| Valores aceitos para esse campo: nome_razaosocial,nome_fantasia,cpf_cnpj,/,
    );
  });

  test('they come in the order that is asked for', async () => {
    const everybody = { busca: 'nome_razaosocial', termo_busca: 'a', limit: 100 };
    const codes = async (order: object) =>
      (await ask('cliente', { ...everybody, ...order })).map((each) => each.codigo_cliente);
    const ascending = await codes({ order_by: 'codigo_cliente' });
    expect(ascending).toEqual(ascending.toSorted((one, other) => one - other));
    expect(await codes({ order_by: 'codigo_cliente', order_type: 'desc' })).toEqual(ascending.toReversed());
    expect(await codes({})).toEqual(ascending);
  });

  test('a cancelled service is shown only when asked for, and so is who has no other', async () => {
    const cancelled = { busca: 'cpf_cnpj', termo_busca: (await onFile('cancelled')).document };
    expect(await ask('cliente', cancelled)).toEqual([]);
    for (const cancelado of ['sim', 'todos']) {
      const [found] = await ask('cliente', { ...cancelled, cancelado });
      expect(found?.servicos.map((each) => each.status_prefixo)).toEqual(['cancelado']);
    }
  });

  test('a record out of use is shown only when asked for', async () => {
    const { document, subscriber } = await onFile('no-email');
    const active = hubsoft.provider.db.updateTable('subscriber').where('id', '=', subscriber);
    await active.set({ active: false }).execute();
    const count = async (inativo?: string) =>
      (await ask('cliente', { busca: 'cpf_cnpj', termo_busca: document, ...(inativo && { inativo }) })).length;
    expect([await count(), await count('nao'), await count('sim'), await count('todos')]).toEqual([0, 0, 1, 1]);
    await active.set({ active: true }).execute();
  });

  test('servico_status leaves out who has no service in one of those states', async () => {
    const { document } = await onFile('suspended');
    const count = async (servico_status: string) =>
      (await ask('cliente', { busca: 'cpf_cnpj', termo_busca: document, servico_status })).length;
    expect(await count('servico_habilitado')).toBe(0);
    expect(await count('servico_habilitado, suspenso_debito')).toBe(1);
    expect(await count('franquia_excedida')).toBe(0);
  });

  test('the last connection is told only when asked for', async () => {
    const { document } = await onFile('offline');
    const fields = { busca: 'cpf_cnpj', termo_busca: document };
    const [silent] = await ask('cliente', fields);
    expect(silent?.servicos[0]).not.toHaveProperty('ultima_conexao');
    const [told] = await ask('cliente', { ...fields, ultima_conexao: 'sim' });
    expect(told?.servicos[0]?.ultima_conexao).toMatchObject({
      conectado: false,
      status_txt: expect.stringMatching(
        /^DESCONECTADO HÁ \d+ MES\(ES\), \d+ DIA\(S\), \d+ HORA\(S\) e \d+ MINUTO\(S\) - [\d.]+\([\d.]+\)$/,
      ),
    });
  });

  test('alerts of the provider, of the subscriber and of a contract are told, and work on the way of theirs', async () => {
    const { db, tenantId } = hubsoft.provider;
    const { document, contract, subscriber, address } = await onFile('maintenance');
    const [found] = await ask('cliente', { busca: 'cpf_cnpj', termo_busca: document });
    const work = /^Troca de equipamento da rede de fibra\. Previsão de retorno: \d\d\/\d\d\/2026 18:00$/;
    expect(found?.alerta_mensagens).toEqual([expect.stringMatching(work)]);
    const now = hubsoft.clock.now();
    const hour = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
    const alert = { tenant_id: tenantId, kind: 'notice', starts_at: now };
    const { district_id } = await db
      .selectFrom('address')
      .select('district_id')
      .where('id', '=', address)
      .executeTakeFirstOrThrow();
    await db
      .insertInto('alert')
      .values([
        { ...alert, text: 'A todos' },
        { ...alert, text: 'Ao cliente', subscriber_id: subscriber },
        { ...alert, text: 'Ao serviço', contract_id: contract },
        { ...alert, text: 'Ainda não', starts_at: hour(1) },
        { ...alert, text: 'Já não', starts_at: hour(-2), ends_at: hour(-1) },
      ])
      .execute();
    const district = { tenant_id: tenantId, starts_at: now, expected_end_at: hour(-1), district_id };
    await db
      .insertInto('maintenance')
      .values([
        { ...district, description: 'Poda de árvores' },
        { ...district, description: 'Acabou', ended_at: now },
      ])
      .execute();
    const [again] = await ask('cliente', { busca: 'cpf_cnpj', termo_busca: document });
    expect(again?.alerta_mensagens).toEqual([
      'A todos',
      expect.stringMatching(work),
      'Poda de árvores',
      'Ao cliente',
      'Ao serviço',
    ]);
    await db.deleteFrom('alert').where('text', 'in', ['A todos', 'Ao cliente', 'Ao serviço']).execute();
    await db.deleteFrom('maintenance').where('description', '=', 'Poda de árvores').execute();
  });
});

describe('cliente/todos', () => {
  test('every subscriber is on one of the pages, once', async () => {
    const seen: number[] = [];
    for (let pagina = 0; ; pagina++) {
      const { body } = await hubsoft.ask('GET', 'cliente/todos', { pagina, itens_por_pagina: 10 });
      const clients = body['clientes'] as readonly Subscriber[];
      const count = hubsoft.demo.length - 1;
      expect(body['paginacao']).toEqual({
        primeira_pagina: 0,
        ultima_pagina: Math.ceil(count / 10) - 1,
        pagina_atual: pagina,
        total_registros: count,
      });
      if (clients.length === 0) break;
      seen.push(...clients.map((each) => each.id_cliente));
    }
    expect(seen).toEqual([...new Set(seen)].toSorted((one, other) => one - other));
    expect(seen).toHaveLength(hubsoft.demo.length - 1);
    const all = await ask('cliente/todos', { pagina: 0, itens_por_pagina: 500, cancelado: 'sim' });
    expect(all).toHaveLength(hubsoft.demo.length);
  });

  test('of each service it tells what is asked for besides', async () => {
    const page = { pagina: 0, itens_por_pagina: 1 };
    const [plain] = await ask('cliente/todos', page);
    expect(plain?.servicos[0]).not.toHaveProperty('endereco_instalacao');
    const [rich] = await ask('cliente/todos', { ...page, relacoes: 'endereco_instalacao, pacotes,cpes' });
    const more = Object.keys(rich?.servicos[0] ?? {}).filter((name) => !(name in (plain?.servicos[0] ?? {})));
    expect(more).toEqual(['pacotes', 'endereco_instalacao']);
  });

  test('both numbers of the page are required, and have bounds', async () => {
    const { body } = await hubsoft.ask('GET', 'cliente/todos', { itens_por_pagina: 501 });
    expect(body).toEqual({
      status: 'error',
      msg: required,
      errors: ['O campo pagina é obrigatório.', 'O campo itens_por_pagina deve ser um número inteiro entre 1 e 500.'],
    });
  });

  test('another provider has other subscribers', async () => {
    expect(await ask('cliente/todos', { pagina: 0, itens_por_pagina: 500 }, hubsoft.tokens.foreign)).toEqual([]);
  });
});

describe('cliente/all', () => {
  test('everyone is listed, with cancelled services', async () => {
    const all = await ask('cliente/all', {});
    expect(all).toHaveLength(hubsoft.demo.length);
    expect(all.flatMap((each) => each.servicos).map((each) => each.status_prefixo)).toContain('cancelado');
    expect(await ask('cliente/all', {}, hubsoft.tokens.foreign)).toEqual([]);
  });

  test('for a minute the same is answered, then what is true by then', async () => {
    const { document, subscriber } = await onFile('offline');
    const row = hubsoft.provider.db.updateTable('subscriber').where('id', '=', subscriber);
    const bytes = async () => {
      const authorization = `Bearer ${hubsoft.tokens.own}`;
      const url = '/api/v1/integracao/cliente/all?order_type=desc';
      return (await hubsoft.app.inject({ url, headers: { authorization } })).body;
    };
    const first = await bytes();
    expect(first).toContain(document);
    await row.set({ name: 'Outro Nome' }).execute();
    hubsoft.clock.advance(59_000);
    expect(await bytes()).toBe(first);
    hubsoft.clock.advance(2_000);
    await expect.poll(bytes).toContain('Outro Nome');
  });

  test('a part of the list is what is true now: of some days, and no more than asked for', async () => {
    const { subscriber } = await onFile('company');
    const row = hubsoft.provider.db.updateTable('subscriber').where('id', '=', subscriber);
    await row.set({ registered_at: '2026-03-15T02:59:59Z' }).execute();
    const days = async (data_inicio: string, data_fim: string) =>
      (await ask('cliente/all', { data_inicio, data_fim })).map((each) => each.data_cadastro);
    expect(await days('2026-03-14', '2026-03-14')).toEqual(['2026-03-14 23:59:59']);
    expect(await days('2026-03-15', '2026-03-15')).toEqual([]);
    const latest = await ask('cliente/all', { limit: 2, order_type: 'desc' });
    expect(latest.map((each) => each.id_cliente)[0]).toBe(subscriber);
    expect(latest).toHaveLength(2);
    const [closed] = await ask('cliente/all', { limit: 1, order_by: 'data_fechamento', order_type: 'desc' });
    expect(closed?.cpf_cnpj).toBe((await onFile('cancelled')).document);
  });

  test('days that end before they begin, and a limit of nothing, are errors', async () => {
    const { body } = await hubsoft.ask('GET', 'cliente/all', { data_inicio: '2026-03-02', data_fim: '2026-03-01' });
    expect(body['errors']).toEqual(['O campo data_fim deve ser maior ou igual a data_inicio.']);
    const { body: none } = await hubsoft.ask('GET', 'cliente/all', { limit: 0 });
    expect(none['status']).toBe('error');
  });
});
