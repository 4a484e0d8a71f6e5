import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError } from '../kernel/errors.ts';
import { readFlow } from './checker.ts';
import type { Flow, FlowProblem } from './flow.ts';
import { nodeKinds } from './node-kinds.ts';
import type { Catalogue } from './speech/catalogue.ts';
import { checkTogether } from './together.ts';

/** Where the repository keeps its flows. */
export const flowsFolder = resolve(import.meta.dirname, '../../flows');

/**
 * Reads and checks all flows of some folders; a flow of a later folder replaces one of the same name.
 * @throws AppError `invalid_flow` naming every problem with its file and line
 */
export function loadFlows(folders: readonly string[], prompts: Catalogue): ReadonlyMap<string, Flow> {
  const files = new Map<string, string>();
  for (const folder of folders) {
    for (const file of existsSync(folder) ? readdirSync(folder).toSorted() : []) {
      if (file.endsWith('.yaml')) files.set(file.slice(0, -'.yaml'.length), join(folder, file));
    }
  }
  const texts = new Map([...files].map(([name, path]) => [name, readText(path)]));
  const { flows, problems } = checkFlows(texts, prompts);
  if (problems.length > 0) throw invalid(problems, files);
  return flows;
}

/** Reads and checks flow documents given as texts by name. */
export function checkFlows(
  texts: ReadonlyMap<string, string>,
  prompts: Catalogue,
): { flows: ReadonlyMap<string, Flow>; problems: readonly FlowProblem[] } {
  const read = [...texts].map(([name, text]) => readFlow(name, text, nodeKinds));
  const alone = read.flatMap((each) => each.problems);
  const flows = new Map(read.flatMap(({ flow }) => (flow === undefined ? [] : [[flow.name, flow] as const])));
  // Of flows beside a broken one it cannot be told what they need of it.
  return { flows, problems: alone.length > 0 ? alone : checkTogether(flows, prompts) };
}

function invalid(problems: readonly FlowProblem[], files: ReadonlyMap<string, string>): AppError {
  const lines = problems.map(({ flow, line, message }) => `${files.get(flow) ?? flow}:${line}: ${message}`);
  const what =
    lines.length === 1 ? 'A voice menu cannot be used' : `Voice menus cannot be used (${lines.length} problems)`;
  return new AppError('invalid_flow', `${what}; correct it and start again.\n${lines.join('\n')}`, { problems });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new AppError('invalid_flow', `The voice menu ${path} cannot be read: ${String(error)}.`, { path }, error);
  }
}
