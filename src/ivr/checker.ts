import type { z } from 'zod';
import type { Waits } from './conversation.ts';
import { type PositionedDocument, readDocument } from './document.ts';
import { type Flow, type FlowNode, type FlowProblem, parseTarget, type Target } from './flow.ts';
import { unreachableNodes } from './graph.ts';
import type { NodeKind } from './node-kind.ts';
import { type FlowDocument, flowDocument } from './schemas.ts';

/** Exits that every node may name; without a target they lead to the flow's `person`. */
const universalExits = ['error', 'person'];

export interface ReadFlow {
  /** Present only when nothing is wrong with it by itself. */
  readonly flow: Flow | undefined;
  readonly problems: readonly FlowProblem[];
}

/**
 * Reads a flow document and checks what can be told from it alone: syntax, shape, targets, exits, nodes that cannot be
 * reached. What needs its neighbours is checked by `checkTogether`.
 */
export function readFlow(name: string, text: string, kinds: ReadonlyMap<string, NodeKind>): ReadFlow {
  const document = readDocument(name, text);
  if (document.problems.length > 0) return { flow: undefined, problems: document.problems };
  const shape = flowDocument.safeParse(document.content);
  if (!shape.success) {
    return { flow: undefined, problems: schemaProblems(name, document, [], shape.error) };
  }
  const problems: FlowProblem[] = [];
  const nodes = new Map<string, FlowNode>();
  for (const id of Object.keys(shape.data.nodes)) {
    const read = readNode(name, id, shape.data, document, kinds);
    problems.push(...read.problems);
    if (read.node !== undefined) nodes.set(id, read.node);
  }
  const flow: Flow = {
    name,
    start: shape.data.start,
    person: parseTarget(shape.data.person),
    nodes,
    prompts: new Map(Object.entries(shape.data.prompts ?? {})),
    waits: waitsOf(shape.data),
    lineOf: document.lineOf,
  };
  problems.push(...targetProblems(flow, shape.data));
  // With a node missing or a target wrong, "unreachable" would only repeat what was said already.
  if (problems.length === 0) problems.push(...unreachableNodes(flow));
  return { flow: problems.length === 0 ? flow : undefined, problems };
}

function readNode(
  flow: string,
  id: string,
  shape: FlowDocument,
  document: PositionedDocument,
  kinds: ReadonlyMap<string, NodeKind>,
): { node: FlowNode | undefined; problems: FlowProblem[] } {
  const { type, exits = {}, ...given } = shape.nodes[id] ?? { type: '' };
  const kind = kinds.get(type);
  if (kind === undefined) {
    const known = [...kinds.keys()].toSorted().join(', ');
    const message = `node "${id}" has the unknown type "${type}"; there are ${known}`;
    return { node: undefined, problems: [{ flow, line: document.lineOf('nodes', id, 'type'), message }] };
  }
  const params = kind.params.safeParse(given);
  if (!params.success) {
    return { node: undefined, problems: schemaProblems(flow, document, ['nodes', id], params.error) };
  }
  const facts = kind.facts(params.data);
  const targets = new Map(Object.entries(exits).map(([exit, target]) => [exit, parseTarget(target)]));
  const node: FlowNode = { id, kind, params: params.data, facts, exits: targets };
  return { node, problems: exitProblems(flow, node, document) };
}

function exitProblems(flow: string, node: FlowNode, document: PositionedDocument): FlowProblem[] {
  const { id, facts, exits } = node;
  // Which exits a sub-flow node has is known only beside the flow it runs.
  if (facts.subFlow !== undefined) return [];
  const known = new Set([...facts.exits, ...(facts.optionalExits ?? []), ...universalExits]);
  return [
    ...facts.exits
      .filter((exit) => !exits.has(exit))
      .map((exit) => ({
        flow,
        line: document.lineOf('nodes', id),
        message: `node "${id}" does not say where its exit "${exit}" leads`,
      })),
    ...[...exits.keys()]
      .filter((exit) => !known.has(exit))
      .map((exit) => ({
        flow,
        line: document.lineOf('nodes', id, 'exits', exit),
        message: `node "${id}" has no exit "${exit}"; it has ${[...known].join(', ')}`,
      })),
  ];
}

function targetProblems(flow: Flow, shape: FlowDocument): FlowProblem[] {
  const isMissing = (target: Target) => target.kind === 'node' && shape.nodes[target.id] === undefined;
  const problem = (path: string[], what: string, target: string): FlowProblem => ({
    flow: flow.name,
    line: flow.lineOf(...path),
    message: `${what} leads to "${target}", which is no node of this flow`,
  });
  const starts: FlowProblem[] = [];
  if (isMissing(parseTarget(shape.start))) starts.push(problem(['start'], 'start', shape.start));
  if (isMissing(flow.person)) starts.push(problem(['person'], 'person', shape.person));
  const exits = Object.entries(shape.nodes).flatMap(([id, node]) =>
    Object.entries(node.exits ?? {})
      .filter(([, target]) => isMissing(parseTarget(target)))
      .map(([exit, target]) => problem(['nodes', id, 'exits', exit], `exit "${exit}" of node "${id}"`, target)),
  );
  return [...starts, ...exits];
}

function waitsOf({ waits = {} }: FlowDocument): Partial<Waits> {
  const given = { firstDigitMs: waits.first_digit, interDigitMs: waits.inter_digit, fullEntryMs: waits.full_entry };
  return Object.fromEntries(Object.entries(given).flatMap(([name, s]) => (s === undefined ? [] : [[name, s * 1000]])));
}

function schemaProblems(
  flow: string,
  document: PositionedDocument,
  under: readonly string[],
  error: z.ZodError,
): FlowProblem[] {
  return error.issues.map((issue) => {
    const path = [...under, ...issue.path.map(String)];
    const extra = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const line = document.lineOf(...path, ...(extra === undefined ? [] : [extra]));
    const where = path.length === 0 ? 'the document' : path.join('.');
    // Of a wrong key in a map only the inner problem says what a right one is.
    const message = (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined) ?? issue.message;
    return { flow, line, message: `${where}: ${message}` };
  });
}
