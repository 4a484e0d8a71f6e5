import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { standing, type TestProvider, testProvider } from '../../test/helpers/isp.ts';
import { heard, playCall, textOf } from '../../test/helpers/menu-caller.ts';
import { createErpRegistry } from '../erp/registry.ts';
import type { DemoSubscriber } from '../isp/demo/service.ts';
import { systemClock } from '../kernel/clock.ts';
import { silentLogger } from '../kernel/logger.ts';
import type { MenuErp } from './ports.ts';

let town: TestProvider;
let erp: MenuErp;
const used = new Set<string>();

/** A subscriber in a situation, each given out once. */
function next(situation: DemoSubscriber['situation']): DemoSubscriber {
  const found = town.demo.find((one) => one.situation === situation && !used.has(one.document));
  if (found === undefined) throw new Error(`there is nobody left who is ${situation}`);
  used.add(found.document);
  return found;
}

function call(script: Parameters<typeof playCall>[0]['script'] = [], callerNumber = '') {
  return playCall({ erp, script, callerNumber, realTime: true });
}

const rest = [['Para segunda via', 'hang up']] as const;

beforeAll(async () => {
  town = await testProvider();
  const { db, tenantId } = town.provider;
  const registry = createErpRegistry({
    db,
    clock: systemClock,
    logger: silentLogger,
    metrics: new Registry(),
    kinds: { embedded: { connect: () => town.erp, settleMs: 0 } },
    kindOf: () => 'embedded',
  });
  erp = await registry.gatewayFor(tenantId);
});
afterAll(() => town.close());

describe('the default menu over the embedded ERP', () => {
  test('a suspended contract is active again after the call, with one promise and one ticket, however often it is asked for', async () => {
    const { document, contracts } = next('suspended');
    const script = [
      ['Digite o CPF', `${document}#`],
      ['liberar agora', '1'],
      ['Para segunda via', '13'],
      ...rest,
    ] as const;
    const first = await call(script);
    expect(first.errors).toEqual([]);
    expect(textOf(first)).toContain('O seu acesso foi liberado por três dias.');
    expect(textOf(first)).toMatch(/protocolo é: \d{14}\./);
    const after = await standing(town, contracts[0] ?? 0);
    expect(after).toMatchObject({ state: 'active', tickets: 1, blocked: false });
    expect(after.promises).toHaveLength(1);
  });

  test('an unlock used this month is not offered, and refused to who asks for it all the same', async () => {
    const { document } = next('suspended-unlock-used');
    const played = await call([
      ['Digite o CPF', `${document}#`],
      ['já foi usada. Para receber a fatura', '2'],
      ['Para segunda via', '13'],
      ...rest,
    ]);
    expect(textOf(played)).not.toContain('liberar agora');
    expect(textOf(played)).toContain('A liberação em confiança deste mês já foi usada. Para voltar a navegar');
    expect(textOf(played)).not.toContain('foi liberado');
  });

  test('the invoice goes out once by SMS, to the number whose last digits are said', async () => {
    const { document, phone } = next('active');
    const played = await call([
      ['Digite o CPF', `${document}#`],
      ['Para segunda via', '11'],
      ['Posso ajudar', 'hang up'],
    ]);
    expect(textOf(played)).toContain(`celular com final ${phone?.slice(-4)}`);
  });

  test('who has no e-mail or no mobile hears that, and nothing is said to be sent', async () => {
    const mail = await call([
      ['Digite o CPF', `${next('no-email').document}#`],
      ['Para segunda via', '12'],
      ['receber o Pix', 'hang up'],
    ]);
    expect(textOf(mail)).toContain('Não há um e-mail no seu cadastro.');
    const sms = await call([
      ['Digite o CPF', `${next('no-phone').document}#`],
      ['Para segunda via', '11'],
      ['receber o Pix', 'hang up'],
    ]);
    expect(textOf(sms)).toContain('Não há um celular no seu cadastro');
    expect(textOf(mail) + textOf(sms)).not.toContain('Pronto');
  });

  test('maintenance at the access point is said first, with its forecast', async () => {
    const played = await call([['Digite o CPF', `${next('maintenance').document}#`], ...rest]);
    expect(textOf(played)).toMatch(
      /manutenção na rede que atende o seu endereço\. Previsão de término: [^]*Para segunda via/,
    );
  });

  test('two contracts are told apart by their streets', async () => {
    const played = await call([
      ['Digite o CPF', `${next('two-contracts').document}#`],
      ['Encontrei dois contratos', '2'],
      ['liberar agora', 'hang up'],
    ]);
    expect(textOf(played)).toContain('O seu acesso está suspenso');
  });

  test('a company keys its CNPJ; one whose CNPJ has letters is known by its number and proves it by the last digits', async () => {
    const company = next('company');
    expect(await heard({ erp, realTime: true, script: [['Digite o CPF', company.document], ...rest] })).toContain(
      'Para segunda via',
    );
    const letters = next('company-alphanumeric');
    const script = [
      ['Falo com', '1'],
      ['Para segunda via', '14'],
      ['três últimos números do seu CNPJ', letters.document.slice(-3)],
      ['em aberto', 'hang up'],
    ] as const;
    expect(textOf(await call(script, letters.phone ?? ''))).toContain('em aberto, no total de');
  });

  test.each([
    ['cancelled', 'O seu contrato está cancelado.'],
    ['installing', 'A instalação do seu contrato ainda está em andamento.'],
    ['provider-alert', 'Temos um aviso para você.'],
  ] as const)('%s: said truthfully', async (situation, sentence) => {
    const script = [
      ['Digite o CPF', `${next(situation).document}#`],
      ['nenhum atendente', 'hang up'],
    ] as const;
    const played = await playCall({
      erp,
      script,
      realTime: true,
      onPlay: (text, channel) => text.includes('Para segunda via') && channel.end('caller'),
    });
    expect(textOf(played)).toContain(sentence);
  });
});
