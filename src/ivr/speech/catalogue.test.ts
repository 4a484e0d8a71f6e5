import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readCatalogue } from './catalogue.ts';
import { promptsFolder } from './plugin.ts';

const folder = mkdtempSync(join(tmpdir(), 'uirapuru-catalogue-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['two sentences of one name', 'greeting: Olá\ngreeting: Oi\n', /unique/],
  ['a text that is a list', 'greeting: [Olá]\n', /greeting/],
  ['an empty text', 'greeting: ""\n', /greeting: a prompt needs a text/],
  ['a name with capitals', 'Greeting: Olá\n', /Greeting/],
  ['a broken line', 'greeting: "Olá\n', /line 2|line 1/],
])('a prompt file with %s is refused, saying what is wrong', (_, content, sentence) => {
  const path = join(folder, 'prompts.yaml');
  writeFileSync(path, content);
  expect(() => readCatalogue(path)).toThrow(sentence);
  expect(() => readCatalogue(path)).toThrow(path);
});

test('a variant for when the live voice fails needs nothing that its original has not', () => {
  const catalogue = readCatalogue(join(promptsFolder, 'pt-BR.yaml'));
  const variants = [...catalogue.values()].filter((prompt) => prompt.id.endsWith('_plain'));
  expect(variants.length).toBeGreaterThan(0);
  const lacking = variants.flatMap((variant) => {
    const original = catalogue.get(variant.id.replace(/_plain$/, ''));
    return variant.slots.filter((slot) => !original?.slots.includes(slot)).map((slot) => `${variant.id} {${slot}}`);
  });
  expect(lacking).toEqual([]);
});
