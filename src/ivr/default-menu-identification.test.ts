import { describe, expect, test } from 'vitest';
import { heard, playCall, textOf } from '../../test/helpers/menu-caller.ts';
import {
  anaDocument,
  contractOf,
  scriptedErp,
  subscriberOf,
  suspendedContract,
} from '../../test/helpers/scripted-erp.ts';
import { nothingToDo, unavailable } from '../kernel/outcome.ts';
import { answeredBy } from '../telephony/fake-telephony.ts';

const cpf = `${anaDocument}#`;
const anasPhone = '34999990000';
const ana = (...contracts: Parameters<typeof subscriberOf>[0][number][]) => subscriberOf(contracts);

describe('opening', () => {
  test('a mass outage with its forecast is said before anything is asked', async () => {
    const forecast = new Date('2026-11-20T18:30:00-03:00');
    const alert = { id: 'a', kind: 'outage' as const, text: 'Rompimento de fibra no Centro.', forecast };
    const text = await heard({ erp: scriptedErp({ alerts: [alert] }), script: [['Digite o CPF', 'hang up']] });
    expect(text).toMatch(
      /previsão de retorno é vinte de novembro, às dezoito horas e trinta minutos[^]*Rompimento[^]*Digite/,
    );
  });

  test('a provider-wide notice is said first', async () => {
    const alert = { id: 'a', kind: 'notice' as const, text: 'Amanhã não há atendimento.', forecast: undefined };
    const text = await heard({ erp: scriptedErp({ alerts: [alert] }), script: [['Digite o CPF', 'hang up']] });
    expect(text).toContain('Temos um aviso para você. Amanhã não há atendimento.');
  });

  test.each(['Olá', 'tecle 0 a qualquer momento', 'Digite o CPF'])('0 reaches a person during "%s"', async (at) => {
    const call = await playCall({
      erp: scriptedErp(),
      script: [[at, '0']],
      ring: answeredBy('1001', Promise.resolve('agent')),
    });
    expect(call.telephony.rings).toMatchObject([{ extensions: ['1001', '1002'], music: true }]);
    expect(call.facts).toContainEqual({ answeredBy: '1001' });
  });

  test('complaints and cancellation are reachable before any document was given', async () => {
    const script = [
      ['Digite o CPF', '4'],
      ['Para registrar uma reclamação', '2'],
    ] as const;
    const call = await playCall({ erp: scriptedErp(), script });
    expect(textOf(call)).toContain('que vai cuidar do cancelamento.');
    expect(call.telephony.rings).toHaveLength(1);
  });
});

describe('who is calling', () => {
  const known = (...contracts: Parameters<typeof subscriberOf>[0][number][]) =>
    scriptedErp({ subscribers: [ana(...contracts)], byPhone: { [`+55${anasPhone}`]: [ana(...contracts)] } });

  test('a known number is asked by first name, and proves to be her before the debt is read', async () => {
    const text = await heard({
      erp: known(suspendedContract()),
      callerNumber: anasPhone,
      script: [
        ['Falo com Ana?', '1'],
        ['três últimos números', anaDocument.slice(-3)],
        ['O valor em aberto é', 'hang up'],
      ],
    });
    expect(text).toContain('cento e vinte reais e cinquenta centavos');
  });

  test('wrong last digits never lead to the debt, but to a person', async () => {
    const call = await playCall({
      erp: known(suspendedContract()),
      callerNumber: anasPhone,
      script: [
        ['Falo com Ana?', '1'],
        ['três últimos', '111'],
        ['três últimos', '112'],
        ['três últimos', '113'],
      ],
    });
    expect(textOf(call)).not.toContain('cinquenta centavos');
    expect(call.telephony.rings).toHaveLength(1);
  });

  test('who would have to key a letter to prove it gets a person instead', async () => {
    const company = subscriberOf([suspendedContract()], '12ABC34501DE35');
    const erp = scriptedErp({ byPhone: { [`+55${anasPhone}`]: [company] } });
    const call = await playCall({ erp, callerNumber: anasPhone, script: [['Falo com', '1']] });
    expect(textOf(call)).not.toContain('três últimos');
    expect(call.telephony.rings).toHaveLength(1);
  });

  test('who is not the person of the number is asked for the document', async () => {
    const script = [
      ['Falo com Ana?', '2'],
      ['Digite o CPF', 'hang up'],
    ] as const;
    expect(await heard({ erp: known(contractOf()), callerNumber: anasPhone, script })).toContain('Digite o CPF');
  });

  test('a number of two subscribers identifies none', async () => {
    const erp = scriptedErp({ byPhone: { [`+55${anasPhone}`]: [ana(contractOf()), ana(contractOf())] } });
    const text = await heard({ erp, callerNumber: anasPhone, script: [['Digite o CPF', 'hang up']] });
    expect(text).not.toContain('Falo com');
  });

  test('a document with wrong check digits never reaches the ERP; the third leads to a person', async () => {
    const erp = scriptedErp();
    const wrong = '52998224724#';
    const call = await playCall({
      erp,
      script: [
        ['Digite o CPF', wrong],
        ['Digite o CPF', wrong],
        ['Digite o CPF', wrong],
      ],
    });
    expect(erp.asked.map(({ operation }) => operation)).not.toContain('findByDocument');
    expect(textOf(call)).toContain('O número digitado não é um CPF nem um CNPJ válido.');
    expect(call.telephony.rings).toHaveLength(1);
  });

  test('eleven digits and a pause are enough, and the late # disturbs nothing', async () => {
    const call = await playCall({
      erp: scriptedErp({ subscribers: [ana(contractOf())] }),
      script: [
        ['Digite o CPF', anaDocument],
        ['Para segunda via', '#2'],
        ['conexão aparece ativa', 'hang up'],
      ],
    });
    expect(call.steps.find(({ node }) => node === 'main_menu')).toMatchObject({ exit: 'support' });
    expect(textOf(call)).not.toContain('Essa opção não existe');
  });

  test('a company keys its CNPJ', async () => {
    const cnpj = '11222333000181';
    const erp = scriptedErp({ subscribers: [subscriberOf([contractOf()], cnpj)] });
    expect(
      await heard({
        erp,
        script: [
          ['Digite o CPF', cnpj],
          ['Para segunda via', 'hang up'],
        ],
      }),
    ).toContain('Para segunda via');
  });

  test('an unknown document may be tried again', async () => {
    const call = await playCall({
      erp: scriptedErp({ subscribers: [ana(contractOf())] }),
      script: [
        ['Digite o CPF', '11144477735#'],
        ['Para tentar de novo', '1'],
        ['Digite o CPF', cpf],
        ['Para segunda via', 'hang up'],
      ],
    });
    expect(textOf(call)).toContain('Não encontrei um cadastro com esse documento.');
    expect(call.end).toBe('caller_hung_up');
  });

  test('with the ERP down the caller hears so, never "not found", and a person is called', async () => {
    const erp = scriptedErp({ answers: { findByDocument: async () => unavailable('down') } });
    const call = await playCall({ erp, script: [['Digite o CPF', cpf]] });
    expect(textOf(call)).toContain('O nosso sistema está fora do ar neste momento');
    expect(textOf(call)).not.toContain('Não encontrei');
    expect(call.telephony.rings).toHaveLength(1);
  });

  test('a slow ERP: words within 300 ms, and the truth after three seconds', async () => {
    const said: [string, number][] = [];
    let askedAt = 0;
    const call = await playCall({
      erp: (clock) =>
        scriptedErp({
          answers: {
            findByDocument: async (_, hangup) => {
              askedAt = clock.now().getTime();
              await clock.sleep(60_000, hangup);
              return nothingToDo('not_found');
            },
          },
        }),
      script: [['Digite o CPF', cpf]],
      onPlay: (text, channel) => said.push([text, channel.now().getTime()]),
    });
    const after = (part: string) => (said.find(([text]) => text.includes(part))?.[1] ?? Number.NaN) - askedAt;
    expect(after('estou consultando')).toBeLessThanOrEqual(300);
    expect(after('fora do ar')).toBeGreaterThanOrEqual(3_000);
    expect(after('fora do ar')).toBeLessThanOrEqual(3_100);
    expect(textOf(call)).not.toContain('Não encontrei');
  });

  test('a quick ERP is not preceded by chatter', async () => {
    const text = await heard({
      erp: scriptedErp({ subscribers: [ana(contractOf())] }),
      script: [
        ['Digite o CPF', cpf],
        ['Para segunda via', 'hang up'],
      ],
    });
    expect(text).not.toContain('consultando');
  });
});

describe('which contract', () => {
  test('several are chosen by street; ended ones are left out', async () => {
    const erp = scriptedErp({
      subscribers: [
        ana(
          contractOf({ id: '1', street: 'Rua das Acácias' }),
          contractOf({ id: '2', street: 'Rua Velha', status: 'cancelled' }),
          contractOf({ id: '3', street: 'Av. Brasil', streetNumber: '' }),
        ),
      ],
    });
    const call = await playCall({
      erp,
      script: [
        ['Digite o CPF', cpf],
        ['Brasil, tecle 2', '2'],
        ['Para segunda via', 'hang up'],
      ],
    });
    expect(textOf(call)).toContain('Encontrei dois contratos');
    expect(textOf(call)).not.toContain('Velha');
    expect(call.facts).toContainEqual(expect.objectContaining({ contractId: '3' }));
  });

  test('more than there are keys for are offered in turns', async () => {
    const many = Array.from({ length: 9 }, (_, index) => contractOf({ id: `c${index}`, street: `Rua ${index}` }));
    const call = await playCall({
      erp: scriptedErp({ subscribers: [ana(...many)] }),
      script: [
        ['Digite o CPF', cpf],
        ['Para ouvir outros endereços, tecle 8', '8'],
        ['tecle 2', '2'],
        ['Para segunda via', 'hang up'],
      ],
    });
    expect(call.facts).toContainEqual(expect.objectContaining({ contractId: 'c8' }));
  });

  test.each([
    ['cancelled', 'O seu contrato está cancelado.'],
    ['installing', 'ainda está em andamento'],
    ['inactive', 'O seu contrato está inativo.'],
  ] as const)('a contract that is %s is said to be', async (status, sentence) => {
    const erp = scriptedErp({ subscribers: [ana(contractOf({ status }))] });
    expect(textOf(await playCall({ erp, script: [['Digite o CPF', cpf]] }))).toContain(sentence);
  });
});

describe('what matters is said first', () => {
  test('an outage at the access point, then the alerts, before the menu', async () => {
    const alert = { id: 'x', kind: 'notice' as const, text: 'Sua visita é amanhã.', forecast: undefined };
    const erp = scriptedErp({ subscribers: [ana(contractOf({ alerts: [alert] }))], access: ['maintenance'] });
    const text = await heard({
      erp,
      script: [
        ['Digite o CPF', cpf],
        ['Para segunda via', 'hang up'],
      ],
    });
    expect(text).toMatch(/Há uma manutenção na rede[^]*Sua visita é amanhã\.[^]*Para segunda via/);
  });

  test('suspended by debt: the amount, and 1 unlocks', async () => {
    const erp = scriptedErp({ subscribers: [ana(suspendedContract())] });
    const call = await playCall({
      erp,
      script: [
        ['Digite o CPF', cpf],
        ['O valor em aberto é cento e vinte reais e cinquenta centavos.', '1'],
        ['Posso ajudar', 'hang up'],
      ],
    });
    expect(call.errors).toEqual([]);
    expect(textOf(call)).toContain('O seu acesso foi liberado por três dias. O número do seu protocolo é');
    expect(call.end).toBe('caller_hung_up');
    expect(call.facts).toContainEqual({ protocol: '20261121000001' });
    expect(erp.asked.filter(({ operation }) => operation === 'trustUnlock')).toHaveLength(1);
    expect(call.steps.find(({ node }) => node === 'document')).toMatchObject({ exit: 'found', digits: '*'.repeat(12) });
    expect(JSON.stringify(call.steps)).not.toContain(anaDocument);
  });

  test('suspended for another reason: nothing is offered that cannot be had', async () => {
    const contract = contractOf({ status: 'suspended', suspendedFor: 'request' });
    const text = await heard({
      erp: scriptedErp({ subscribers: [ana(contract)] }),
      script: [
        ['Digite o CPF', cpf],
        ['Para segunda via', 'hang up'],
      ],
    });
    expect(text).toContain('mas não por falta de pagamento');
    expect(text).not.toContain('liberar agora');
  });
});
