import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedHubsoft, servedHubsoft } from '../../../test/helpers/hubsoft.ts';
import { addDays } from '../../kernel/clock.ts';
import { apiBase } from './server.ts';

const today = '2026-11-21';

let hubsoft: ServedHubsoft;
beforeAll(async () => {
  hubsoft = await servedHubsoft({ others: 80 });
});
afterAll(() => hubsoft.close());

type Invoice = Readonly<Record<string, unknown>> & {
  readonly id_fatura: number;
  readonly valor: number | string;
  readonly data_vencimento: string;
  readonly data_pagamento: string | null;
  readonly cliente: Readonly<Record<string, unknown>>;
};

async function invoices(path: string, fields: object): Promise<readonly Invoice[]> {
  const { body } = await hubsoft.ask('GET', path, fields);
  expect(body).toMatchObject({ status: 'success' });
  return body['faturas'] as Invoice[];
}

const ofSuspended = () => {
  const [person] = hubsoft.demo.filter((one) => one.situation === 'suspended');
  return { busca: 'cpf_cnpj', termo_busca: person?.document ?? '' };
};

const iso = (day: string | null) => day?.split('/').toReversed().join('-') ?? '';

test('a subscriber’s open invoices are found by document, number or service, and are the same ones', async () => {
  const contract = hubsoft.contractOf('suspended');
  const { db, tenantId } = hubsoft.provider;
  const owner = await db
    .selectFrom('contract as c')
    .innerJoin('subscriber as s', 's.id', 'c.subscriber_id')
    .select(['s.code', 's.document', 's.name'])
    .where('c.tenant_id', '=', tenantId)
    .where('c.id', '=', contract)
    .executeTakeFirstOrThrow();
  const [byDocument, byPrinted, byCode, byService] = await Promise.all([
    invoices('cliente/financeiro', { busca: 'cpf_cnpj', termo_busca: owner.document }),
    invoices('cliente/financeiro', {
      busca: 'cpf_cnpj',
      termo_busca: owner.document.replace(/(...)(...)(...)(..)/, '$1.$2.$3-$4'),
    }),
    invoices('cliente/financeiro', { busca: 'codigo_cliente', termo_busca: owner.code }),
    invoices('cliente/financeiro', { busca: 'id_cliente_servico', termo_busca: contract }),
  ]);
  expect(byDocument.length).toBeGreaterThan(0);
  expect([byPrinted, byCode, byService]).toEqual([byDocument, byDocument, byDocument]);
  for (const invoice of byDocument) {
    expect(invoice).toMatchObject({ data_pagamento: null, quitado: false, valor_pago: null });
    expect(invoice.cliente).toMatchObject({ cpf_cnpj: owner.document, servico: { id_cliente_servico: contract } });
    expect(invoice['status']).toBe(iso(invoice.data_vencimento) < today ? 'vencido' : 'aguardando');
    expect(invoice['pix_copia_cola']).toMatch(/^000201/);
  }
});

test('with apenas_pendente=nao the paid ones come too, those that were cancelled never', async () => {
  const all = await invoices('cliente/financeiro', { ...ofSuspended(), apenas_pendente: 'nao', limit: 50 });
  const open = await invoices('cliente/financeiro', ofSuspended());
  expect(all).toHaveLength(12);
  expect(all.filter(({ data_pagamento }) => data_pagamento === null)).toEqual(open);
  const [first] = open;
  const cancelling = hubsoft.provider.db.updateTable('invoice').where('id', '=', first?.id_fatura ?? 0);
  await cancelling.set({ status: 'cancelled' }).execute();
  expect(await invoices('cliente/financeiro', { ...ofSuspended(), apenas_pendente: 'nao', limit: 50 })).toHaveLength(
    11,
  );
  await cancelling.set({ status: 'open' }).execute();
});

test('the order is the one that is asked for, and by due date from the oldest when none is', async () => {
  const all = { ...ofSuspended(), apenas_pendente: 'nao', limit: 50 };
  const dues = (rows: readonly Invoice[]) => rows.map((row) => iso(row.data_vencimento));
  expect(dues(await invoices('cliente/financeiro', all))).toEqual(
    dues(await invoices('cliente/financeiro', all)).toSorted(),
  );
  const descending = dues(await invoices('cliente/financeiro', { ...all, order_type: 'desc' }));
  expect(descending).toEqual(descending.toSorted().toReversed());
  const paid = (await invoices('cliente/financeiro', { ...all, order_by: 'data_pagamento', order_type: 'desc' })).map(
    (row) => iso(row.data_pagamento),
  );
  const known = paid.filter((day) => day !== '');
  expect(paid).toEqual([...known.toSorted().toReversed(), ...paid.filter((day) => day === '')]);
  const [dear] = await invoices('cliente/financeiro', all);
  await hubsoft.provider.db
    .updateTable('invoice')
    .set({ amount_cents: 999_999 })
    .where('id', '=', dear?.id_fatura ?? 0)
    .execute();
  const [dearest] = await invoices('cliente/financeiro', { ...all, order_by: 'valor', order_type: 'desc', limit: 1 });
  expect(dearest).toMatchObject({ id_fatura: dear?.id_fatura, valor: 9999.99 });
});

test('the days of data_inicio and data_fim are those on which invoices are due, both included', async () => {
  const all = await invoices('cliente/financeiro', { ...ofSuspended(), apenas_pendente: 'nao', limit: 50 });
  const [from, to] = [iso(all[3]?.data_vencimento ?? ''), iso(all[5]?.data_vencimento ?? '')];
  const window = { ...ofSuspended(), apenas_pendente: 'nao', data_inicio: from, data_fim: to };
  expect(await invoices('cliente/financeiro', window)).toEqual(all.slice(3, 6));
});

test('limit is honoured, and one out of range is an error', async () => {
  const all = { ...ofSuspended(), apenas_pendente: 'nao' };
  expect(await invoices('cliente/financeiro', { ...all, limit: 5 })).toHaveLength(5);
  for (const limit of [0, 51, -1, 'dez', 99_999_999_999, 1.5]) {
    const { status, body } = await hubsoft.ask('GET', 'cliente/financeiro', { ...all, limit });
    expect([status, body]).toEqual([
      200,
      { status: 'error', msg: expect.any(String) as string, errors: [expect.stringContaining('limit') as string] },
    ]);
  }
});

test('what is paid by direct debit has nothing of a boleto’s', async () => {
  const [invoice] = await invoices('cliente/financeiro', { ...ofSuspended(), apenas_pendente: 'nao', limit: 1 });
  const id = invoice?.id_fatura ?? 0;
  await hubsoft.provider.db
    .updateTable('invoice')
    .set({ charge_kind: 'direct_debit', barcode: null, pix_code: null, our_number_digit: null })
    .where('id', '=', id)
    .execute();
  const [debited] = await invoices('cliente/financeiro', { ...ofSuspended(), apenas_pendente: 'nao', limit: 1 });
  const empty = [
    'nosso_numero_dv',
    'linha_digitavel',
    'codigo_barras',
    'link',
    'agencia_codigo_beneficiario',
    'beneficiario',
  ];
  const rest = [
    'numero_documento',
    'especie',
    'aceite',
    'local_pagamento',
    'carteira',
    'data_documento',
    'data_processamento',
  ];
  for (const name of [...empty, ...rest]) expect([name, debited?.[name]]).toEqual([name, null]);
  expect(debited).toMatchObject({
    tipo_cobranca: 'debito_conta_corrente',
    especie_dinheiro: 'R$',
    pix_copia_cola: null,
  });
});

test('who does not exist has no invoices; another provider’s are nobody’s', async () => {
  const nobody = [
    { busca: 'codigo_cliente', termo_busca: '999999' },
    { busca: 'codigo_cliente', termo_busca: '99999999999999999999' },
    { busca: 'id_cliente_servico', termo_busca: 'abc' },
    { busca: 'cpf_cnpj', termo_busca: "' or 1=1 --" },
  ];
  for (const fields of nobody) expect(await invoices('cliente/financeiro', fields)).toEqual([]);
  const query = new URLSearchParams(ofSuspended()).toString();
  const url = `${apiBase}/cliente/financeiro?${query}`;
  const answer = await hubsoft.app.inject({ url, headers: { authorization: `Bearer ${hubsoft.tokens.foreign}` } });
  expect(answer.json()).toMatchObject({ faturas: [] });
});

test('what is missing or wrong is told field by field', async () => {
  const answers = [
    [{ termo_busca: '1' }, 'busca'],
    [{ busca: 'cpf_cnpj' }, 'termo_busca'],
    [{ ...ofSuspended(), order_by: 'id; drop table invoice' }, 'order_by'],
    [{ ...ofSuspended(), order_type: 'up' }, 'order_type'],
    [{ ...ofSuspended(), apenas_pendente: 'talvez' }, 'apenas_pendente'],
    [{ ...ofSuspended(), data_inicio: '2026-02-31' }, 'data_inicio'],
    [{ ...ofSuspended(), data_inicio: '2026-11-02', data_fim: '2026-11-01' }, 'data_fim'],
  ] as const;
  for (const [fields, name] of answers) {
    const { body } = await hubsoft.ask('GET', 'cliente/financeiro', fields);
    expect(body).toMatchObject({ status: 'error', errors: [expect.stringContaining(name) as string] });
  }
  const { body } = await hubsoft.ask('GET', 'cliente/financeiro', { busca: 'nome', termo_busca: 'Ana' });
  expect(body['msg']).toBe(
    'O tipo de busca (nome) não é válido | Valores aceitos para esse campo: cpf_cnpj,codigo_cliente,id_cliente_servico',
  );
  expect((await hubsoft.ask('GET', 'financeiro', { busca: 'nome', termo_busca: 'Ana' })).body).toEqual({
    status: 'error',
    msg: 'O tipo de busca (nome) não é válido | Valores aceitos para esse campo: id_cliente,codigo_cliente,cpf_cnpj,id_cliente_servico',
  });
  const { body: half } = await hubsoft.ask('GET', 'financeiro', { busca: 'cpf_cnpj' });
  expect(half['errors']).toEqual(['O campo termo_busca é obrigatório quando busca é informado.']);
});

test('each invoice has an address that nobody can guess, and asked again it is the same', async () => {
  const first = await invoices('cliente/financeiro', ofSuspended());
  expect(first[0]?.['link']).toMatch(/^https:\/\/ura\.provedor\.example\/pdf\/fatura\/[\w-]{32}$/);
  expect((await invoices('cliente/financeiro', ofSuspended()))[0]?.['link']).toBe(first[0]?.['link']);
});

test('without dates financeiro tells of the last ten days and today, open and paid ones', async () => {
  const rows = await invoices('financeiro', {});
  const days = rows.map((row) => row.data_vencimento);
  expect(days.length).toBeGreaterThan(0);
  expect(days).toEqual(days.toSorted());
  expect(days.every((day) => day >= addDays(today, -10) && day <= today)).toBe(true);
  expect(typeof rows[0]?.valor).toBe('string');
  const { total } = await counted('due_on', addDays(today, -10), today);
  expect(rows).toHaveLength(total);
});

test('a longer time than thirty days is cut, unless somebody’s invoices are searched for', async () => {
  const year = { data_inicio: '2026-01-01', data_fim: '2026-11-21' };
  const cut = await invoices('financeiro', year);
  expect(cut.length).toBe((await counted('due_on', '2026-01-01', '2026-01-31')).total);
  expect(cut.length).toBeGreaterThan(0);
  const whole = await invoices('financeiro', { ...year, ...ofSuspended() });
  expect(new Set(whole.map((row) => row.data_vencimento.slice(0, 7))).size).toBeGreaterThan(6);
});

test('the documentation’s example: what was paid in some days, the latest payment first', async () => {
  const asked = {
    data_inicio: '2026-10-01',
    data_fim: '2026-10-20',
    apenas_quitado: 'sim',
    tipo_data: 'data_pagamento',
  };
  const rows = await invoices('financeiro', { ...asked, order_by: 'data_pagamento', order_type: 'desc' });
  const days = rows.map((row) => row.data_pagamento ?? '');
  expect(rows.length).toBe((await counted('paid_on', '2026-10-01', '2026-10-20')).total);
  expect(days).toEqual(days.toSorted().toReversed());
  expect(days.every((day) => day >= '2026-10-01' && day <= '2026-10-20')).toBe(true);
  expect(rows[0]?.['valor_pago']).toBe(rows[0]?.valor);
});

test('detalhado adds to each what it takes to pay it; any limit above zero is taken', async () => {
  const [little] = await invoices('financeiro', { limit: 1 });
  const [much] = await invoices('financeiro', { limit: 1, tipo_resultado: 'detalhado' });
  expect(much).toEqual({ ...much, ...little });
  expect(much).toMatchObject({
    tipo_cobranca: 'boleto_bancario',
    link: expect.stringContaining('/pdf/fatura/') as string,
  });
  expect(Object.keys(much ?? {}).slice(0, 9)).toEqual(Object.keys(little ?? {}));
  expect((await invoices('financeiro', { limit: 900_000_000_000_000 })).length).toBeGreaterThan(1);
  for (const fields of [{ limit: 0 }, { busca: 'id_cliente' }, { termo_busca: '1' }, { tipo_resultado: 'completo' }]) {
    expect((await hubsoft.ask('GET', 'financeiro', fields)).body).toMatchObject({ status: 'error' });
  }
});

async function counted(day: 'due_on' | 'paid_on', from: string, to: string) {
  const { db, tenantId } = hubsoft.provider;
  return db
    .selectFrom('invoice')
    .where('tenant_id', '=', tenantId)
    .where('status', '<>', 'cancelled')
    .where(day, '>=', from)
    .where(day, '<=', to)
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
}
