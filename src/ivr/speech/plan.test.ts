import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allRecordings, type Catalogue, readCatalogue } from './catalogue.ts';
import { type Part, type Plan, plan } from './plan.ts';
import { promptsFolder } from './plugin.ts';
import { parsePrompt } from './prompt.ts';
import type { Utterance } from './utterance.ts';

const texts = {
  greeting: 'Olá! Bem-vindo.',
  debt: 'Aguarde. O valor em aberto é {amount}, com vencimento em {date}. Tecle 1 para liberar.',
  confirm: 'Falo com {name}? Tecle 1 para sim.',
  confirm_plain: 'Falo com o titular?',
  street: 'Para {street}, tecle {key}.',
};

function planOf(utterance: Utterance, replaced: readonly string[] = []): Plan & { problems: string[] } {
  const catalogue: Catalogue = new Map(Object.entries(texts).map(([id, text]) => [id, parsePrompt(id, text)]));
  const problems: string[] = [];
  const onProblem = (problem: string) => void problems.push(problem);
  const isReplaced = (name: string) => replaced.includes(name);
  return { ...plan(utterance, { catalogue, today: () => '2026-11-20', isReplaced, onProblem }), problems };
}

/** Names of recordings, and free text in quotes. */
function outline(parts: readonly Part[]): string[] {
  return parts.flatMap((part) => {
    if (part.kind === 'recorded') return part.recording.name;
    if (part.kind === 'live') return `"${part.text}"`;
    return [`(${outline(part.first).join(' ')} | ${outline(part.otherwise).join(' ')})`];
  });
}

test('a fixed prompt is one recording, named by its id', () => {
  expect(outline(planOf({ say: 'greeting' }).parts)).toEqual(['greeting']);
});

test('a prompt with slots is played in pieces around recorded numbers', () => {
  const { text, parts } = planOf({
    say: 'debt',
    with: { amount: { amountCents: 12_050 }, date: { date: '2026-11-21' } },
  });
  expect(text()).toBe(
    'Aguarde. O valor em aberto é cento e vinte reais e cinquenta centavos, com vencimento em vinte e um de novembro. Tecle 1 para liberar.',
  );
  expect(outline(parts)).toEqual([
    'debt-1',
    'debt-2',
    ...['cento-e', 'vinte', 'reais-e', 'cinquenta', 'centavos'].map((name) => `numbers/${name}`),
    'debt-3',
    'numbers/vinte-e-um',
    'numbers/de-novembro-final',
    'debt-4',
  ]);
});

test('a sentence with a name in it is one sentence of the live voice, with a plain variant when that fails', () => {
  const { text, parts } = planOf({ say: 'confirm', with: { name: { name: 'MARIA SILVA', first: true } } });
  expect(text()).toBe('Falo com Maria? Tecle 1 para sim.');
  expect(outline(parts)).toEqual(['("Falo com Maria?" confirm-2 | confirm_plain)']);
});

test('without a plain variant, what is recorded of the sentence is played', () => {
  const { parts } = planOf({ say: 'street', with: { street: { street: 'R. Nova' }, key: { key: '6' } } });
  expect(outline(parts)).toEqual(['("Para Rua Nova, tecle seis." | street-1 street-2 numbers/seis-final)']);
});

test('pieces that the operator recorded are played around the name', () => {
  const { parts } = planOf({ say: 'confirm', with: { name: { name: 'Ana' } } }, ['confirm-1']);
  expect(outline(parts)).toEqual(['(confirm-1 "Ana" confirm-2 | confirm_plain)']);
});

test('a protocol is dictated in two groups and read as figures', () => {
  const { text, parts } = planOf({ protocol: '20261121000123' });
  expect(text()).toBe('20261121000123');
  expect(outline(parts).filter((name) => name.endsWith('-final'))).toEqual(['digits/um-final', 'digits/tres-final']);
});

test('a free text can hold amounts and digits', () => {
  const { text, parts } = planOf({ text: 'Senha {pin}.', with: { pin: { digits: '61' } } });
  expect(text()).toBe('Senha 61.');
  expect(outline(parts)).toEqual(['"Senha meia, um."']);
});

test.each<[Utterance, string, RegExp]>([
  [{ say: 'nowhere' }, '', /no prompt nowhere/],
  [{ amountCents: -1 }, '', /amounts/],
  [{ date: '2026-02-31' }, '', /./],
  [{ say: 'street', with: { key: { key: '1' } } }, 'Para, tecle 1.', /nothing was given for \{street\}/],
])('what cannot be said is reported and left out: %j', (utterance, text, problem) => {
  const planned = planOf(utterance);
  expect(planned.text()).toBe(text);
  expect(planned.problems.join()).toMatch(problem);
});

test('whatever fills the slots of the default prompts, what is played of them has been recorded', () => {
  const catalogue = readCatalogue(join(promptsFolder, 'pt-BR.yaml'));
  const recorded = new Set(allRecordings(catalogue).map((recording) => recording.name));
  const values: readonly Utterance[] = [
    { amountCents: 99_999_999_999 },
    { date: '2020-01-01' },
    { time: '01:01' },
    { minutes: 61 },
    { count: 0, of: 'invoice' },
    { digits: '0123456789*#' },
    { key: '#' },
    { protocol: '20261121000123' },
  ];
  for (const [id, prompt] of catalogue) {
    for (const value of values) {
      const slots = Object.fromEntries(prompt.slots.map((slot) => [slot, [value, value]]));
      const context = { catalogue, today: () => '2026-11-20', isReplaced: () => false, onProblem: expect.unreachable };
      const names = outline(plan({ say: id, with: slots }, context).parts);
      expect(names.filter((name) => !recorded.has(name))).toEqual([]);
    }
  }
});
