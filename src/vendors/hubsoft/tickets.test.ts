import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostileValue } from '../../../test/helpers/hostile-input.ts';
import { type ServedHubsoft, servedHubsoft } from '../../../test/helpers/hubsoft.ts';
import type { DemoSituation } from '../../isp/demo/situations.ts';
import { ocorrenciaList } from '../sgp/methods/ocorrencia-list.ts';
import { apiBase } from './server.ts';
import { openTicketAnswer } from './wire/ticket.ts';
import { refusalAnswer } from './wire.ts';

interface Order {
  readonly id_ordem_servico: number;
  readonly status: string;
}
interface Ticket extends Readonly<Record<string, unknown>> {
  readonly id_atendimento: number;
  readonly protocolo: string;
  readonly ordens_servico: readonly Order[];
}

let hubsoft: ServedHubsoft;
beforeAll(async () => {
  hubsoft = await servedHubsoft();
});
afterAll(() => hubsoft.close());

const required = 'Favor preencher os campos obrigatórios de acordo com as especificações';
const foreign = () => ({ authorization: `Bearer ${hubsoft.tokens.foreign}` });

function request(situation: DemoSituation) {
  return {
    id_cliente_servico: hubsoft.contractOf(situation),
    descricao: 'Lento',
    nome: 'Ana',
    telefone: '37999112233',
  };
}

async function open(situation: DemoSituation, fields: object = {}, headers: Record<string, string> = {}) {
  const { body } = await hubsoft.ask('POST', 'atendimento', { ...request(situation), ...fields }, headers);
  expect(body).toMatchObject({ status: 'success' });
  return body['atendimento'] as Ticket;
}

async function list<T = Ticket>(path: string, fields: object, headers: Record<string, string> = {}) {
  const { status, body } = await hubsoft.ask('GET', path, fields, headers);
  expect([status, body['msg']]).toEqual([200, 'Dados consultados com sucesso']);
  return (body['atendimentos'] ?? body['ordens_servico']) as readonly T[];
}

function ofContract(situation: DemoSituation, fields: object = {}) {
  const search = { busca: 'id_cliente_servico', termo_busca: hubsoft.contractOf(situation) };
  return list('cliente/atendimento', { ...search, ...fields });
}

describe('POST atendimento', () => {
  test('the protocol is the one that every contact has, and stands in the message', async () => {
    const { body } = await hubsoft.ask('POST', 'atendimento', { ...request('active'), abrir_os: 'true' });
    const { protocolo, ordens_servico } = body['atendimento'] as Ticket;
    expect(protocolo).toMatch(/^20261121\d{6}$/);
    expect(body['msg']).toContain(`Anote o protocolo: ${protocolo}. Foi aberto também uma ordem de serviço`);
    expect(ordens_servico).toMatchObject([{ status: 'aguardando_agendamento', tipo: 'ABERTURA VIA API' }]);
    expect((await open('active')).ordens_servico).toEqual([]);
  });

  test('a request repeated under one idempotency key opens one ticket with one order', async () => {
    const headers = { 'idempotency-key': 'once' };
    const opened = await Promise.all(
      Array.from({ length: 50 }, () => open('maintenance', { abrir_os: true }, headers)),
    );
    expect(new Set(opened.map(({ protocolo }) => protocolo)).size).toBe(1);
    expect(await ofContract('maintenance')).toMatchObject([{ ordens_servico: [{ status: 'aguardando_agendamento' }] }]);
    await open('maintenance', {}, { 'idempotency-key': 'another' });
    expect(await ofContract('maintenance')).toHaveLength(2);
  });

  test('kind, status, order and person are those that later versions of the API name', async () => {
    const { db, tenantId } = hubsoft.provider;
    const staff = await db
      .selectFrom('staff_member')
      .select(['id', 'name'])
      .where('tenant_id', '=', tenantId)
      .execute();
    const technician = staff.find(({ name }) => name === 'Tomás Curió')?.id;
    const ticket = await open('company', {
      id_tipo_atendimento: 5,
      id_atendimento_status: 2,
      id_usuario_responsavel: technician,
      abrir_os: 1,
      parametros: { url_ligacao: 'https://pbx.example/3' },
      parametros_ordem_servico: [{ id_tipo_ordem_servico: 40, status: 'pendente', ids_tecnicos: `${technician}` }],
    });
    expect(ticket).toMatchObject({
      tipo_atendimento: 'TÉCNICO - SEM CONEXÃO',
      status: 'Pendente',
      usuario_abertura: 'Integração',
      usuario_responsavel: 'Tomás Curió',
      ordens_servico: [{ tipo: 'SUPORTE', status: 'pendente' }],
    });
    const [order] = await list('ordem_servico/todos', {
      pagina: 0,
      itens_por_pagina: 1,
      tecnico: technician,
      relacoes: 'tecnicos,anexos',
    });
    expect(order).toMatchObject({ tecnicos: [{ id: technician, name: 'Tomás Curió' }] });
  });

  test('a ticket that is settled already is closed as it is opened', async () => {
    const closing = { descricao_fechamento: 'Resolvido na ligação', id_motivo_fechamento_atendimento: 2 };
    expect(await open('company-alphanumeric', { abrir_os: true, parametros_fechamento: closing })).toMatchObject({
      data_fechamento: '21/11/2026',
      descricao_fechamento: 'Resolvido na ligação',
      motivo_fechamento: 'Não procede',
      ordens_servico: [{ status: 'finalizado', status_fechamento: 'concluido' }],
    });
    for (const parametros_fechamento of [{}, []]) {
      expect(await open('company-alphanumeric', { parametros_fechamento })).toMatchObject({ data_fechamento: null });
    }
  });

  test.each([
    ['id_cliente_servico', 999_999],
    ['id_cliente_servico', 9_999_999_999],
    ['id_cliente_servico', 'um'],
    ['descricao', ' '],
    ['nome', null],
    ['telefone', '123'],
    ['email', 'ana'],
    ['abrir_os', 'talvez'],
    ['id_tipo_atendimento', 999],
    ['id_atendimento_status', 3],
    ['id_usuario_responsavel', 999],
    ['parametros', 'texto'],
    ['parametros', { texto: 'a\0' }],
    ['parametros_fechamento', 1],
  ])('%s = %j opens nothing', async (field, value) => {
    const { status, body } = await hubsoft.ask('POST', 'atendimento', { ...request('no-phone'), [field]: value });
    expect([status, body['status'], body['msg']]).toEqual([200, 'error', required]);
    expect(body['errors']).toEqual([expect.stringMatching(`campo ${field}`)]);
    expect(await ofContract('no-phone')).toEqual([]);
  });

  test('text of more than ten thousand characters opens nothing', async () => {
    const { body } = await hubsoft.ask('POST', 'atendimento', {
      ...request('no-phone'),
      descricao: 'a'.repeat(10_001),
    });
    expect(body).toMatchObject({ msg: required, errors: [expect.stringMatching('descricao') as string] });
    const search = { busca: 'protocolo', termo_busca: 'a'.repeat(10_000) };
    expect((await hubsoft.ask('GET', 'cliente/atendimento', search)).body).toMatchObject({ msg: required });
  });

  test('one field that holds anything at all is stored or refused', async () => {
    const fields = ['descricao', 'email', 'parametros', 'parametros_fechamento', 'parametros_ordem_servico'];
    const text = fc.string({ unit: 'binary' });
    const value = fc.oneof(hostileValue, fc.dictionary(text, fc.oneof(text, fc.double(), fc.jsonValue())));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...fields), value, async (field, given) => {
        const answer = await hubsoft.app.inject({
          method: 'POST',
          url: `${apiBase}/atendimento`,
          headers: { authorization: `Bearer ${hubsoft.tokens.own}` },
          payload: JSON.stringify({ ...request('cancelled'), [field]: given }),
        });
        expect(answer.statusCode).toBe(200);
        openTicketAnswer.or(refusalAnswer).parse(answer.json());
      }),
      { numRuns: 150 },
    );
  });

  test("another provider's service is one that there is not", async () => {
    const { body } = await hubsoft.ask('POST', 'atendimento', request('no-phone'), foreign());
    expect(body['errors']).toEqual(['O valor selecionado para o campo id_cliente_servico é inválido.']);
    expect(await ofContract('no-phone')).toEqual([]);
  });
});

describe('PUT atendimento', () => {
  const put = (id: number | string, fields: object, headers: Record<string, string> = {}) =>
    hubsoft.ask('PUT', `atendimento/${id}`, fields, headers).then(({ body }) => body);

  test('a ticket closed here is closed with its orders, here and for programs written for another API', async () => {
    const { id_atendimento: id } = await open('installing', { abrir_os: true });
    hubsoft.clock.advance(90 * 60_000);
    const body = await put(id, { fechar_atendimento: 'true', parametros: [] });
    expect(body).toMatchObject({
      msg: 'Atendimento atualizado com sucesso',
      atendimento: { minutos_em_aberto: 90, tempo_restante: '-0h 30min', status_fechamento: 'concluido' },
    });
    expect(await ofContract('installing')).toEqual([]);
    expect(await ofContract('installing', { apenas_pendente: 'nao' })).toMatchObject([
      { id_atendimento: id, usuario_fechamento: 'Integração', ordens_servico: [{ status: 'finalizado' }] },
    ]);
    const office = await hubsoft.officeOf(hubsoft.provider.tenantId);
    const asked = { contrato: hubsoft.contractOf('installing') };
    const seen = await ocorrenciaList.run({ office, actKey: String }, asked as never);
    expect(seen).toMatchObject({ ocorrencias: [{ status: 'Encerrada', ordens_servicos: [{ status: 'Encerrada' }] }] });
  });

  test('text, kind and status change; parameters are added to those there are', async () => {
    const { id_atendimento: id } = await open('offline', { parametros: { empresa: 'NeWave', canal: 'voz' } });
    const edit = {
      descricao: 'Sem sinal',
      id_tipo_atendimento: 5,
      id_atendimento_status: 2,
      parametros: '{"canal":"pbx"}',
    };
    expect(await put(id, edit)).toMatchObject({
      atendimento: { descricao_abertura: 'Sem sinal', id_tipo_atendimento: 5, id_atendimento_status: 2 },
    });
    const row = hubsoft.provider.db.selectFrom('ticket').select('parameters').where('id', '=', id);
    expect((await row.executeTakeFirstOrThrow()).parameters).toEqual({ empresa: 'NeWave', canal: 'pbx' });
  });

  test('a ticket is closed once; one that there is not, or is of another provider, is not found', async () => {
    const { id_atendimento: id } = await open('offline');
    const close = { fechar_atendimento: true };
    expect(await put(id, close, foreign())).toEqual({ status: 'error', msg: `Atendimento de ID ${id} não encontrado` });
    const answers = await Promise.all(Array.from({ length: 50 }, () => put(id, close)));
    expect(answers.filter(({ status }) => status === 'success')).toHaveLength(1);
    const closed = { status: 'error', msg: `O atendimento de ID ${id} já está fechado` };
    expect(answers.filter(({ status }) => status !== 'success')).toEqual(Array.from({ length: 49 }, () => closed));
    expect(await put(999_999, close)).toMatchObject({ msg: 'Atendimento de ID 999999 não encontrado' });
    expect(await put('99999999999', close)).toMatchObject({
      errors: ['O valor selecionado para o campo id é inválido.'],
    });
    expect(await put('um', close)).toMatchObject({ msg: required });
  });

  test('status or kind is not changed while it is closed', async () => {
    const { id_atendimento: id } = await open('offline');
    expect(await put(id, { fechar_atendimento: true, id_atendimento_status: 2 })).toMatchObject({ status: 'error' });
    expect(await put(id, { fechar_atendimento: true, id_tipo_atendimento: 5 })).toMatchObject({ status: 'error' });
    expect(await put(id, { id_tipo_atendimento: 999 })).toMatchObject({ msg: required });
    expect(await put(id, { fechar_atendimento: false })).toMatchObject({ atendimento: { data_fechamento: null } });
  });
});

describe('lists', () => {
  /** Five tickets, a day apart; the second is closed on the last day. */
  let tickets: Ticket[] = [];
  beforeAll(async () => {
    tickets = [];
    for (let day = 0; day < 5; day++) {
      hubsoft.clock.advance(86_400_000);
      tickets.push(await open('provider-alert', { abrir_os: true, descricao: `Dia ${day}` }));
    }
    await hubsoft.ask('PUT', `atendimento/${tickets[1]?.id_atendimento}`, { fechar_atendimento: true });
  });
  const ids = (rows: readonly Ticket[]) =>
    rows.map((row) => tickets.findIndex((one) => one.protocolo === row.protocolo));

  test('open tickets come by default, the earliest first; limit, order and window are as asked', async () => {
    expect(ids(await ofContract('provider-alert'))).toEqual([0, 2, 3, 4]);
    expect(ids(await ofContract('provider-alert', { limit: 2, order_type: 'DESC' }))).toEqual([4, 3]);
    const all = { apenas_pendente: 'nao' };
    expect(ids(await ofContract('provider-alert', { ...all, order_by: 'data_fechamento' }))).toEqual([1, 0, 2, 3, 4]);
    const day = String(tickets[2]?.['data_cadastro']).split('/').toReversed().join('-');
    const window = { ...all, data_inicio: day, data_fim: day };
    expect(ids(await ofContract('provider-alert', window))).toEqual([2]);
    expect(ids(await ofContract('provider-alert', { ...all, data_fim: day }))).toEqual([0, 1, 2]);
  });

  test('tickets are found by subscriber, document and protocol, and by none of another provider', async () => {
    const protocol = tickets[0]?.protocolo;
    const contract = hubsoft.contractOf('provider-alert');
    const { codigo_cliente, cpf_cnpj } = await hubsoft.provider.db
      .selectFrom('subscriber as s')
      .innerJoin('contract as c', 'c.subscriber_id', 's.id')
      .select(['s.code as codigo_cliente', 's.document as cpf_cnpj'])
      .where('c.id', '=', contract)
      .executeTakeFirstOrThrow();
    const by = (busca: string, termo_busca: unknown, headers = {}) =>
      list('cliente/atendimento', { busca, termo_busca }, headers);
    expect(ids(await by('codigo_cliente', codigo_cliente))).toEqual([0, 2, 3, 4]);
    expect(ids(await by('cpf_cnpj', cpf_cnpj.replace(/^(...)(...)(...)/, '$1.$2.$3-')))).toEqual([0, 2, 3, 4]);
    expect(ids(await by('protocolo', protocol))).toEqual([0]);
    expect(await by('protocolo', protocol, foreign())).toEqual([]);
    expect(await by('codigo_cliente', '99999999999')).toEqual([]);
    expect(await by('codigo_cliente', "1' or 1=1")).toEqual([]);
  });

  test('service orders come the latest first, by their number too, and those of a status', async () => {
    const search = { busca: 'id_cliente_servico', termo_busca: hubsoft.contractOf('provider-alert') };
    const numbers = tickets.map(({ ordens_servico }) => ordens_servico[0]?.id_ordem_servico);
    const of = async (fields: object) =>
      (await list<Order>('cliente/ordem_servico', fields)).map((one) => one.id_ordem_servico);
    expect(await of(search)).toEqual(numbers.toReversed());
    expect(await of({ ...search, status: 'finalizado' })).toEqual([numbers[1]]);
    expect(await of({ ...search, order_by: 'data_inicio_programado', order_type: 'asc', limit: 1 })).toEqual([
      numbers[0],
    ]);
    expect(await of({ busca: 'numero_ordem_servico', termo_busca: numbers[3] })).toEqual([numbers[3]]);
    expect((await of({ busca: 'codigo_cliente', limit: 50 })).length).toBeGreaterThan(5);
    expect(await list('cliente/ordem_servico', { busca: 'codigo_cliente' }, foreign())).toEqual([]);
  });

  test('an order of the provider’s own, without ticket or slot, is told and is missing in no list', async () => {
    const { db, tenantId } = hubsoft.provider;
    const of = { tenant_id: tenantId, contract_id: hubsoft.contractOf('two-contracts'), reason_id: 41 };
    const texts = { opening_text: 'Instalar', service_text: 'Instalar', opened_at: hubsoft.clock.now() };
    await db
      .insertInto('service_order')
      .values({ ...of, ...texts, status: 'cancelled' })
      .execute();
    const search = { busca: 'id_cliente_servico', termo_busca: of.contract_id };
    expect(await list('cliente/ordem_servico', search)).toMatchObject([
      { tipo: 'INSTALAÇÃO', atendimento: null, data_inicio_programado: null, status: 'finalizado' },
    ]);
    const day = hubsoft.clock.now().toISOString().slice(0, 10);
    const fields = { pagina: 0, itens_por_pagina: 500, tipo_ordem_servico: 41 };
    expect(await list('ordem_servico/todos', { ...fields, data_inicio: day, data_fim: day })).toHaveLength(1);
    expect(await list('ordem_servico/todos', { ...fields, data_fim: '2026-11-20' })).toEqual([]);
    const executed = { tipo_data: 'data_termino_executado', data_inicio: '2026-11-20' };
    expect(await list('ordem_servico/todos', { ...fields, ...executed })).toEqual([]);
  });

  test('all tickets and all orders are read page by page, none twice and none missed', async () => {
    for (const [path, id] of [
      ['atendimento/todos', 'id_atendimento'],
      ['ordem_servico/todos', 'id_ordem_servico'],
    ] as const) {
      const first = await hubsoft.ask('GET', path, { pagina: 0, itens_por_pagina: 3 });
      const { total_registros: total, ultima_pagina: last } = first.body['paginacao'] as Record<string, number>;
      const seen: unknown[] = [];
      for (let pagina = 0; pagina <= (last ?? 0); pagina++) {
        seen.push(...(await list(path, { pagina, itens_por_pagina: 3 })).map((row) => row[id]));
      }
      expect(seen).toHaveLength(total ?? 0);
      expect(new Set(seen).size).toBe(total);
      expect(await list(path, { pagina: 1_000_000, itens_por_pagina: 500 })).toEqual([]);
      expect(await list(path, { pagina: 0, itens_por_pagina: 500 }, foreign())).toEqual([]);
    }
  });

  test('the list of all tickets tells of services and people when it is asked to', async () => {
    const fields = { pagina: 0, itens_por_pagina: 1, status_atendimento: '2, 999' };
    const [plain] = await list('atendimento/todos', fields);
    expect(Object.keys(plain ?? {})).not.toContain('cliente_servico');
    const [full] = await list('atendimento/todos', { ...fields, relacoes: 'cliente_servico,usuarios_responsaveis' });
    expect(full).toMatchObject({
      cliente_servico: {
        cliente: { ativo: true },
        endereco_numero_completo: expect.stringContaining('| CEP: 355') as string,
      },
      usuarios_responsaveis: [{ email: expect.any(String) as string }],
    });
  });

  test.each([
    ['cliente/atendimento', { busca: 'nome', termo_busca: 1 }, /^O tipo de busca \(nome\) não é válido/],
    ['cliente/atendimento', { busca: 'protocolo' }, /Favor/],
    ['cliente/atendimento', { busca: 'protocolo', termo_busca: 1, limit: 51 }, /Favor/],
    ['cliente/atendimento', { busca: 'protocolo', termo_busca: 1, order_by: 'id; drop table ticket' }, /Favor/],
    ['cliente/ordem_servico', { busca: 'protocolo' }, /^O tipo de busca \(protocolo\) não é válido/],
    ['cliente/ordem_servico', { busca: 'codigo_cliente', status: 'aberta' }, /Favor/],
    ['cliente/ordem_servico', { busca: 'codigo_cliente', data_inicio: '2026-02-30' }, /Favor/],
    ['cliente/ordem_servico', { busca: 'codigo_cliente', data_inicio: '2026-11-22', data_fim: '2026-11-21' }, /Favor/],
    ['atendimento/todos', { pagina: 0 }, /Favor/],
    ['atendimento/todos', { itens_por_pagina: 10 }, /Favor/],
    ['atendimento/todos', { pagina: 0, itens_por_pagina: 501 }, /Favor/],
    ['ordem_servico/todos', { pagina: -1, itens_por_pagina: 1 }, /Favor/],
    ['ordem_servico/todos', { pagina: 0, itens_por_pagina: 1, tipo_ordem_servico: '1,x' }, /Favor/],
  ])('%s refuses %j', async (path, fields, msg) => {
    const { status, body } = await hubsoft.ask('GET', path, fields);
    expect([status, body['status']]).toEqual([200, 'error']);
    expect(body['msg']).toMatch(msg);
  });
});
