import type { Flow, FlowNode, FlowProblem } from './flow.ts';
import { endlessLoops, passesByItself } from './graph.ts';
import { slotItself } from './schemas.ts';
import { derivedSlots } from './slots.ts';
import type { Catalogue } from './speech/catalogue.ts';
import { slotsOf } from './speech/prompt.ts';

/**
 * Checks flows with what they need of each other and of the prompts: sub-flows and their exits, prompts, the slots
 * in them, and circles.
 */
export function checkTogether(flows: ReadonlyMap<string, Flow>, prompts: Catalogue): FlowProblem[] {
  const known = new Set<string>(derivedSlots);
  for (const flow of flows.values()) {
    for (const node of flow.nodes.values()) for (const slot of node.facts.provides ?? []) known.add(slot);
  }
  const circles = [...flows.values()].flatMap((flow) => callCircle(flow, flows));
  const each = [...flows.values()].flatMap((flow) => [
    ...promptProblems(flow, prompts, known),
    ...[...flow.nodes.values()].flatMap((node) => subFlowProblems(flow, node, flows)),
  ]);
  // Whether a sub-flow waits cannot be asked of flows that run each other for ever.
  if (circles.length > 0) return [...each, ...circles];
  const waits = (node: FlowNode): boolean => {
    const sub = node.facts.subFlow === undefined ? undefined : flows.get(node.facts.subFlow);
    return sub === undefined ? node.kind.waits : !passesByItself(sub, waits);
  };
  return [...each, ...[...flows.values()].flatMap((flow) => endlessLoops(flow, waits))];
}

function promptProblems(flow: Flow, prompts: Catalogue, known: ReadonlySet<string>): FlowProblem[] {
  return [...flow.nodes.values()].flatMap((node) =>
    (node.facts.prompts ?? []).flatMap((id) => {
      const line = flow.lineOf('nodes', node.id);
      const slots = slotsSaid(flow, prompts, node, id);
      if (slots === undefined) {
        return [{ flow: flow.name, line, message: `node "${node.id}" says the unknown prompt "${id}"` }];
      }
      return slots
        .filter((slot) => !known.has(slot))
        .map((slot) => ({
          flow: flow.name,
          line,
          message: `node "${node.id}" says "${id}", but nothing fills the slot {${slot}}`,
        }));
    }),
  );
}

/** What a prompt needs to be filled, by the names that fill it; undefined when there is no such prompt. */
function slotsSaid(flow: Flow, prompts: Catalogue, node: FlowNode, id: string): string[] | undefined {
  const alone = slotItself(id);
  if (alone !== undefined) return [alone];
  const text = flow.prompts.get(id) ?? prompts.get(id)?.template;
  return text === undefined ? undefined : slotsOf(text).map((slot) => node.facts.bound?.[slot] ?? slot);
}

function subFlowProblems(flow: Flow, node: FlowNode, flows: ReadonlyMap<string, Flow>): FlowProblem[] {
  const name = node.facts.subFlow;
  if (name === undefined) return [];
  const line = flow.lineOf('nodes', node.id);
  const sub = flows.get(name);
  if (sub === undefined) {
    return [{ flow: flow.name, line, message: `node "${node.id}" runs the flow "${name}", which does not exist` }];
  }
  const exits = exitsOf(sub);
  return [
    ...[...exits]
      .filter((exit) => !node.exits.has(exit))
      .map((exit) => ({
        flow: flow.name,
        line,
        message: `node "${node.id}" does not say where the exit "${exit}" of the flow "${name}" leads`,
      })),
    ...[...node.exits.keys()]
      .filter((exit) => !exits.has(exit) && exit !== 'error' && exit !== 'person')
      .map((exit) => ({
        flow: flow.name,
        line: flow.lineOf('nodes', node.id, 'exits', exit),
        message: `the flow "${name}" has no exit "${exit}"; it has ${[...exits].join(', ')}`,
      })),
  ];
}

/** The exits by which a flow can be left. */
function exitsOf(flow: Flow): Set<string> {
  const targets = [flow.person, ...[...flow.nodes.values()].flatMap((node) => [...node.exits.values()])];
  return new Set(targets.flatMap((target) => (target.kind === 'end' ? [target.exit] : [])));
}

/** A flow that runs itself by way of others would stack up without end. */
function callCircle(flow: Flow, flows: ReadonlyMap<string, Flow>): FlowProblem[] {
  const runs = (from: Flow, seen: Set<string>): boolean =>
    [...from.nodes.values()].some((node) => {
      const name = node.facts.subFlow;
      if (name === undefined || seen.has(name)) return name === flow.name;
      const sub = flows.get(name);
      return name === flow.name || (sub !== undefined && runs(sub, seen.add(name)));
    });
  if (!runs(flow, new Set())) return [];
  return [{ flow: flow.name, line: flow.lineOf('nodes'), message: `the flow "${flow.name}" runs itself again` }];
}
