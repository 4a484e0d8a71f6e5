import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formOf, hostileValue, junk, textOf } from '../../../test/helpers/hostile-input.ts';
import { type ServedIntelbras, servedIntelbras } from '../../../test/helpers/intelbras.ts';
import { pbxActions } from './actions/all.ts';

let pbx: ServedIntelbras;
beforeAll(async () => {
  pbx = await servedIntelbras();
  const callId = pbx.callLog.open({
    tenantId: pbx.tenantId,
    channelId: 'uirapuru-1764000000.1',
    callerNumber: '2001',
    dialled: '2002',
    direction: 'internal',
    startedAt: new Date(),
  });
  pbx.callLog.close(callId, { reason: 'caller_hung_up', at: new Date() });
});
afterAll(() => pbx.close());

const names = [
  'datainicial',
  'inicio',
  'datainicio',
  'datafim',
  'id',
  'uniqueid',
  'ramal',
  'origem',
  'destino',
  'logincliente',
  'classe5acao',
  '__proto__',
];
const acao = fc.oneof(
  fc.constantFrom(...pbxActions.map(({ name }) => name), 'STATUSREPORT', ' statusramais '),
  hostileValue,
);
type Asked = typeof asked extends fc.Arbitrary<infer One> ? One : never;
const asked = fc.record({
  acao,
  fields: fc.dictionary(fc.constantFrom(...names), hostileValue),
  junk,
  way: fc.constantFrom('json', 'json', 'json', 'form', 'query', 'header', 'junk'),
  method: fc.constantFrom('GET' as const, 'POST' as const, 'POST' as const),
});

/** The words of the first element, or rows. */
const documented =
  /^\["Status","(?:OK|ACAO INVALIDA|JSON INVALIDO|CAMPO OBRIGATORIO: \w+|CAMPO INVALIDO: \w+|CHAMADA NAO ENCONTRADA|ERRO: RAMAL INDISPONIVEL|RAMAL NAO CADASTRADO|CLIENTE NAO CADASTRADO|Login\/Senha Invalido)"\]$|^\[\]$|^\[\{/;

test('any body whatever gets a documented answer', async () => {
  const { login, password: senha, token } = pbx.instance;
  const send = async (one: Asked) => {
    const fields = { ...one.fields, acao: one.acao, login, senha, token };
    const query = new URLSearchParams({ login, senha, token, acao: textOf(one.acao).slice(0, 50) }).toString();
    const inQuery = one.way === 'query' || one.way === 'junk';
    const answer = await pbx.app.inject({
      method: one.method,
      url: inQuery ? `/api.php?${query}` : '/discador.php',
      headers: {
        'x-forwarded-proto': 'https',
        ...(one.way === 'header' && { authorization: `Bearer ${ascii(JSON.stringify(fields))}` }),
      },
      ...(one.way === 'json' && { payload: JSON.stringify(fields) }),
      ...(one.way === 'form' && { payload: formOf(fields) }),
      ...(one.way === 'junk' && { payload: one.junk }),
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toMatch(documented);
  };
  const many = fc.array(asked, { minLength: 20, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(many, async (bodies) => void (await Promise.all(bodies.map(send)))),
    { numRuns: 500 },
  );
}, 120_000);

/** What a header may hold. */
function ascii(text: string): string {
  return text.replaceAll(/[^\u0020-\u007e]/g, '?').slice(0, 12_000);
}
