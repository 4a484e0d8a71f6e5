import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { promptCatalogue } from '../../test/helpers/menu-caller.ts';
import { flowJsonSchema } from './json-schema.ts';
import { checkFlows, flowsFolder, loadFlows } from './library.ts';
import { nodeKinds } from './node-kinds.ts';

const fixtures = join(import.meta.dirname, 'fixtures');
const bad = readdirSync(join(fixtures, 'bad'));

/** A flow that other documents may run, and that waits for nobody. */
const passing =
  'version: 1\nstart: a\nperson: end\nnodes:\n  a: { type: say, prompt: greeting, exits: { next: end } }\n';

describe('a flow document that cannot be used is refused with its line and the reason', () => {
  test.each(bad)('%s', (file) => {
    const text = readFileSync(join(fixtures, 'bad', file), 'utf8');
    const expected = /^# expect (\d+): (.+)$/m.exec(text);
    const name = file.replace('.yaml', '');
    const { problems } = checkFlows(
      new Map([
        ['passing', passing],
        [name, text],
      ]),
      promptCatalogue,
    );
    expect(problems.map(({ line, message }) => `${line}: ${message}`)).toContainEqual(
      expect.stringContaining(`${expected?.[1]}: ${expected?.[2]}`),
    );
  });
});

describe('a flow document that can be used', () => {
  test('the good ones pass, and have every kind of node there is', () => {
    const flows = loadFlows([join(fixtures, 'good')], promptCatalogue);
    const used = new Set([...flows.values()].flatMap((flow) => [...flow.nodes.values()].map((node) => node.kind.type)));
    expect([...nodeKinds.keys()].filter((type) => !used.has(type))).toEqual([]);
  });

  test('the default menu passes', () => {
    expect([...loadFlows([flowsFolder], promptCatalogue).keys()]).toContain('atendimento');
  });
});

test('all problems are named together, with file and line, in one error', () => {
  expect(() => loadFlows([join(fixtures, 'bad')], promptCatalogue)).toThrow(
    /Voice menus cannot be used \(\d+ problems\); correct it and start again\.\n.*bad\/end-as-a-name\.yaml:6: /,
  );
});

test('the JSON Schema for editors is that of the code (scripts/generate-flow-schema.ts)', () => {
  const kept: unknown = JSON.parse(readFileSync(join(flowsFolder, 'flow.schema.json'), 'utf8'));
  expect(kept).toEqual(JSON.parse(JSON.stringify(flowJsonSchema())));
});

test('the menu that docs/flows.md shows can be used', () => {
  const guide = readFileSync(join(flowsFolder, '../docs/flows.md'), 'utf8');
  const shown = /```yaml\n([^]*?)```/.exec(guide)?.[1] ?? '';
  const texts = readdirSync(flowsFolder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => [file.replace('.yaml', ''), readFileSync(join(flowsFolder, file), 'utf8')] as const);
  expect(checkFlows(new Map([...texts, ['shown', shown]]), promptCatalogue).problems).toEqual([]);
});
