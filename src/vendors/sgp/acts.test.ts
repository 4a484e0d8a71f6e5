import { afterAll, beforeAll, expect, test } from 'vitest';
import { standing } from '../../../test/helpers/isp.ts';
import { type ServedSgp, servedSgp } from '../../../test/helpers/sgp.ts';
import type { DemoSituation } from '../../isp/demo/situations.ts';

let sgp: ServedSgp;
beforeAll(async () => {
  sgp = await servedSgp({ others: 230 });
});
afterAll(() => sgp.close());

/** A contract in a situation that no other test of this file has. */
const taken = new Map<DemoSituation, number>();
function contract(situation: DemoSituation): number {
  const index = taken.get(situation) ?? 0;
  taken.set(situation, index + 1);
  const found = sgp.demo.filter((one) => one.situation === situation)[index]?.contracts[0];
  if (found === undefined) throw new Error(`There are not ${index + 1} contracts in the situation ${situation}.`);
  return found;
}

test('of fifty requests at once for one contract exactly one is freed, and the rest hear that it is used', async () => {
  const contrato = contract('suspended');
  const answers = await Promise.all(Array.from({ length: 50 }, () => sgp.ask('liberacaopromessa', { contrato })));
  const freed = answers.filter(({ body }) => body.status === 1);
  expect(freed).toHaveLength(1);
  expect(freed[0]?.body).toMatchObject({ liberado: true, liberado_dias: 3, data_promessa: '2026-11-24' });
  expect(answers.filter(({ body }) => body.status === 2 && body.liberado === false)).toHaveLength(49);
  expect(await standing(sgp, contrato)).toEqual({ state: 'active', promises: ['open'], tickets: 1, blocked: false });
});

test('what is not suspended, or cancelled, is not freed, and the message says why', async () => {
  const not = async (situation: DemoSituation) =>
    (await sgp.ask('liberacaopromessa', { contrato: contract(situation) })).body;
  expect(await not('active')).toMatchObject({ status: 0, liberado: false, msg: 'O contrato não está suspenso' });
  expect(await not('cancelled')).toMatchObject({ status: 0, liberado: false, msg: 'O contrato está cancelado' });
});

test('a promise may be shorter than the most, never longer; its day is the last one', async () => {
  const contrato = contract('suspended');
  const ask = async (data_promessa: string) => (await sgp.ask('liberacaopromessa', { contrato, data_promessa })).body;
  for (const day of ['2026-12-24', '2026-11-20', '2026-11-21']) {
    expect(await ask(day)).toMatchObject({
      status: 2,
      msg: 'A data da promessa deve estar entre 1 e 3 dia(s) a partir de hoje',
    });
  }
  expect(await ask('23/11/2026')).toMatchObject({ status: 1, liberado_dias: 2, data_promessa: '2026-11-23' });
});

test('under one idempotency key an act is done once and answered alike; without one, every request is an act', async () => {
  const contrato = contract('suspended');
  const key = { 'idempotency-key': 'chamada 7/1' };
  for (const [method, counted] of [
    ['liberacaopromessa', 1],
    ['chamado', 2],
    ['enviafatura', 3],
  ] as const) {
    const answers = await Promise.all(Array.from({ length: 4 }, () => sgp.ask(method, { contrato }, key)));
    expect([method, new Set(answers.map(({ body }) => body.protocolo)).size]).toEqual([method, 1]);
    expect(answers[0]?.body).toMatchObject({ status: 1, protocolo: expect.stringMatching(/^20261121\d{6}$/) });
    expect([method, (await standing(sgp, contrato)).tickets]).toEqual([method, counted]);
  }
  const [one, two] = [await sgp.ask('chamado', { contrato }), await sgp.ask('chamado', { contrato })];
  expect(one.body.protocolo).not.toBe(two.body.protocolo);
  const other = await sgp.ask('chamado', { contrato: contract('offline') }, key);
  expect(other.body.protocolo).not.toBe(one.body.protocolo);
});

test('what was written with an unlock stands in its ticket, and a text message confirms it when asked for', async () => {
  const contrato = contract('suspended');
  const sent = sgp.messages.size;
  await sgp.ask('liberacaopromessa', { contrato, conteudo: 'Pedido pelo bot.', enviar_sms: '1' });
  const { body } = await sgp.ask('ocorrencia/list', { contrato });
  expect(body).toMatchObject({
    paginacao: { offset: 0, limit: 1000, parcial: 1, total: 1 },
    ocorrencias: [
      { tipo_id: 1, status: 'Encerrada', conteudo: expect.stringMatching(/24\/11\/2026\.\nPedido pelo bot\.$/) },
    ],
  });
  expect([...sgp.messages.values()].slice(sent)).toMatchObject([{ text: expect.stringContaining('24/11/2026') }]);
});

test('an invoice goes out to the contact on file; without one, or without an invoice, the answer says so', async () => {
  const sent = sgp.messages.size;
  const contrato = contract('suspended');
  const ask = async (fields: object) => (await sgp.ask('enviafatura', { uracontato: 'ramal 7', ...fields })).body;
  expect(await ask({ contrato, tipo: 'SMS' })).toMatchObject({ status: 1, msg: 'Fatura enviada por SMS com sucesso' });
  expect(await ask({ contrato })).toMatchObject({ status: 1, uracontato: 'ramal 7' });
  expect(sgp.messages.size).toBe(sent + 2);
  expect(await ask({ contrato: contract('no-email') })).toMatchObject({
    status: 2,
    protocolo: expect.stringMatching(/^\d{14}$/),
  });
  expect(await ask({ contrato: contract('no-phone'), tipo: 'sms' })).toMatchObject({ status: 2 });
  expect(await ask({ contrato: contract('installing') })).toMatchObject({ status: 0, msg: 'Não há fatura em aberto' });
  expect((await sgp.ask('enviafatura', { contrato, tipo: 'fax' })).status).toBe(400);
  expect(sgp.messages.size).toBe(sent + 2);
});

test('an address that can never be reached is a delivery error', async () => {
  const refusing = await servedSgp({ refuses: () => true });
  const { body } = await refusing.ask('enviafatura', { contrato: refusing.contractOf('suspended') });
  expect(body).toMatchObject({ status: 9, protocolo: expect.stringMatching(/^\d{14}$/) });
  await refusing.close();
});

test('a notice is kept for the screen of the agent it names, under either name of the field', async () => {
  const contrato = contract('two-contracts');
  await sgp.ask('notificacaosistema', { contrato, uracontato: 34_991_380_000, uraagente: 'RAMAL 1001' });
  const notices = await sgp.provider.db
    .selectFrom('screen_window')
    .select(['extension', 'caller_number', 'closed_at'])
    .where('contract_id', '=', String(contrato))
    .execute();
  expect(notices).toEqual([{ extension: '1001', caller_number: '+5534991380000', closed_at: null }]);
});

test('a ticket takes kind, reason, contact and text; desativa_os sends nobody out', async () => {
  const contrato = contract('maintenance');
  const fields = {
    conteudo: 'Sem sinal',
    observacao: 'Ligar antes',
    contato_nome: 'Ana',
    contato_telefone: '34 3221-0000',
  };
  await sgp.ask('chamado', { contrato, ocorrenciatipo: '3', motivoos: 42, ...fields });
  await sgp.ask('chamado', { contrato, desativa_os: true, motivoos: 'nenhum' });
  const { body } = await sgp.ask('ocorrencia/list', { contrato, status: 0 });
  expect(body.ocorrencias).toMatchObject([
    { tipo_id: 5, ordens_servicos: [] },
    { tipo_id: 3, conteudo: 'Sem sinal\nLigar antes', ordens_servicos: [{ motivo_id: 42 }] },
  ]);
  expect((await sgp.ask('chamado', { contrato, ocorrenciatipo: 999 })).body).toMatchObject({
    status: 0,
    msg: 'Tipo de Ocorrência inválido',
  });
});

test('subscribers come in pages of at most 100, with contracts under both names and their open invoices', async () => {
  const all = await sgp.ask('clientes', { limit: '500' });
  expect(all.body.paginacao).toEqual({ offset: 0, limit: 100, parcial: 100, total: sgp.demo.length + 230 });
  const contrato = sgp.contractOf('suspended');
  const [cliente] = (await sgp.ask('clientes', { contrato })).body.clientes as Record<string, unknown>[];
  expect(cliente).toMatchObject({ contratos: [{ id: contrato, contrato, titulos: [{ status: 'aberto' }] }] });
  const short = { contrato, omitir_titulos: 1, omitir_contratos: 'sim', omitir_contatos: true };
  const [bare] = (await sgp.ask('clientes', short)).body.clientes as object[];
  expect(Object.keys(bare ?? {})).toEqual(['id', 'nome', 'cpfcnpj', 'tipo', 'dataCadastro', 'endereco']);
  expect((await sgp.ask('clientes', { cpfcnpj: '11111111111' })).body).toMatchObject({
    clientes: [],
    paginacao: { total: 0 },
  });
});

test('invoices are the open ones, the oldest due first, unless others are asked for', async () => {
  const contrato = sgp.contractOf('suspended');
  const list = async (fields: object) => (await sgp.ask('titulos', fields)).body.titulos as Record<string, unknown>[];
  const open = await list({ contrato });
  expect(open.map((each) => each.status)).toEqual(['aberto']);
  expect(open[0]).toMatchObject({
    link: expect.stringMatching(/^https:\/\/ura\.provedor\.example\/boleto\/[\w-]{32}$/),
    linhaDigitavel: expect.stringMatching(/^\d{47}$/),
    codigoBarras: expect.stringMatching(/^\d{44}$/),
    codigoPix: expect.stringMatching(/^000201/),
  });
  const paid = await list({ contrato, status: 'pagos' });
  expect(new Set(paid.map((each) => each.status))).toEqual(new Set(['pago']));
  const dues = (await list({ limit: 50 })).map((each) => String(each.dataVencimento));
  expect(dues).toEqual(dues.toSorted());
  const latest = (await list({ limit: 50, ordenar: 'data_vencimento', ordenar_ordem: 'desc' })).map((each) =>
    String(each.dataVencimento),
  );
  expect(latest).toEqual(latest.toSorted().toReversed());
  expect((await sgp.ask('titulos', { status: 'vencidos' })).status).toBe(400);
  expect(await list({ titulo_id: paid[0]?.id })).toEqual([paid[0]]);
});

test('a second copy and a Pix code are of the invoice that is meant, and of no other', async () => {
  const contrato = contract('suspended');
  const { body } = await sgp.ask('fatura2via', { contrato, nao_gerar_os: 1 });
  expect(body).toMatchObject({ status: 1, links: [{ linhadigitavel: body.linhadigitavel, link: body.link }] });
  expect((await standing(sgp, contrato)).tickets).toBe(0);
  const [link] = body.links as { id: number; codigopix: string }[];
  const pix = async (id: unknown, fields = {}) => (await sgp.ask(`pagamento/pix/${String(id)}`, fields)).body;
  expect(await pix(link?.id, { contrato })).toMatchObject({
    status: 1,
    pix: link?.codigopix,
    codigoPix: link?.codigopix,
  });
  expect(await pix(link?.id, { contrato: sgp.contractOf('active') })).toMatchObject({ status: 0 });
  expect(await pix(999_999_999)).toMatchObject({ status: 0, msg: 'Fatura não localizada' });
});

test('a notice to every caller is listed with the maintenance', async () => {
  const { db, tenantId } = sgp.provider;
  await db
    .insertInto('alert')
    .values({ tenant_id: tenantId, kind: 'notice', text: 'Instabilidade geral', starts_at: sgp.clock.now() })
    .execute();
  const answer = await sgp.app.inject({ url: '/api/ura/manutencao/list', query: { ...sgp.credentials } });
  expect(answer.json()).toContainEqual(
    expect.objectContaining({ mensagem_ura: 'Instabilidade geral', ativa: 1, olts: [], pops: [] }),
  );
});

test('a text message goes to every number once, or to none when one cannot be reached', async () => {
  const sent = sgp.messages.size;
  const msg = 'Manutenção hoje às 22h';
  expect((await sgp.ask('sms/send', { phone: '34 99999-0001;34999990002, 34999990001', msg })).body.status).toBe(1);
  expect(sgp.messages.size).toBe(sent + 2);
  expect((await sgp.ask('sms/send', { phone: '34999990003,3432210000', msg })).body).toEqual({
    status: 0,
    msg: 'Telefone inválido: 3432210000',
  });
  expect((await sgp.ask('sms/send', { phone: '34999990003' })).status).toBe(400);
  expect(sgp.messages.size).toBe(sent + 2);
});
