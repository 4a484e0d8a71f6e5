import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedHubsoft, servedHubsoft } from '../../../../test/helpers/hubsoft.ts';
import { standing } from '../../../../test/helpers/isp.ts';

let hubsoft: ServedHubsoft;
beforeAll(async () => {
  hubsoft = await servedHubsoft({ copies: 3 });
});
afterAll(() => hubsoft.close());

let taken = 0;
const suspended = () => hubsoft.demo.filter((one) => one.situation === 'suspended')[taken++]?.contracts[0] ?? 0;
const unlock = async (fields: object, headers?: Record<string, string>) =>
  (await hubsoft.ask('POST', 'cliente/desbloqueio_confianca', fields, headers)).body;
const refusal = (msg: RegExp) => ({ status: 'error', msg: expect.stringMatching(msg), errors: [] });

test('of fifty requests at once for one service one is granted; the others hear the rule', async () => {
  const id_cliente_servico = suspended();
  const answers = await Promise.all(Array.from({ length: 50 }, () => unlock({ id_cliente_servico })));
  const granted = answers.filter(({ status }) => status === 'success');
  expect(granted).toEqual([
    { status: 'success', msg: 'Desbloqueio em confiança realizado com sucesso até a data 22/11/2026' },
  ]);
  const used = refusal(/já foi utilizado neste mês.* um desbloqueio por mês, de no máximo 3 dia\(s\)/);
  expect(answers.find(({ status }) => status === 'error')).toEqual(used);
  expect(await standing(hubsoft, id_cliente_servico)).toMatchObject({
    state: 'active',
    promises: ['open'],
    tickets: 1,
  });
});

test('it lasts as many days as asked for, and not more than the provider allows', async () => {
  const id_cliente_servico = suspended();
  const tooLong = refusal(/\(4\) não é permitido, pois ultrapassa a configuração do provedor.* 3 dia\(s\)/);
  expect(await unlock({ id_cliente_servico, dias_desbloqueio: '4' })).toEqual(tooLong);
  expect(await unlock({ id_cliente_servico, dias_desbloqueio: 3 })).toMatchObject({
    msg: 'Desbloqueio em confiança realizado com sucesso até a data 24/11/2026',
  });
});

test('under one idempotency key it is granted once and answered alike', async () => {
  const id_cliente_servico = suspended();
  const headers = { 'idempotency-key': 'k-1' };
  const first = await unlock({ id_cliente_servico }, headers);
  expect(first['status']).toBe('success');
  expect(await unlock({ id_cliente_servico }, headers)).toEqual(first);
});

test('what is not suspended, cancelled, not there, another provider’s or no number is refused in words', async () => {
  const unknown = { errors: ['O valor selecionado para o campo id_cliente_servico é inválido.'] };
  const of = (situation: 'active' | 'cancelled' | 'suspended') => ({
    id_cliente_servico: hubsoft.contractOf(situation),
  });
  expect(await unlock(of('active'))).toEqual(refusal(/não está suspenso/));
  expect(await unlock(of('cancelled'))).toEqual(refusal(/está cancelado/));
  for (const id_cliente_servico of [999_999, '99999999999999']) {
    expect(await unlock({ id_cliente_servico })).toMatchObject(unknown);
  }
  const foreign = { authorization: `Bearer ${hubsoft.tokens.foreign}` };
  expect(await unlock(of('suspended'), foreign)).toMatchObject(unknown);
  for (const fields of [
    {},
    { id_cliente_servico: 0 },
    { ...of('suspended'), dias_desbloqueio: 0 },
    { ...of('suspended'), dias_desbloqueio: 'um' },
  ]) {
    expect(await unlock(fields)).toMatchObject({ status: 'error', errors: [expect.any(String)] });
  }
});
