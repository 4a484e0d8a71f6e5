import { describe, expect, test, vi } from 'vitest';
import { heard, playCall, textOf } from '../../test/helpers/menu-caller.ts';
import {
  anaDocument,
  contractOf,
  scriptedErp,
  subscriberOf,
  suspendedContract,
} from '../../test/helpers/scripted-erp.ts';
import { done, nothingToDo, refused, unavailable } from '../kernel/outcome.ts';
import { answeredBy } from '../telephony/fake-telephony.ts';

const cpf = `${anaDocument}#`;
const anasPhone = '34999990000';
const ana = (...contracts: Parameters<typeof subscriberOf>[0][number][]) => subscriberOf(contracts);

describe('the four outcomes of the unlock are four sentences', () => {
  test.each([
    ['refused', refused('not_allowed'), 'A liberação não foi autorizada', false],
    ['already used', refused('already_used'), 'deste mês já foi usada', false],
    ['nothing to do', nothingToDo('not_suspended'), 'não há o que liberar', false],
    ['unavailable', unavailable('unknown'), 'Não consegui confirmar a liberação agora', true],
  ] as const)('%s', async (_, outcome, sentence, person) => {
    const erp = scriptedErp({ subscribers: [ana(suspendedContract())], answers: { trustUnlock: async () => outcome } });
    const script = [
      ['Digite o CPF', cpf],
      ['liberar agora', '1'],
      ['Posso ajudar', 'hang up'],
    ] as const;
    const call = await playCall({ erp, script });
    expect(call.errors).toEqual([]);
    expect(textOf(call)).toContain(sentence);
    expect(textOf(call)).not.toContain('foi liberado');
    expect(call.telephony.rings).toHaveLength(person ? 1 : 0);
  });
});

test('an unlock of which only that it happened is known: no days, no date and no protocol are made up', async () => {
  const bare = done({ protocol: undefined, days: undefined, until: undefined });
  const erp = scriptedErp({ subscribers: [ana(suspendedContract())], answers: { trustUnlock: async () => bare } });
  const script = [
    ['Digite o CPF', cpf],
    ['liberar agora', '1'],
    ['Posso ajudar', 'hang up'],
  ] as const;
  const said = await heard({ erp, script });
  expect(said).toContain('O seu acesso foi liberado em confiança');
  expect(said).toContain('Não recebi o número do protocolo');
  expect(said).not.toMatch(/liberado por|pague até|número do seu protocolo/);
});

test.each([
  ['202611210900111', 'O número do seu protocolo é: 202611210900111'],
  ['161201180200', 'O número do seu protocolo é: 161201180200'],
  ['OS-4711', 'Não recebi o número do protocolo'],
])('another ERP’s protocol %s is heard, if it can be dictated', async (protocol, sentence) => {
  const granted = done({ protocol, days: 3, until: '2026-11-23' });
  const answers = { trustUnlock: async () => granted };
  const erp = scriptedErp({ subscribers: [ana(suspendedContract())], answers });
  const script = [
    ['Digite o CPF', cpf],
    ['liberar agora', '1'],
    ['Posso ajudar', 'hang up'],
  ] as const;
  expect(await heard({ erp, script })).toContain(sentence);
});

test('who hangs up while the unlock is asked for finds its protocol in the log all the same', async () => {
  const granted = done({ protocol: '20261120000042', days: 3, until: '2026-11-23' });
  const answer = Promise.withResolvers<typeof granted>();
  const erp = scriptedErp({
    subscribers: [ana(suspendedContract())],
    answers: { trustUnlock: () => answer.promise },
  });
  const script = [
    ['Digite o CPF', cpf],
    ['liberar agora', '1'],
    ['estou consultando', 'hang up'],
  ] as const;
  const call = await playCall({ erp, script });
  expect(call.end).toBe('caller_hung_up');
  answer.resolve(granted);
  await vi.waitFor(() => expect(call.facts).toContainEqual({ protocol: '20261120000042' }));
});

describe('main menu', () => {
  const invoices = [
    { id: 'i1', dueOn: '2026-11-03', amountCents: 9_990, overdue: true, boletoLine: undefined, pixCode: undefined },
    { id: 'i2', dueOn: '2026-12-03', amountCents: 10_010, overdue: false, boletoLine: undefined, pixCode: undefined },
  ];
  const erp = () => scriptedErp({ subscribers: [ana(contractOf())], invoices });
  const start = [['Digite o CPF', cpf]] as const;

  test('Pix and boleto by SMS', async () => {
    const text = await heard({
      erp: erp(),
      script: [...start, ['Para segunda via', '1'], ['receber o Pix', '1'], ['Posso ajudar', 'hang up']],
    });
    expect(text).toContain('foram enviados por mensagem de texto para o celular com final 1234.');
  });

  test('the invoice by e-mail', async () => {
    const text = await heard({
      erp: erp(),
      script: [...start, ['Para segunda via', '12'], ['Posso ajudar', 'hang up']],
    });
    expect(text).toContain('A fatura foi enviada para o e-mail do seu cadastro.');
    // Typed ahead: the second menu was not said.
    expect(text).not.toContain('receber o Pix');
  });

  test.each([
    [refused('no_contact'), 'Não há um celular no seu cadastro'],
    [refused('contact_refused'), 'Não foi possível enviar a fatura'],
    [nothingToDo('no_open_invoice'), 'Não há fatura em aberto para enviar'],
    [unavailable('unknown'), 'Não consegui confirmar o envio'],
  ] as const)('an invoice that was not sent is not said to be: %o', async (outcome, sentence) => {
    const answering = scriptedErp({ subscribers: [ana(contractOf())], answers: { sendInvoice: async () => outcome } });
    const text = textOf(
      await playCall({ erp: answering, script: [...start, ['Para segunda via', '11'], ['Posso ajudar', 'hang up']] }),
    );
    expect(text).toContain(sentence);
    expect(text).not.toContain('Pronto');
  });

  test('open invoices are read one by one', async () => {
    const text = await heard({
      erp: erp(),
      script: [...start, ['Para segunda via', '14'], ['receber o Pix', 'hang up']],
    });
    expect(text).toContain('duas faturas em aberto, no total de duzentos reais');
    expect(text).toContain('vencida em três de novembro');
    expect(text).toContain('com vencimento em três de dezembro');
  });

  test('who was known by the number alone proves who it is before invoices are read', async () => {
    const people = { [`+55${anasPhone}`]: [ana(contractOf())] };
    const text = await heard({
      erp: scriptedErp({ byPhone: people, invoices }),
      callerNumber: anasPhone,
      script: [
        ['Falo com Ana', '1'],
        ['Para segunda via', '14'],
        ['três últimos', anaDocument.slice(-3)],
        ['receber o Pix', 'hang up'],
      ],
    });
    expect(text.indexOf('três últimos')).toBeLessThan(text.indexOf('duzentos reais'));
  });

  test('* goes back to the menu before', async () => {
    const call = await playCall({
      erp: erp(),
      script: [...start, ['Para segunda via', '1'], ['receber o Pix', '*'], ['Para segunda via', 'hang up']],
    });
    expect(call.steps.map(({ node }) => node).slice(-3)).toEqual(['main_menu', 'menu', 'main_menu']);
  });

  test('9 repeats, and three bad tries lead to a person', async () => {
    const call = await playCall({
      erp: erp(),
      script: [
        ...start,
        ['Para segunda via', '9'],
        ['Para segunda via', '7'],
        ['Para segunda via', '8'],
        ['Para segunda via', '7'],
      ],
    });
    expect(call.heard.filter((text) => text.includes('Para segunda via'))).toHaveLength(4);
    expect(call.steps.find(({ node }) => node === 'main_menu')).toMatchObject({ exit: 'failed', digits: '9787' });
    expect(call.telephony.rings).toHaveLength(1);
  });

  test('three silences lead to a person, never to a hang-up', async () => {
    const call = await playCall({ erp: erp(), script: start });
    expect(call.heard.filter((text) => text.includes('Não ouvi nenhuma tecla'))[0]).toBeDefined();
    expect(call.telephony.rings).toHaveLength(1);
  });

  test('a complaint of an identified subscriber has a protocol before the person', async () => {
    const call = await playCall({
      erp: erp(),
      script: [...start, ['Para segunda via', '4'], ['registrar uma reclamação', '1']],
    });
    expect(textOf(call)).toContain('A sua reclamação foi registrada. O número do seu protocolo é');
    expect(call.telephony.rings).toHaveLength(1);
  });
});

describe('support', () => {
  const start = [
    ['Digite o CPF', cpf],
    ['Para segunda via', '2'],
  ] as const;

  test('online: a new session, and it helped', async () => {
    const erp = scriptedErp({ subscribers: [ana(contractOf())] });
    const text = await heard({
      erp,
      script: [
        ...start,
        ['reiniciar a sua conexão daqui', '1'],
        ['O problema foi resolvido', '1'],
        ['Posso ajudar', 'hang up'],
      ],
    });
    expect(text).toContain('A sua conexão foi reiniciada');
    expect(text).toContain('Que bom!');
  });

  test('offline: the modem is restarted, its address forgotten, and a technician called when nothing helped', async () => {
    const erp = scriptedErp({ subscribers: [ana(contractOf())], access: ['offline'] });
    const call = await playCall({
      erp,
      script: [...start, ['desligue o modem', '1'], ['desligue o modem', '1'], ['Posso ajudar', 'hang up']],
    });
    expect(erp.asked.map(({ operation }) => operation)).toContain('resetMac');
    expect(erp.asked.find(({ operation }) => operation === 'openTicket')?.argument).toMatchObject({
      subject: 'support',
      fieldVisit: true,
    });
    expect(textOf(call)).toContain('O seu chamado foi aberto. O número do seu protocolo é');
  });

  test('what the ERP cannot do is not offered: on to the modem at once, and no address is forgotten', async () => {
    const can = { resetSession: false, resetMac: false, closeNotice: false, linkCall: false };
    const erp = scriptedErp({
      subscribers: [ana(contractOf())],
      access: ['online', 'online', 'offline'],
      answers: { can },
    });
    const text = await heard({ erp, script: [...start, ['desligue o modem', '1'], ['Posso ajudar', 'hang up']] });
    expect(text).toContain('A sua conexão aparece ativa');
    expect(text).not.toContain('reiniciar a sua conexão daqui');
    expect(text).not.toContain('Não foi possível reiniciar');
    const operations = erp.asked.map(({ operation }) => operation);
    expect(operations).not.toContain('resetMac');
    expect(operations).toContain('openTicket');
  });

  test('two minutes by the modem are waited for', async () => {
    const erp = scriptedErp({ subscribers: [ana(contractOf())], access: ['offline', 'offline', 'online'] });
    const text = await heard({
      erp,
      script: [
        ...start,
        ['desligue o modem', ''],
        ['Estou aguardando', ''],
        ['Estou aguardando', '1'],
        ['O problema foi resolvido', '1'],
        ['Posso ajudar', 'hang up'],
      ],
    });
    expect(text).toContain('Que bom!');
  });

  test('a known fault is explained, and no ticket is opened for it', async () => {
    const erp = scriptedErp({ subscribers: [ana(contractOf())], access: ['concentrator_down'] });
    const text = await heard({ erp, script: [...start, ['Posso ajudar', 'hang up']] });
    expect(text).toContain('Identificamos uma falha no equipamento que atende a sua região.');
    expect(erp.asked.map(({ operation }) => operation)).not.toContain('openTicket');
  });

  test('suspended: the reason is said and the financial menu offered', async () => {
    const erp = scriptedErp({ subscribers: [ana(suspendedContract())] });
    const text = await heard({
      erp,
      script: [
        ['Digite o CPF', cpf],
        ['liberar agora', '2'],
        ['Para segunda via', '2'],
        ['receber o Pix', 'hang up'],
      ],
    });
    expect(text).toContain('e por isso está sem internet');
  });
});

describe('a person', () => {
  test('after the talk the caller is asked how it was', async () => {
    const call = await playCall({
      erp: scriptedErp(),
      script: [
        ['Digite o CPF', '0'],
        ['De zero a dez', '10'],
      ],
      ring: answeredBy('1002', Promise.resolve('agent')),
    });
    expect(call.steps.find(({ node }) => node === 'survey')).toMatchObject({ exit: 'answered', digits: '10' });
    expect(call.end).toBe('agent_hung_up');
  });

  test('nobody answers: a callback request with its protocol, to the number of the call', async () => {
    const call = await playCall({
      erp: scriptedErp(),
      callerNumber: '3432221111',
      script: [
        ['Digite o CPF', '0'],
        ['que a gente ligue', '1'],
        ['Se estiver certo', '1'],
      ],
    });
    expect(call.callbacks).toMatchObject([{ number: '+553432221111' }]);
    expect(textOf(call)).toMatch(/O seu pedido foi registrado[^]*20261121000009/);
    expect(call.end).toBe('flow_ended');
  });

  test('to another number, keyed with its area code', async () => {
    const call = await playCall({
      erp: scriptedErp(),
      callerNumber: '3432221111',
      script: [
        ['Digite o CPF', '0'],
        ['que a gente ligue', '1'],
        ['Se estiver certo', '2'],
        ['com o DDD', '34999991234'],
      ],
    });
    expect(call.callbacks).toMatchObject([{ number: '+5534999991234' }]);
  });

  test('outside hours nobody is rung', async () => {
    const hours = {
      timeZone: 'America/Sao_Paulo',
      weekly: {},
      nationalHolidays: 'off' as const,
      holidays: [],
      specialDays: {},
    };
    const call = await playCall({
      erp: scriptedErp(),
      callerNumber: '3432221111',
      exchange: { openingHours: () => hours },
      script: [['Digite o CPF', '0']],
    });
    expect(call.telephony.rings).toHaveLength(0);
    expect(textOf(call)).toContain('está fechado neste horário');
    // Who does not press 1 either is called back all the same.
    expect(call.callbacks).toHaveLength(1);
  });

  test('a callback that could not be stored is not promised', async () => {
    const call = await playCall({
      erp: scriptedErp(),
      callerNumber: '3432221111',
      script: [
        ['Digite o CPF', '0'],
        ['que a gente ligue', '1'],
        ['Se estiver certo', '1'],
      ],
      options: { callbacks: { record: () => Promise.reject(new Error('the database is gone')) } },
    });
    expect(textOf(call)).toContain('Não consegui registrar o seu pedido agora.');
    expect(textOf(call)).not.toContain('foi registrado');
  });
});

test('who dials a number that does not exist hears so', async () => {
  const call = await playCall({ erp: scriptedErp(), flow: 'numero-inexistente' });
  expect(textOf(call)).toContain('O número que você ligou não existe.');
  expect(call.end).toBe('flow_ended');
});
