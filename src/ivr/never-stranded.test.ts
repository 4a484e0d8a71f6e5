import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PlayedCall, playCall, promptCatalogue } from '../../test/helpers/menu-caller.ts';
import {
  anaDocument,
  contractOf,
  scriptedErp,
  subscriberOf,
  suspendedContract,
} from '../../test/helpers/scripted-erp.ts';
import type { Clock } from '../kernel/clock.ts';
import { nothingToDo, refused, unavailable } from '../kernel/outcome.ts';
import type { FakeRing } from '../telephony/fake-telephony.ts';
import { flowsFolder, loadFlows } from './library.ts';
import type { MenuErp } from './ports.ts';
import type { Frame, StoredState } from './schemas.ts';

/** Sentences that promise something, and the operation that must have answered `done` before. */
const promises: Readonly<Record<string, readonly (keyof MenuErp | 'record')[]>> = {
  'acesso foi liberado por': ['trustUnlock'],
  'foram enviados por mensagem': ['sendInvoice'],
  'A fatura foi enviada': ['sendInvoice'],
  'O seu chamado foi aberto': ['openTicket'],
  'reclamação foi registrada': ['openTicket'],
  'Pronto! A sua conexão foi reiniciada': ['resetSession', 'resetMac'],
  'O seu pedido foi registrado': ['record'],
};

const contracts = [
  contractOf(),
  suspendedContract(),
  contractOf({ id: '502', status: 'installing' }),
  contractOf({ id: '503', status: 'cancelled' }),
  suspendedContract({ id: '504', suspendedFor: 'other' }),
];

/** How the ERP behaves each time it is asked. */
const behaviour = fc.oneof(
  { weight: 6, arbitrary: fc.constant('works' as const) },
  { weight: 4, arbitrary: fc.constantFrom('down', 'refuses', 'nothing', 'slow', 'hangs', 'rejects') },
);
/** Mostly callers do what they are asked to, or they would never come far; sometimes anything. */
const keys = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('asked 1', 'asked 1', 'asked 2', 'asked 3', 'asked 4') },
  { weight: 3, arbitrary: fc.constantFrom('1', '2', '3', '4', '0', '9', '*', '#', '') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('725', '7', '12345', 'hang up', '34999991234', '11#', '10', `${anaDocument}#`),
  },
);

/** What somebody who listens presses; nothing while nothing is asked. */
function answerTo(text: string, choice: string): string {
  if (text.includes('Digite o CPF')) return `${anaDocument}#`;
  if (text.includes('três últimos')) return anaDocument.slice(-3);
  if (text.includes('Falo com')) return '1';
  return /tecle \d/i.test(text) ? choice : '';
}

const rings = fc.constantFrom('no_answer', 'unreachable', 'agent', 'broken');

/** The scripted ERP, each answer replaced as the run says; `done` are the operations that really answered so. */
function moodyErp(moods: Iterator<string>, done: Set<string>, who: number) {
  return (clock: Clock): MenuErp => {
    const person = subscriberOf(contracts.filter((_, index) => (who >> index) % 2 === 1));
    const sound = scriptedErp({
      subscribers: [person],
      byPhone: { '+5534999990000': [person] },
      access: ['online', 'offline'],
    });
    const entries = Object.entries(sound) as [string, (...given: unknown[]) => Promise<{ kind: string }>][];
    const moody = entries
      .filter(([name]) => name !== 'asked')
      .map(([name, answer]) => [
        name,
        async (...given: unknown[]) => {
          const mood = moods.next().value ?? 'works';
          if (mood === 'down') return unavailable('down');
          if (mood === 'refuses') return refused(name === 'sendInvoice' ? 'no_contact' : 'already_used');
          if (mood === 'nothing') return nothingToDo('not_found');
          if (mood === 'rejects') throw new Error('a bug');
          if (mood === 'hangs') return new Promise(() => {});
          if (mood === 'slow') await clock.sleep(2_500);
          const outcome = await answer(...given);
          if (outcome.kind === 'done') done.add(name);
          return outcome;
        },
      ]);
    return Object.fromEntries(moody) as MenuErp;
  };
}

function ringing(results: Iterator<string>): FakeRing {
  return async (caller) => {
    const result = results.next().value ?? 'no_answer';
    if (result === 'broken') throw new Error('a bug');
    if (result === 'unreachable') return { kind: 'unreachable' };
    if (result !== 'agent') return { kind: 'no_answer' };
    const talk = { extension: '1001', ended: Promise.resolve('agent' as const) };
    caller.talk = talk;
    void talk.ended.then(() => (caller.talk = undefined));
    return { kind: 'answered', extension: '1001', talk };
  };
}

/** Where each sub-flow is run. */
const runBy: Readonly<Record<string, string>> = {
  liberacao: 'unlock',
  financeiro: 'financial',
  suporte: 'support',
  reclamacoes: 'complaints',
  pessoa: 'person',
};

/** Every node of the default menu, by the way into it, but those that say what another did. */
const places: Frame[][] = [...loadFlows([flowsFolder], promptCatalogue).values()].flatMap((flow) => {
  const outer = runBy[flow.name];
  const above = outer === undefined ? [] : [{ flow: 'atendimento', node: outer }];
  return [...flow.nodes.values()]
    .filter((node) => !['say', 'hang_up'].includes(node.kind.type))
    .map((node) => [...above, { flow: flow.name, node: node.id }]);
});

/** A call that stood at a place when the process died. */
function stateAt(frames: Frame[], who: number, proven: boolean): StoredState {
  const contractId = contracts.find((_, index) => (who >> index) % 2 === 1)?.id ?? '';
  return { frames, back: [], variables: {}, contractId, proven, talked: false, steps: 0, failures: 0 };
}

test('whatever is keyed and however the ERP behaves, a call ends well and nothing is promised that did not happen', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(keys, { minLength: 4, maxLength: 25 }),
      fc.array(behaviour, { maxLength: 20 }),
      fc.array(rings, { maxLength: 3 }),
      fc.record({ contracts: fc.integer({ min: 1, max: 31 }), known: fc.boolean(), stored: fc.boolean() }),
      fc.option(fc.constantFrom(...places), { freq: 4, nil: undefined }),
      async (pressed, moods, ringResults, { contracts: who, known, stored }, place) => {
        const done = new Set<string>();
        const presses = pressed.values();
        const lies: string[] = [];
        const call: PlayedCall = await playCall({
          erp: moodyErp(moods.values(), done, who),
          ...(place && { resume: stateAt(place, who, known) }),
          callerNumber: known ? '34999990000' : '',
          ring: ringing(ringResults.values()),
          options: {
            callbacks: {
              record: async () => {
                if (!stored) throw new Error('the database is gone');
                done.add('record');
                return '20261120000009';
              },
            },
          },
          onPlay: (text, channel) => {
            for (const [sentence, operations] of Object.entries(promises)) {
              if (text.includes(sentence) && !operations.some((each) => done.has(each))) lies.push(text);
            }
            const isQuestion = /tecle|digite/i.test(text);
            const next = isQuestion ? (presses.next().value ?? '') : '';
            if (next === 'hang up') channel.end('caller');
            else channel.press(next.startsWith('asked ') ? answerTo(text, next.slice('asked '.length)) : next);
          },
        });
        expect(lies).toEqual([]);
        expect(['caller_hung_up', 'agent_hung_up', 'flow_ended', 'left_to_dialplan']).toContain(call.end);
        // Nobody is hung up on who was not offered a person or a callback.
        const offered = /atendente|ligue para você/.test(call.heard.join());
        expect(call.end !== 'flow_ended' || place !== undefined || offered).toBe(true);
        expect(JSON.stringify(call.steps)).not.toContain(anaDocument);
      },
    ),
    { numRuns: 200 },
  );
});
