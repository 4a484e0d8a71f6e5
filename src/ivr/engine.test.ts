import { describe, expect, test } from 'vitest';
import { goodFlows, type PlayedCall, playCall, promptCatalogue, textOf } from '../../test/helpers/menu-caller.ts';
import {
  anaDocument,
  contractOf,
  scriptedErp,
  subscriberOf,
  suspendedContract,
} from '../../test/helpers/scripted-erp.ts';
import { VirtualClock } from '../../test/helpers/virtual-clock.ts';
import type { FlowState } from '../calls/service.ts';
import { AppError } from '../kernel/errors.ts';
import { silentLogger } from '../kernel/logger.ts';
import { done, unavailable } from '../kernel/outcome.ts';
import { answeredBy, FakeChannel, FakeTelephony } from '../telephony/fake-telephony.ts';
import { createIvr } from './plugin.ts';
import { textSpeech } from './text-speech.ts';

const cpf = `${anaDocument}#`;
const start = [['Digite o CPF', cpf]] as const;

/** The state that was stored as a node was entered. */
function stateAt(call: PlayedCall, node: string) {
  const state = call.steps.find((step) => step.node === node)?.state;
  if (state === undefined) throw new Error(`the call never came to ${node}`);
  return state;
}

describe('a bug never strands a caller', () => {
  test('a node that throws leads to a person', async () => {
    const erp = scriptedErp({
      subscribers: [subscriberOf([suspendedContract()])],
      answers: { trustUnlock: async () => done(undefined as never) },
    });
    const call = await playCall({ erp, script: [...start, ['liberar agora', '1']] });
    expect(call.errors).not.toEqual([]);
    expect(textOf(call)).not.toContain('foi liberado');
    expect(call.telephony.rings).toHaveLength(1);
  });

  test('a node that never ends is given up, and a person called', async () => {
    const erp = scriptedErp({
      subscribers: [subscriberOf([suspendedContract()])],
      answers: { trustUnlock: () => new Promise(() => {}) },
    });
    const call = await playCall({ erp, script: [...start, ['liberar agora', '1']] });
    expect(textOf(call)).toContain('Ainda estou consultando');
    expect(call.telephony.rings).toHaveLength(1);
  });

  test('when the way to a person is broken too, the call goes to the dialplan', async () => {
    const ring = () => Promise.reject(new Error('a bug'));
    const call = await playCall({ erp: scriptedErp(), script: [['Digite o CPF', '0']], ring });
    expect(call.end).toBe('left_to_dialplan');
    expect(call.channel.left).toBe(true);
  });

  test('when nothing can be said, the call goes to the dialplan rather than through silence', async () => {
    const speech = { speak: () => Promise.reject(new Error('a bug')) };
    const call = await playCall({ erp: scriptedErp(), options: { speech } });
    expect(call.end).toBe('left_to_dialplan');
  });

  test('a gateway that rejects, which it must not, counts as down', async () => {
    const erp = scriptedErp({ answers: { findByDocument: () => Promise.reject(new Error('a bug')) } });
    expect(textOf(await playCall({ erp, script: start }))).toContain('O nosso sistema está fora do ar');
  });

  test('an unknown menu goes to the dialplan', async () => {
    expect((await playCall({ erp: scriptedErp(), flow: 'no_such_menu' })).end).toBe('left_to_dialplan');
  });

  test('who goes in circles for hundreds of steps is given to a person', async () => {
    const erp = scriptedErp({ subscribers: [subscriberOf([contractOf()])] });
    const round = [
      ['Para segunda via', '1'],
      ['receber o Pix', '*'],
    ] as const;
    const call = await playCall({ erp, script: [...start, ...Array.from({ length: 200 }, () => round).flat()] });
    expect(call.steps.length).toBeLessThan(360);
    expect(call.telephony.rings.length).toBeGreaterThan(0);
  });
});

describe('hanging up', () => {
  test('an act that was sent is completed, a lookup is given up', async () => {
    let aborted = false;
    let completed = false;
    const lookup = await playCall({
      erp: (clock) =>
        scriptedErp({
          answers: {
            findByDocument: async (_, hangup) => {
              hangup?.addEventListener('abort', () => (aborted = true));
              await clock.sleep(2_000);
              return unavailable('timeout');
            },
          },
        }),
      script: [...start, ['estou consultando', 'hang up']],
    });
    expect(lookup.end).toBe('caller_hung_up');
    expect(aborted).toBe(true);
    const act = await playCall({
      erp: (clock) =>
        scriptedErp({
          subscribers: [subscriberOf([suspendedContract()])],
          answers: {
            trustUnlock: async () => {
              await clock.sleep(2_000);
              completed = true;
              return done({ protocol: undefined, days: 3, until: '2026-11-24' });
            },
          },
        }),
      script: [...start, ['liberar agora', '1'], ['estou consultando', 'hang up']],
    });
    expect(act.end).toBe('caller_hung_up');
    await act.clock.run(act.clock.sleep(3_000));
    expect(completed).toBe(true);
  });

  test('the end is whose end it was', async () => {
    const talk = (ended: 'agent' | 'caller') =>
      playCall({
        erp: scriptedErp(),
        script: [
          ['Digite o CPF', '0'],
          ['De zero a dez', '*'],
        ],
        ring: answeredBy('1001', Promise.resolve(ended)),
      });
    expect((await talk('agent')).end).toBe('agent_hung_up');
    const quick = await playCall({ erp: scriptedErp(), script: [['Olá', 'hang up']] });
    expect(quick.end).toBe('caller_hung_up');
    expect(quick.errors).toEqual([]);
  });
});

describe('after a restart', () => {
  const suspended = () => scriptedErp({ subscribers: [subscriberOf([suspendedContract()])] });

  test('a call goes on at its node, knowing contract and proof, without asking again who it is', async () => {
    const before = await playCall({ erp: suspended(), script: [...start, ['liberar agora', 'hang up']] });
    const state = stateAt(before, 'suspended');
    expect(JSON.stringify(state)).not.toContain(anaDocument);
    expect(JSON.stringify(state)).not.toContain('Teixeira');
    const after = await playCall({
      erp: suspended(),
      resume: state,
      script: [
        ['O valor em aberto é cento e vinte reais', '1'],
        ['Posso ajudar', 'hang up'],
      ],
    });
    expect(after.heard[0]).toContain('O seu acesso está suspenso');
    expect(textOf(after)).toContain('foi liberado por três dias');
  });

  test('inside a sub-flow too, and out of it again', async () => {
    const before = await playCall({
      erp: suspended(),
      script: [...start, ['liberar agora', '2'], ['Para segunda via', '1'], ['receber o Pix', 'hang up']],
    });
    const after = await playCall({
      erp: suspended(),
      resume: stateAt(before, 'menu'),
      script: [
        ['receber o Pix', '*'],
        ['Para segunda via', 'hang up'],
      ],
    });
    expect(after.steps.map(({ node }) => node)).toEqual(['menu', 'main_menu']);
  });

  test('with the ERP down the caller is not asked for what is not known: a person is called', async () => {
    const before = await playCall({ erp: suspended(), script: [...start, ['liberar agora', 'hang up']] });
    const erp = scriptedErp({ answers: { findByContract: async () => unavailable('down') } });
    const after = await playCall({ erp, resume: stateAt(before, 'suspended') });
    expect(after.telephony.rings).toHaveLength(1);
  });

  test('when its node is gone from the flow, a person is called', async () => {
    const before = await playCall({ erp: suspended(), script: [...start, ['liberar agora', 'hang up']] });
    const state = structuredClone(stateAt(before, 'suspended')) as { frames: { flow: string; node: string }[] };
    state.frames = [{ flow: 'atendimento', node: 'renamed_since' }];
    const after = await playCall({ erp: suspended(), resume: state });
    expect(after.telephony.rings).toHaveLength(1);
  });

  test('when its flow is gone altogether, the call goes to the dialplan', async () => {
    const before = await playCall({ erp: suspended(), script: [...start, ['liberar agora', 'hang up']] });
    const after = await playCall({ erp: suspended(), resume: stateAt(before, 'suspended'), flowFolders: [goodFlows] });
    expect(after.end).toBe('left_to_dialplan');
  });

  test('a state that cannot be read leads to the dialplan', async () => {
    expect((await playCall({ erp: scriptedErp(), resume: { frames: 'what?' } })).end).toBe('left_to_dialplan');
  });

  test('a talk that went on meanwhile is not rung for again, and its survey follows', async () => {
    const before = await playCall({
      erp: scriptedErp(),
      script: [
        ['Digite o CPF', '0'],
        ['nenhum atendente', 'hang up'],
      ],
    });
    const after = await playCall({
      erp: scriptedErp(),
      resume: stateAt(before, 'ring'),
      talk: { extension: '1002', ended: Promise.resolve('agent') },
      script: [['De zero a dez', '9#']],
    });
    expect(after.telephony.rings).toHaveLength(0);
    expect(after.steps.find(({ node }) => node === 'survey')).toMatchObject({ exit: 'answered', digits: '9#' });
  });
});

test('a call found again while it runs is run once, and both who wait for it hear the same end', async () => {
  const clock = new VirtualClock('2026-11-20T14:00:00-03:00');
  const log: string[] = [];
  const channel = new FakeChannel(clock, { playMs: () => 1_000 });
  let state: FlowState = {};
  const ivr = createIvr({
    telephony: new FakeTelephony(),
    callLog: {
      step: (_, { entered }) => {
        if (entered !== undefined) log.push(entered.node);
        state = entered?.state ?? state;
      },
      note: () => {},
    },
    callbacks: { record: async () => '20261120000001' },
    speech: textSpeech(
      promptCatalogue,
      () => '2026-11-20',
      () => {},
    ),
    catalogue: promptCatalogue,
    clock,
    logger: silentLogger,
    tenant: (id) => ({
      id,
      timeZone: 'America/Sao_Paulo',
      erp: scriptedErp(),
      exchange: { ringTargets: () => [], openingHours: () => undefined },
    }),
  });
  const first = ivr.handle(channel, { tenantId: 1, flow: 'atendimento', callId: 'c' });
  await clock.run(clock.sleep(3_000));
  const found = {
    id: 'c',
    channelId: channel.id,
    tenantId: 1,
    dialled: '2222',
    startedAt: clock.now(),
    flowState: state,
    openLegs: [],
    talkingLegs: [],
  };
  const second = ivr.resume(channel, found);
  await clock.run(clock.sleep(500));
  const soFar = log.length;
  channel.end('caller');
  expect(await clock.run(Promise.all([first, second]))).toEqual(['caller_hung_up', 'caller_hung_up']);
  expect(log).toHaveLength(soFar);
});

test('while the exchange cannot be reached the call stands where it is, to be resumed', async () => {
  const speech = textSpeech(
    promptCatalogue,
    () => '2026-11-20',
    () => {},
  );
  const call = await playCall({
    erp: scriptedErp(),
    script: [['Digite o CPF', '0']],
    ring: async () => {
      throw new AppError('telephony_unavailable', 'Asterisk does not answer.');
    },
    options: { speech },
  });
  expect(call.end).toBe('interrupted');
  expect(call.channel.left).toBe(false);
  expect(call.steps.at(-1)).toMatchObject({ node: 'ring' });
  expect(call.steps.at(-1)?.exit).toBeUndefined();
});
