import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { flowsFolder, loadFlows } from './library.ts';
import { readCatalogue } from './speech/catalogue.ts';
import { promptsFolder } from './speech/plugin.ts';

const catalogue = readCatalogue(join(promptsFolder, 'pt-BR.yaml'));
const source = resolve(import.meta.dirname, '..');

/** Said by nodes, by the exchange and by the dialplan themselves: their ids stand in the code as words of their own, or as a file's name. */
const code = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((path) => /^(?:ivr|telephony|exchange)\/.*\.ts$/.test(path) && !path.endsWith('.test.ts'))
  .map((path) => readFileSync(join(source, path), 'utf8'))
  .join('\n');

const saidByFlows = new Set(
  [...loadFlows([flowsFolder], catalogue).values()].flatMap((flow) =>
    [...flow.nodes.values()].flatMap((node) => node.facts.prompts ?? []),
  ),
);

function isUsed(id: string): boolean {
  // Said instead of another when a name cannot be spoken, or with the forecast of a fault.
  const base = id.replace(/_(?:plain|forecast)$/, '');
  return saidByFlows.has(id) || new RegExp(`['/]${id}'`).test(code) || (base !== id && isUsed(base));
}

test('every prompt is said somewhere', () => {
  const unused = [...catalogue.keys()].filter((id) => !isUsed(id));
  expect(unused).toEqual([]);
});

test('the check would notice a prompt that nobody says', () => {
  expect(isUsed('greeting')).toBe(true);
  expect(isUsed('mass_outage_forecast')).toBe(true);
  expect(isUsed('fallback_nobody')).toBe(true);
  expect(isUsed('never_said')).toBe(false);
  expect(isUsed('never_said_plain')).toBe(false);
});
